import { spawnSync } from 'node:child_process'
import { trace } from '@opentelemetry/api'
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-node'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { withAudit } from '../../src/index.ts'
import { type AuditedClient, auditedClient, entriesOf } from '../capture/audited.ts'
import { describeDatabase } from '../database/each.ts'

describeDatabase('sqlite', 'With OpenTelemetry', (db) => {
  const exporter = new InMemorySpanExporter()
  const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
  const tracer = trace.getTracer('test')
  let prisma: AuditedClient
  beforeAll(() => {
    provider.register()
    prisma = auditedClient(db, { reads: { User: true } })
  })
  afterAll(() => provider.shutdown().then(() => trace.disable()))
  beforeEach(async () => {
    await db.clear()
    exporter.reset()
  })

  /** Runs in a span, and answers its ids. */
  function inSpan<T>(name: string, work: () => Promise<T>) {
    return tracer.startActiveSpan(name, async (span) => {
      await work()
      span.end()
      const { traceId, spanId } = span.spanContext()
      return { otelTraceId: traceId, otelSpanId: spanId }
    })
  }

  test('entries keep the span that they were made in, and spans the trace of the entries', async () => {
    const request = { id: 'r1', otelTraceId: '0'.repeat(31) + 1 }
    const [one, two] = await Promise.all([
      inSpan('one', () =>
        withAudit({ request }, () => prisma.tag.create({ data: { name: 'one' } })),
      ),
      inSpan('two', () =>
        prisma.$audit.run('execute', { entity: 'Job' }, async () => {
          await prisma.tag.create({ data: { name: 'two' } })
        }),
      ),
    ])
    const entries = await entriesOf(prisma)
    const own = entries.find(({ after }) => after?.name === 'one')
    const run = entries.filter(({ id }) => id !== own?.id)
    expect(own?.request).toEqual({ id: 'r1', ...one })
    expect(run.map(({ request }) => request)).toEqual([two, two, two])
    const attributes = Object.fromEntries(
      exporter.getFinishedSpans().map((span) => [span.name, span.attributes]),
    )
    expect(attributes).toEqual({
      one: { 'audit.trace_id': own?.traceId },
      two: { 'audit.trace_id': run[0]?.traceId },
    })
  })

  test('reads and events keep it too', async () => {
    await prisma.user.create({ data: { email: 'a' } })
    const ids = await inSpan('read', async () => {
      await prisma.user.findMany()
      await prisma.$audit.record({ action: 'export', entity: 'User' })
    })
    await prisma.$audit.flush()
    const entries = (await entriesOf(prisma)).filter(({ action }) => action !== 'create')
    expect(entries.map(({ request }) => request)).toEqual([ids, ids])
  })

  test('outside of a span there is nothing', async () => {
    await prisma.tag.create({ data: { name: 'three' } })
    expect((await entriesOf(prisma))[0]?.request).toEqual({})
  })
})

test('Without OpenTelemetry, nothing of it is loaded', () => {
  const script = `await import('./src/index.ts')
    const { createRequire } = await import('node:module')
    const loaded = Object.getOwnPropertySymbols(globalThis).map(String)
    console.log(loaded.filter((name) => name.includes('opentelemetry')).length)`
  const args = ['--import', 'tsx', '--input-type=module', '--eval', script]
  const { stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  expect(stdout.trim()).toBe('0')
})
