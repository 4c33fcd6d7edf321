/**
 * What every adapter has to do with a handler that it mounts, whatever the handler answers.
 */
import { once } from 'node:events'
import { Agent, type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http'
import { buffer, text } from 'node:stream/consumers'
import { setImmediate as immediate } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import type { FetchHandler } from '../../src/http/fetch-handler.ts'
import type { RunningServer } from './conformance.ts'
import { type Echo, pageOf, pageSize, StandIn } from './stand-in.ts'

/**
 * Starts a server that has `handler` mounted at each of the paths of the suite, with the header
 * `x-user-id` as the actor of the context at the first one.
 */
export type StartMounted = (handler: FetchHandler) => Promise<RunningServer>

/** `paths` are where it is mounted: without a body parser, and behind one. */
export function describeMounting(
  name: string,
  start: StartMounted,
  paths: readonly [string, ...string[]] = ['/audit', '/parsed'],
): void {
  describe(`${name} mounts a handler`, () => {
    const [mount] = paths
    const standIn = new StandIn()
    let server: RunningServer

    beforeAll(async () => {
      server = await start((request) => standIn.answer(request))
    })
    afterAll(async () => {
      await server?.close()
    })
    beforeEach(() => {
      standIn.reset()
    })

    const open = (route: string, given: Given = {}) => openAt(server.url, route, given)
    const echo = async (route: string, given: Given = {}) => {
      const response = await open(route, given)
      expect(response.statusCode).toBe(200)
      return JSON.parse(await text(response)) as Echo
    }

    test.each(paths)('at %s, which is asked for what was sent', async (path) => {
      const target = `${path}/entities/Resource/a%2Fb%20c%25%C3%A9%3F/activity?filter=a%3Ab+c&x=%26`
      const headers = { accept: 'x/y', 'x-many': ['one', 'two'] }
      const { method, url, headers: received } = await echo(`GET ${target}`, { headers })
      expect([method, new URL(url).pathname + new URL(url).search]).toEqual(['GET', target])
      expect(received).toMatchObject({ accept: 'x/y', 'x-many': 'one, two' })
      expect(received.host).toBe(new URL(server.url).host)
    })

    test('below its path and at the path itself', async () => {
      for (const path of [mount, `${mount}?a=b`, `${mount}/a`, `${mount}/${'x'.repeat(500)}`]) {
        const { url } = await echo(`GET ${path}`)
        expect(new URL(url).href).toBe(new URL(path, url).href)
      }
    })

    describe.each(paths)('at %s, with the body', (path) => {
      const json = { 'content-type': 'application/json' }

      test.each<[string, OutgoingHttpHeaders, string]>([
        ['of JSON', json, '{"action":["revert","ü"]}'],
        ['of JSON that is no object', { 'content-type': 'application/json' }, '[1,2]'],
        ['of text', { 'content-type': 'text/plain' }, 'some text'],
        ['of a long text', { 'content-type': 'text/plain' }, 'ü'.repeat(500_000)],
        ['without a type', {}, 'some text'],
      ])('%s', async (_, headers, body) => {
        const whole = await echo(`POST ${path}/echo`, { headers, body })
        expect(whole).toMatchObject({ method: 'POST', body, headers })
        const inPieces = await echo(`POST ${path}/echo`, { headers, body, pieces: 10 })
        expect(inPieces).toMatchObject({ method: 'POST', body, headers })
      })

      test('of nothing', async () => {
        expect(await echo(`POST ${path}/echo`)).toMatchObject({ method: 'POST', body: '' })
        expect(await echo(`POST ${path}/echo`, { headers: json })).toMatchObject({ body: '' })
      })

      test('that is not read by the handler, or in part, on the same connection', async () => {
        const body = 'x'.repeat(100_000)
        const agent = new Agent({ keepAlive: true, maxSockets: 1 })
        for (const route of [`POST ${path}/status`, `POST ${path}/part`, `POST ${path}/echo`]) {
          const headers = { 'content-type': 'text/plain' }
          const response = await open(route, { agent, headers, body })
          await response.resume().toArray()
          expect(response.complete).toBe(true)
        }
        agent.destroy()
      })
    })

    test('and sends its status, headers and cookies', async () => {
      const response = await open(`GET ${mount}/status`)
      expect(response.statusCode).toBe(422)
      expect(response.headers).toMatchObject({
        'content-type': 'application/problem+json',
        'x-own': 'kept',
        'set-cookie': ['one=1; Path=/', 'two=2; Path=/'],
      })
      expect(await text(response)).toBe('{"status":422}')
    })

    test('and sends an answer without a body', async () => {
      const response = await open(`GET ${mount}/nothing`)
      expect([response.statusCode, await text(response)]).toEqual([304, ''])
    })

    test('and answers HEAD without the body, which is not left open', async () => {
      const response = await open(`HEAD ${mount}/pages?count=1000`)
      expect(response.statusCode).toBe(200)
      expect(response.headers['content-type']).toBe('application/x-pages')
      expect((await buffer(response)).length).toBe(0)
      await vi.waitFor(() => expect(standIn.ended).toEqual(['cancelled']))
    })

    test('and sends events as they happen, not packed', async () => {
      const headers = { 'accept-encoding': 'gzip, deflate, br' }
      const response = await open(`GET ${mount}/events`, { headers })
      expect(response.headers['content-type']).toBe('text/event-stream')
      expect(response.headers['content-encoding']).toBeUndefined()
      const parts = response.setEncoding('utf8')[Symbol.asyncIterator]()
      expect((await parts.next()).value).toBe(': hello\n\n')
      for (const event of ['data: one\n\n', 'data: two\n\n', ':\n\n']) {
        standIn.send(event)
        expect((await parts.next()).value).toBe(event)
      }
      response.destroy()
    })

    test('and ends its stream, and its signal, when the caller goes away', async () => {
      const response = await open(`GET ${mount}/events`)
      await once(response, 'data')
      expect(standIn.ended).toEqual([])
      response.destroy()
      await vi.waitFor(() => expect(standIn.ended.toSorted()).toEqual(['aborted', 'cancelled']))
    })

    test('and ends its signal when the caller goes away before it has answered', async () => {
      const asked = request(`${server.url}${mount}/late`)
      asked.on('error', () => {})
      asked.end()
      await vi.waitFor(() => expect(standIn.isAsked).toBe(true))
      asked.destroy()
      await vi.waitFor(() => expect(standIn.ended).toEqual(['aborted']))
      standIn.answerLate()
      // What it answers then is for nobody.
      await vi.waitFor(() => expect(standIn.ended).toEqual(['aborted', 'cancelled']))
    })

    test('and sends a long stream whole', async () => {
      const response = await open(`GET ${mount}/pages?count=100`)
      const sent = Buffer.concat(Array.from({ length: 100 }, (_, n) => pageOf(n)))
      expect((await buffer(response)).equals(sent)).toBe(true)
      expect(standIn.pages).toBe(100)
    })

    test('and reads a stream no faster than the caller does', async () => {
      const response = await open(`GET ${mount}/pages?count=${manyPages}`)
      const read = response[Symbol.asyncIterator]()
      await read.next()
      await untilStill(() => standIn.pages)
      // Of 256 MiB, what the sockets of both ends hold.
      const stopped = standIn.pages
      expect(stopped * pageSize).toBeLessThan(32 * 2 ** 20)
      for (let bytes = 0; bytes <= 2 * stopped * pageSize; ) {
        const { value } = await read.next()
        bytes += value.length
      }
      expect(standIn.pages).toBeGreaterThan(stopped)
      response.destroy()
      await vi.waitFor(() => expect(standIn.ended).toContain('cancelled'))
      expect(standIn.pages).toBeLessThan(manyPages)
    })

    test('in the context of its request, until its stream ends', async () => {
      const users = Array.from({ length: 20 }, (_, n) => `user-${n}`)
      const answers = users.map(async (user) => {
        const response = await open(`GET ${mount}/who`, { headers: { 'x-user-id': user } })
        return new Set((await text(response)).trim().split(/\s+/))
      })
      expect(await Promise.all(answers)).toEqual(users.map((user) => new Set([user])))
    })

    test('and breaks off where its stream fails', async () => {
      for (const route of ['breaks', 'breaks?at=once']) {
        const answering = open(`GET ${mount}/${route}`).then(async (response) => {
          return { status: response.statusCode, answer: await text(response) }
        })
        const { status, answer } = await answering.catch(() => ({ status: 500, answer: '' }))
        expect(status).toBe(500)
        expect(answer).not.toContain('The stream breaks')
      }
    })

    test('and answers 500 where it throws, and goes on', async () => {
      expect((await open(`GET ${mount}/throws`)).statusCode).toBe(500)
      expect((await echo(`GET ${mount}/echo`)).method).toBe('GET')
    })
  })
}

const manyPages = 4096

/** Waits until a number has not changed for many turns of the event loop. */
async function untilStill(number: () => number): Promise<void> {
  for (let turns = 0, last = number(); turns < 200; turns++) {
    await immediate()
    if (number() !== last) turns = 0
    last = number()
  }
}

/** Of a request. */
export interface Given {
  /** @default a connection of its own */
  readonly agent?: Agent
  readonly headers?: OutgoingHttpHeaders
  readonly body?: string
  /** In how many writes the body is sent. @default 1, with its length told before */
  readonly pieces?: number
}

/** Asks without reading the answer: fetch would read ahead. */
export async function openAt(
  url: string,
  route: string,
  { agent, headers, body, pieces = 1 }: Given = {},
): Promise<IncomingMessage> {
  const [method = '', path = ''] = route.split(' ')
  const sent = request(url + path, { method, agent: agent ?? false, headers: headers ?? {} })
  const answered = once(sent, 'response') as Promise<[IncomingMessage]>
  // Those after the response, which the body outlasts.
  sent.on('error', () => {})
  if (pieces === 1) sent.end(body)
  else {
    const bytes = Buffer.from(body ?? '')
    const length = Math.ceil(bytes.length / pieces)
    for (let i = 0; i < pieces; i++) {
      const piece = bytes.subarray(i * length, (i + 1) * length)
      await new Promise((resolve) => sent.write(piece, resolve))
    }
    sent.end()
  }
  const [response] = await answered
  return response
}
