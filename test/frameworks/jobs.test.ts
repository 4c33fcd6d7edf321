import { execFile, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { beforeAll, beforeEach, expect, expectTypeOf, test, vi } from 'vitest'
import { auditJob, type Job, type Traced, traced } from '../../src/frameworks/jobs.ts'
import { currentAudit, exportTrace, withAudit } from '../../src/index.ts'
import { type AuditedClient, auditedClient, entriesOf } from '../capture/audited.ts'
import { describeEachDatabase } from '../database/each.ts'
import type { Work } from './jobs-worker.ts'

const service = { type: 'service', id: 'mailer' } as const

describeEachDatabase('A job', (db) => {
  let prisma: AuditedClient
  beforeAll(() => {
    prisma = auditedClient(db)
  })
  beforeEach(() => db.clear())

  const write = async ({ data }: Job & { readonly data: Work }) =>
    (await prisma.document.create({ data: { title: data.title } })).title
  const job = { id: '7', name: 'mail', data: { title: 'a mail' }, attemptsMade: 0 }
  async function told() {
    const entries = await entriesOf(prisma)
    return entries.map(({ action, outcome, tags }) =>
      [action, outcome, Object(tags).attempt].join(' '),
    )
  }

  test('of another process continues the trace of whoever added it, and of nobody else', async () => {
    const users = Array.from({ length: 20 }, (_, i) => `user-${i}`)
    const added = await Promise.all(
      users.map((user) =>
        withAudit({ actor: { id: user, name: user }, tenant: `of ${user}`, tags: { user } }, () =>
          prisma.$audit.run('submit', { entity: 'Batch', entityId: user }, (run) =>
            ['first', 'second', 'third'].map((title) => {
              const data = traced({ title: `${title} of ${user}` })
              return { user, run, job: { ...job, id: `${user}-${title}`, data } }
            }),
          ),
        ),
      ),
    )
    const jobs = added.flat()
    await processElsewhere(jobs.map(({ job }) => job))

    const entries = await entriesOf(prisma)
    expect(entries).toHaveLength(users.length * 2 + jobs.length * 4)
    for (const { user, run, job } of jobs) {
      const started = entries.find(
        ({ entity, entityId }) => entity === 'Job' && entityId === job.id,
      )
      const attempt = entries.filter(({ id, parentId }) =>
        [id, parentId].includes(`${started?.id}`),
      )
      const known = {
        traceId: run.traceId,
        ...{ actorId: user, actorName: user, tenantId: `of ${user}` },
        tags: { user, job: 'mail', attempt: 1 },
      }
      expect(attempt).toMatchObject([
        { ...known, action: 'execute', outcome: 'started', parentId: run.id },
        { ...known, action: 'create', entity: 'Document', after: { title: job.data.title } },
        { ...known, action: 'update', entity: 'Document', after: { body: `of ${job.id}` } },
        { ...known, action: 'execute', outcome: 'success' },
      ])
    }
  })

  /** Has a process work on all jobs at once, and waits for its end. */
  async function processElsewhere(jobs: readonly Job[]): Promise<void> {
    const main = fileURLToPath(new URL('jobs-worker.ts', import.meta.url))
    const worker = fork(main, [db.provider, db.url], { execArgv: ['--import', 'tsx'] })
    const exited = once(worker, 'exit')
    await once(worker, 'message')
    const open = new Set(jobs.map(({ id }) => id))
    const done = new Promise<void>((resolve) => {
      worker.on('message', (id: string) => {
        open.delete(id)
        if (open.size === 0) resolve()
      })
    })
    for (const job of jobs) worker.send(job)
    await Promise.race([done, exited])
    if (worker.connected) worker.disconnect()
    expect(await exited).toEqual([0, null])
  }

  test('is an action for each attempt, whose failure is thrown on for the queue to retry', async () => {
    const refused = new TypeError('The mail server does not answer')
    const processor = auditJob(prisma, async (attempt: typeof job) => {
      await write(attempt)
      if (attempt.attemptsMade < 2) throw refused
      return 'sent'
    })
    const { data, traceId } = await withAudit({ actor: { id: 'ada' } }, () =>
      prisma.$audit.run('submit', { entity: 'Batch' }, ({ traceId }) => ({
        data: traced(job.data),
        traceId,
      })),
    )
    const attempt = (attemptsMade: number) => processor({ ...job, data, attemptsMade })
    await expect(attempt(0)).rejects.toBe(refused)
    await expect(attempt(1)).rejects.toBe(refused)
    expect(await attempt(2)).toBe('sent')

    expect(await told()).toEqual([
      ...['submit started ', 'submit success '],
      ...['execute started 1', 'create success 1', 'execute failure 1'],
      ...['execute started 2', 'create success 2', 'execute failure 2'],
      ...['execute started 3', 'create success 3', 'execute success 3'],
    ])
    const entries = await entriesOf(prisma)
    expect(new Set(entries.map((entry) => entry.traceId))).toEqual(new Set([traceId]))
    expect(entries[4]?.after).toMatchObject({
      error: { name: 'TypeError', message: refused.message },
    })
  })

  test('without a trace is a unit of work of its own, by the actor of the worker', async () => {
    const processor = auditJob(prisma, write, { actor: service, action: 'send', entity: 'Mail' })
    expect(await processor(job)).toBe('a mail')
    const entries = await entriesOf(prisma)
    const [started] = entries
    expect(started).toMatchObject({ action: 'send', entity: 'Mail', entityId: '7', parentId: null })
    for (const entry of entries) {
      expect(entry).toMatchObject({ traceId: started?.id, actorType: 'service', actorId: 'mailer' })
    }
    expect(await told()).toEqual(['send started 1', 'create success 1', 'send success 1'])
  })

  test('takes nothing over from the code that calls the worker', async () => {
    const processor = auditJob(
      prisma,
      async (attempt: typeof job) => {
        await write(attempt)
        return currentAudit()?.actor
      },
      { actor: service },
    )
    const other = { actor: { id: 'eve' }, tenant: 'other', tags: { other: '1' }, reason: 'other' }
    const request = { id: 'other' }
    const actor = await withAudit({ ...other, request }, async () => {
      // As a queue of this process does, with a job that waited for another one's end.
      const actor = await prisma.$audit.run('other', { entity: 'Job' }, () => processor(job))
      expect(currentAudit()).toEqual({ ...other, request })
      return actor
    })
    expect(actor).toEqual(service)
    const entries = (await entriesOf(prisma)).filter(({ action }) => action !== 'other')
    const [started] = entries
    expect(entries).toHaveLength(3)
    for (const entry of entries) {
      expect(entry).toMatchObject({
        ...{ traceId: started?.id, actorId: 'mailer', tenantId: null, reason: null, request: {} },
        tags: { job: 'mail', attempt: 1 },
      })
    }
  })

  test.each([
    ['a text', 'garbage'],
    ['an empty text', ''],
    ['a number', 42],
    ['null', null],
    ['a list', []],
    ['a carrier of another version', { version: 2 }],
    ['a trace id that is none', { version: 1, traceId: '7' }],
    ['an actor that is none', { version: 1, actor: 'ada' }],
    ['an actor of no type', { version: 1, actor: { id: 'ada', type: 'god' } }],
    ['tags that are none', { version: 1, tags: 'x' }],
    ['what JSON does not hold', { version: 2n }],
  ])('runs as a unit of work of its own where its trace is %s', async (_, auditTrace) => {
    const onInvalidTrace = vi.fn()
    const processor = auditJob(prisma, write, { actor: service, onInvalidTrace })
    const garbled = { ...job, data: { ...job.data, auditTrace } }
    expect(await processor(garbled)).toBe('a mail')
    expect(onInvalidTrace).toHaveBeenCalledExactlyOnceWith(expect.any(Error), garbled)
    expect(await told()).toEqual(['execute started 1', 'create success 1', 'execute success 1'])
    const entries = await entriesOf(prisma)
    expect(new Set(entries.map(({ actorId }) => actorId))).toEqual(new Set(['mailer']))
    expect(new Set(entries.map(({ traceId }) => traceId))).toEqual(new Set([entries[0]?.id]))
  })

  test.each([undefined, null, 'text', 7])('may have %j as its data', async (data) => {
    const processor = auditJob(prisma, (bare: Job, token: string) => [bare.data, token])
    expect(await processor({ data }, 'token')).toEqual([data, 'token'])
    expect(await entriesOf(prisma)).toMatchObject([
      { outcome: 'started', entityId: null, tags: {} },
      { outcome: 'success' },
    ])
  })

  test('that a job adds continues the trace further', async () => {
    const inner = auditJob(prisma, write)
    const outer = auditJob(prisma, async ({ data }: typeof job) => traced({ title: data.title }))
    const data = await withAudit({ actor: { id: 'ada' } }, () => traced(job.data))
    await inner({ ...job, id: '8', data: await outer({ ...job, data }) })
    const entries = await entriesOf(prisma)
    const [first] = entries
    expect(entries.map(({ entityId, traceId }) => [entityId, traceId])).toEqual(
      ['7', '7', '8', entries[3]?.entityId, '8'].map((id) => [id, first?.traceId]),
    )
    expect(entries[2]).toMatchObject({ outcome: 'started', parentId: first?.id, actorId: 'ada' })
  })
})

test('The data of a job is left as it is outside of any context', () => {
  const data = { title: 'a mail' }
  expect(traced(data)).toBe(data)
})

test('The data of a job gets the running trace, and keeps its type', () => {
  const data: Work = Object.freeze({ title: 'a mail' })
  withAudit({ actor: { id: 7 } }, () => {
    const sent = traced(data)
    expectTypeOf(sent).toEqualTypeOf<Traced<Work>>()
    expect(sent).toEqual({ title: 'a mail', auditTrace: exportTrace() })
    expect(sent.auditTrace).toMatchObject({ actor: { id: '7' } })
  })
})

test('The example of jobs shows one trace over two processes', async () => {
  const example = fileURLToPath(new URL('../../examples/integrations/jobs.ts', import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', example])
  const [trace, ...lines] = stdout.trimEnd().split('\n')
  expect(trace).toMatch(/^Trace [0-9a-f]{32}$/)
  const [first, second] = [1, 2].map((attempt) => JSON.stringify({ job: 'print', attempt }))
  expect(lines.map((line) => line.trim().replace(/^Ada Lovelace /, ''))).toEqual([
    'publish Note 1 started {}',
    'publish Note 1 success {}',
    `execute Job 1 started ${first}`,
    `execute Job 1 failure ${first}`,
    `execute Job 1 started ${second}`,
    `update Note 1 success ${second}`,
    `execute Job 1 success ${second}`,
  ])
})
