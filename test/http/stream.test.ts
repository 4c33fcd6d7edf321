import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Authorization } from '../../src/http/index.ts'
import { answerNodeRequest } from '../../src/http/node.ts'
import { withAudit } from '../../src/index.ts'
import { type AuditedClient, entriesOf } from '../capture/audited.ts'
import { describeDatabase, describeEachDatabase } from '../database/each.ts'
import { eventsOf } from './events.ts'
import { type Asking, alpha, type Served, serve } from './served.ts'

const write = (prisma: AuditedClient, name: string, tenant = 'alpha') =>
  withAudit({ tenant, actor: { id: 'writer' } }, () => prisma.tag.create({ data: { name } }))

/** The names of so many tags as they are streamed. */
async function names(response: Response, count: number): Promise<string[]> {
  const found: string[] = []
  for await (const { event, data } of eventsOf(response)) {
    const entry = event === 'entry' ? JSON.parse(data) : null
    if (entry?.entity === 'Tag') found.push(entry.after.name)
    if (found.length === count) break
  }
  return found
}

describeDatabase('sqlite', 'a stream over HTTP', (db) => {
  let served: Served
  beforeEach(async () => {
    await db.clear()
    served = serve(db, { limits: { interval: 5, streams: 2 } })
  })

  test('tells each entry as an event with its JSON', async () => {
    const response = await served.ask('/stream')
    expect(response.headers.get('Content-Type')).toBe('text/event-stream; charset=utf-8')
    await write(served.prisma, 'first')
    const events = []
    for await (const event of eventsOf(response)) {
      events.push(event)
      if (event.event === 'entry' && event.data.includes('first')) break
    }
    expect(events[0]).toMatchObject({ event: 'open', data: '{}', id: expect.any(String) })
    const last = events.at(-1)
    expect(last).toMatchObject({ event: 'entry', id: expect.stringMatching(/^\d+/) })
    const entry = JSON.parse(last?.data ?? '')
    expect(entry).toEqual(await served.json(`/entries/${entry.id}`))
  })

  test('begins with what comes in, also what came between two connections', async () => {
    await write(served.prisma, 'before')
    const first = await served.ask('/stream')
    let id = ''
    for await (const event of eventsOf(first)) {
      id = event.id ?? ''
      break
    }
    await write(served.prisma, 'between')
    const headers = { 'Last-Event-ID': id }
    for (const asking of [{ headers }, {}]) {
      const path = asking.headers ? '/stream' : `/stream?lastEventId=${encodeURIComponent(id)}`
      expect(await names(await served.ask(path, asking), 1)).toEqual(['between'])
    }
    const both = await served.ask('/stream?lastEventId=0', { headers })
    expect(await names(both, 1)).toEqual(['between'])
  })

  test('tells only what matches its filter', async () => {
    const response = await served.ask('/stream?filter=actor:writer%20between')
    await write(served.prisma, 'first')
    await withAudit({ actor: { id: 'writer' }, tenant: 'alpha', tags: { x: 'between' } }, () =>
      served.prisma.tag.create({ data: { name: 'second' } }),
    )
    expect(await names(response, 1)).toEqual(['second'])
  })

  test('has so many places, which are free again when a caller goes, or its request is aborted', async () => {
    const caller = new AbortController()
    const [first, second] = [
      await served.ask('/stream'),
      await served.ask('/stream', { signal: caller.signal }),
    ]
    const refused = await served.ask('/stream')
    expect(refused.status).toBe(503)
    expect(await refused.json()).toMatchObject({ code: 'BUSY' })
    await first.body?.cancel()
    const third = await served.ask('/stream')
    expect(third.status).toBe(200)
    caller.abort()
    const fourth = await served.ask('/stream')
    expect(fourth.status).toBe(200)
    await second.text()
    for (const response of [third, fourth]) await response.body?.cancel()
    expect(served.errors).toEqual([])
  })

  test('ends when its handler is told to, so that a server can close', async () => {
    const stop = new AbortController()
    const { handler, ask, errors, requestOf } = serve(db, { signal: stop.signal })
    const server = createServer((incoming, outgoing) => {
      void answerNodeRequest(handler, { incoming, outgoing, original: incoming })
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const { port } = server.address() as AddressInfo
    const { headers } = requestOf('/stream')
    const streams = await Promise.all(
      Array.from({ length: 12 }, () => fetch(`http://127.0.0.1:${port}/audit/stream`, { headers })),
    )
    stop.abort()
    const closed = once(server, 'close')
    server.close()
    for (const stream of streams) expect(await stream.text()).toContain('event: open')
    await closed
    const late = await ask('/stream')
    expect([late.status, late.headers.get('Retry-After')]).toEqual([503, '10'])
    expect((await ask('/entries')).status).toBe(200)
    expect(errors).toEqual([])
  })

  test('gives its place back where it is refused', async () => {
    for (let i = 0; i < 5; i++) {
      expect((await served.ask('/stream?filter=since:never')).status).toBe(400)
      expect((await served.ask('/stream?lastEventId=x')).status).toBe(400)
      const aborted = await served.ask('/stream', { signal: AbortSignal.abort() })
      expect(await aborted.text()).toBe('')
    }
    expect((await served.ask('/stream')).status).toBe(200)
  })

  test('is kept open by comments', async () => {
    const { ask } = serve(db, { limits: { heartbeat: 5 } })
    const response = await ask('/stream')
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
    let text = ''
    while (!text.includes('\n:\n\n')) text += (await reader?.read())?.value
    expect(text).toMatch(/^retry: 3000\nevent: open\n/)
    await reader?.cancel()
  })

  describe('ends where `authorize`, asked again,', () => {
    test.each<[string, () => Authorization | Promise<Authorization>, number]>([
      ['refuses', () => 401, 0],
      ['answers another scope', () => ({ ...alpha, entities: ['Tag'] }), 0],
      [
        'throws',
        () => {
          throw new Error('no session')
        },
        1,
      ],
      ['does not answer', () => new Promise(() => undefined), 0],
    ])('%s', async (_, again, errors) => {
      let answer: () => Authorization | Promise<Authorization> = () => structuredClone(alpha)
      const limits = { interval: 5, reauthorize: 20, streams: 1 }
      const told: unknown[] = []
      const { ask } = serve(db, {
        limits,
        authorize: () => answer(),
        onError: (error) => told.push(error),
      })
      const response = await ask('/stream')
      await write(served.prisma, 'seen')
      const events = eventsOf(response)
      const seen = async () => {
        for (;;) {
          const { value } = await events.next()
          if (value?.data.includes('seen')) return true
        }
      }
      expect(await seen()).toBe(true)
      answer = again
      while (!(await events.next()).done);
      expect(told).toHaveLength(errors)
      answer = () => alpha
      const next = await ask('/stream')
      expect(next.status).toBe(200)
      await next.body?.cancel()
    })
  })
})

describeEachDatabase('a stream that is resumed', (db) => {
  let served: Served
  beforeAll(() => {
    served = serve(db, { limits: { interval: 2 } })
  })

  test('loses and repeats nothing while many write, also where a transaction commits late', async () => {
    const { prisma } = served
    const perWriter = 25
    const commits: (() => void)[] = []
    const late =
      db.provider === 'sqlite'
        ? undefined
        : withAudit({ tenant: 'alpha' }, () =>
            prisma.$transaction(
              async (tx) => {
                await tx.tag.create({ data: { name: 'late 1' } })
                await new Promise<void>((resolve) => commits.push(resolve))
                await tx.tag.create({ data: { name: 'late 2' } })
              },
              { timeout: 60_000 },
            ),
          )
    if (late) await expect.poll(() => commits.length).toBe(1)
    const opened = await served.ask('/stream')
    const writers = Array.from({ length: db.provider === 'sqlite' ? 1 : 4 }, async (_, writer) => {
      for (let i = 0; i < perWriter; i++) {
        const tenant = i % 3 === 0 ? 'zebra' : 'alpha'
        await withAudit({ tenant }, () =>
          prisma.$transaction(async (tx) => {
            await tx.tag.create({ data: { name: `${writer} ${i} a` } })
            await tx.tag.create({ data: { name: `${writer} ${i} b` } })
            if (i % 5 === 4) throw new Error('rolled back')
          }),
        ).catch(() => undefined)
      }
    })
    const written = Promise.all(writers).then(async () => {
      commits[0]?.()
      await late
      await write(prisma, 'the end')
    })
    const told: string[] = []
    let response = opened
    let id = ''
    while (!told.includes('the end')) {
      let most = 1 + (told.length % 7)
      for await (const event of eventsOf(response)) {
        id = event.id ?? id
        if (event.event !== 'entry') continue
        const entry = JSON.parse(event.data)
        if (entry.entity === 'Tag') told.push(entry.after.name)
        most -= 1
        if (most === 0 || told.includes('the end')) break
      }
      const asking: Asking = { headers: { 'Last-Event-ID': id } }
      response = await served.ask('/stream', asking)
    }
    await response.body?.cancel()
    await written
    const all = (await entriesOf(prisma))
      .filter(({ entity, tenantId }) => entity === 'Tag' && tenantId === 'alpha')
      .map(({ after }) => String(after?.name))
    expect(told.toSorted()).toEqual(all.toSorted())
    expect(served.errors).toEqual([])
  })
})
