import { once } from 'node:events'
import { Agent, createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { connect as connectHttp2, createServer as createHttp2Server } from 'node:http2'
import { type AddressInfo, connect } from 'node:net'
import { PassThrough, Readable } from 'node:stream'
import { buffer, text } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import express, { type RequestHandler } from 'express'
import { describe, expect, onTestFinished, test } from 'vitest'
import { auditRoutes, originalRequest } from '../../src/frameworks/express.ts'
import { answerNodeRequest, type NodeExchange } from '../../src/http/node.ts'
import { listen } from './conformance.ts'
import { openAt } from './mounting.ts'

/** A server whose handler answers what it was asked with, and the error of the last request, if any. */
async function start(facts: (incoming: IncomingMessage) => Partial<NodeExchange> = () => ({})) {
  const errors: unknown[] = []
  const answer = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const exchange = { incoming, outgoing, original: incoming, ...facts(incoming) }
    await answerNodeRequest(echo, exchange).catch((error) => {
      errors.push(error)
      outgoing.writeHead(500).end()
    })
  }
  const { url, close } = await listen(createServer(answer))
  onTestFinished(close)
  return { url, errors }
}

async function echo(request: Request): Promise<Response> {
  const { method, url, headers } = request
  return Response.json({
    method,
    url,
    type: headers.get('content-type'),
    body: await request.text(),
  })
}

/** Sends a request as it stands, and answers all that comes back. */
async function sendRaw(url: string, request: string): Promise<string> {
  const { port } = new URL(url)
  const socket = connect(Number(port), '127.0.0.1')
  socket.write(request)
  return text(socket)
}

const end = 'Connection: close\r\n\r\n'

describe('A request of Node.js', () => {
  test('is asked for by the path alone, where it names a whole URL', async () => {
    const { url } = await start()
    const answer = await sendRaw(
      url,
      `GET http://evil.example/audit/a%2Fb?c=d HTTP/1.1\r\nHost: example.com\r\n${end}`,
    )
    expect(answer).toContain('"url":"http://example.com/audit/a%2Fb?c=d"')
  })

  test.each([
    ['a malformed host', `GET /audit HTTP/1.1\r\nHost: a b<\r\n${end}`],
    ['a method that Fetch has not', `TRACE /audit HTTP/1.1\r\nHost: a\r\n${end}`],
  ])('with %s is a bad one', async (_, request) => {
    const { url, errors } = await start()
    expect(await sendRaw(url, request)).toMatch(/^HTTP\/1.1 400 /)
    expect(errors).toEqual([])
  })

  test('has the scheme and the path that the framework tells', async () => {
    const { url } = await start(() => ({ protocol: 'https', url: '/api/audit/entries' }))
    const answer = await openAt(url, 'GET /entries', { headers: { host: 'example.com' } })
    expect(JSON.parse(await text(answer)).url).toBe('https://example.com/api/audit/entries')
  })

  test('is refused where its body was read, and is not left', async () => {
    const { url, errors } = await start()
    const draining = createServer(async (incoming, outgoing) => {
      await buffer(incoming)
      const exchange = { incoming, outgoing, original: incoming }
      const answering = answerNodeRequest(echo, exchange)
      outgoing.end(await answering.catch(({ code }) => code))
    })
    const { url: drained, close } = await listen(draining)
    onTestFinished(close)
    const answer = await openAt(drained, 'POST /audit', { body: 'some text' })
    expect(await text(answer)).toBe('RUNTIME_UNSUPPORTED')
    expect(await text(await openAt(url, 'POST /audit', { body: 'some text' }))).toContain(
      'some text',
    )
    expect(errors).toEqual([])
  })

  test.each<[string, (incoming: IncomingMessage) => unknown]>([
    ['itself', () => undefined],
    ['of another stream', (incoming) => incoming.pipe(new PassThrough())],
  ])(
    'leaves its connection to the next one, where its body %s is read in part',
    async (_, body) => {
      const server = createServer((incoming, outgoing) => {
        const exchange = { incoming, outgoing, original: incoming, body: body(incoming) }
        void answerNodeRequest(async (request) => {
          if (request.url.endsWith('part')) for await (const _ of request.body ?? []) break
          return new Response(null, { status: 413 })
        }, exchange)
      })
      const { url, close } = await listen(server)
      const agent = new Agent({ keepAlive: true, maxSockets: 1 })
      onTestFinished(() => {
        agent.destroy()
        return close()
      })
      // More than the buffers of the sockets hold.
      const long = 'x'.repeat(20_000_000)
      for (const path of ['none', 'part', 'none']) {
        const answer = await openAt(url, `POST /${path}`, { agent, body: long })
        await answer.resume().toArray()
        expect([answer.statusCode, answer.complete]).toEqual([413, true])
      }
    },
  )

  test('for events is answered with its head at once, and not to be packed', async () => {
    const events = new ReadableStream()
    const server = createServer((incoming, outgoing) => {
      const headers = { 'content-type': 'text/event-stream', 'cache-control': 'no-store' }
      const exchange = { incoming, outgoing, original: incoming }
      void answerNodeRequest(() => new Response(events, { headers }), exchange)
    })
    const { url, close } = await listen(server)
    onTestFinished(close)
    const { headers, statusCode } = await openAt(url, 'GET /stream')
    expect([statusCode, headers['cache-control']]).toEqual([200, 'no-store, no-transform'])
  })

  test('of HTTP/2 is answered, and streamed', async () => {
    const parts = ['one ', 'two ', 'three']
    const server = createHttp2Server((incoming, outgoing) => {
      const exchange = { incoming, outgoing, original: incoming } as unknown as NodeExchange
      void answerNodeRequest(
        async (request) =>
          new Response(
            Readable.toWeb(
              Readable.from([await request.text(), ...parts].map(Buffer.from)),
            ) as BodyInit,
            {
              headers: { 'content-type': 'text/event-stream', 'x-url': request.url },
            },
          ),
        exchange,
      )
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const client = connectHttp2(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    onTestFinished(() => {
      client.close()
      server.close()
    })
    const stream = client.request({ ':method': 'POST', ':path': '/audit?a=b' })
    stream.end('zero ')
    const [headers] = await once(stream, 'response')
    expect(headers).toMatchObject({
      ':status': 200,
      'x-url': expect.stringMatching(/\/audit\?a=b$/),
    })
    expect(await text(stream)).toBe('zero one two three')
  })
})

describe('A body that a parser of Express has read', () => {
  const parsers: Record<string, RequestHandler> = {
    json: express.json(),
    text: express.text(),
    raw: express.raw(),
    form: express.urlencoded(),
  }

  test.each([
    ['json', 'application/json', '{ "a": [1] }', '{"a":[1]}'],
    ['text', 'text/plain', 'some text', 'some text'],
    ['raw', 'application/octet-stream', 'some bytes', 'some bytes'],
    // As text that is no form: a handler that wants JSON refuses its type.
    ['form', 'application/x-www-form-urlencoded', 'a=1', '{"a":"1"}'],
  ])('as %s is handed on as what it was', async (name, type, sent, body) => {
    const app = express().use(parsers[name] as RequestHandler, auditRoutes(echo))
    const { url, close } = await listen(createServer(app))
    onTestFinished(close)
    for (const headers of [
      { 'content-type': type },
      { 'content-type': type, 'content-encoding': 'gzip' },
    ]) {
      const packed = 'content-encoding' in headers ? gzipSync(sent) : Buffer.from(sent)
      const answer = await fetch(url, { method: 'POST', headers, body: packed })
      expect(await answer.json()).toEqual({ method: 'POST', url: `${url}/`, type, body })
    }
  })
})

test('The request of Express is known behind that of the handler, and no other is', async () => {
  const app = express()
    .use((request, _, next) => {
      Object.assign(request, { user: 'ada' })
      next()
    })
    .use(
      '/audit',
      auditRoutes(async (request) => {
        const { user, baseUrl } = originalRequest(request) as express.Request & { user?: string }
        return Response.json([user, baseUrl])
      }),
    )
  const { url, close } = await listen(createServer(app))
  onTestFinished(close)
  expect(await (await fetch(`${url}/audit/a`)).json()).toEqual(['ada', '/audit'])
  const unknown = new Request('http://localhost/audit')
  expect(() => originalRequest(unknown)).toThrow('`GET` `http://localhost/audit`')
})
