import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { text } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'

const tsx = createRequire(import.meta.url).resolve('tsx/cli')

/** Runs an example to its end, and answers the lines that it has logged, and what it says of a trace. */
async function runExample(name: string) {
  const child = spawn(process.execPath, [tsx, `examples/integrations/${name}.ts`], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [printed, errors, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ])
  expect({ code, errors }).toEqual({ code: 0, errors: '' })
  const [logged = '', trace = ''] = printed.split('\nTrace ')
  const lines = logged
    .trim()
    .split('\n')
    .map((line): Record<string, unknown> => JSON.parse(line))
  const [traceId = '', ...rest] = trace.trimEnd().split('\n')
  return { lines, traceId, trace: rest.map((line) => line.trim()) }
}

const entries = ['complete Note 1: started', 'update Note 1: success', 'complete Note 1: success']
const actors = [
  ['ada', '1'],
  ['grace', '2'],
]

describe.each([
  ['pino', 'msg'],
  ['winston', 'message'],
])('The example of %s', (name, messageKey) => {
  test('gives each line the trace of its run, and stores it next to the entries', async () => {
    const { lines, traceId, trace } = await runExample(name)
    expect(lines).toHaveLength(5)
    expect(traceId).toMatch(/^[0-9a-f]{32}$/)
    const [outside, ...inside] = lines
    expect(outside).toMatchObject({ [messageKey]: 'outside of any run' })
    expect(outside).not.toHaveProperty('trace_id')
    const traces = actors.map(([actor_id, entity_id]) => {
      const own = inside.filter((line) => line.actor_id === actor_id)
      const fields = { action: 'complete', entity: 'Note', entity_id, actor_type: 'user' }
      const trace_id = own[0]?.trace_id
      const ids = { trace_id, parent_id: trace_id, tenant_id: 'acme' }
      expect(own).toMatchObject([
        { [messageKey]: 'completing', ...fields, ...ids },
        { [messageKey]: 'nobody to notify', module: 'mail', ...fields, ...ids },
      ])
      return trace_id
    })
    expect(traces).toEqual([traceId, expect.stringMatching(/^[0-9a-f]{32}$/)])
    expect(new Set(traces).size).toBe(2)
    expect(trace.slice(0, 3)).toEqual(entries.map((entry) => `entry ada ${entry}`))
    const stored = trace.slice(3).map((line) => /^line +(.+) ({.*})$/.exec(line)?.slice(1) ?? [])
    expect(stored.map(([text]) => text)).toEqual(['info completing', 'warn nobody to notify'])
    for (const [, fields] of stored) {
      expect(JSON.parse(fields ?? '')).toMatchObject({ entity_id: '1', actor_id: 'ada' })
    }
  })
})

test('The example of pino stores no secret', async () => {
  const { lines, trace } = await runExample('pino')
  expect(lines[1]).toMatchObject({ token: '[Redacted]' })
  expect(trace.join('\n')).toContain('"token":"[Redacted]"')
})

test('The example of OpenTelemetry gives each record the trace of its run', async () => {
  const { lines, traceId, trace } = await runExample('opentelemetry')
  expect(lines[0]).toEqual({ body: 'outside of any run' })
  expect(lines).toHaveLength(5)
  const own = lines.filter((line) => line['audit.trace_id'] === traceId)
  const fields = {
    'audit.action': 'complete',
    'audit.entity': 'Note',
    'audit.entity_id': '1',
    'audit.actor.id': 'ada',
  }
  expect(own).toMatchObject([
    { body: 'completing', ...fields },
    { body: 'nobody to notify', ...fields },
  ])
  expect(trace).toEqual(entries.map((entry) => `entry ada ${entry}`))
})
