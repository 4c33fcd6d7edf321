/**
 * A handler of the Fetch API answers a request of Node.js, as Express, Fastify and NestJS hand it on.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { ReadableStream } from 'node:stream/web'
import { createRequest, sendResponse } from '@remix-run/node-fetch-server'
import { AuditError } from '../errors.ts'
import { answerRequest, type FetchHandler, isEventStream } from './fetch-handler.ts'

/** What a framework knows of a request of Node.js. */
export interface NodeExchange {
  readonly incoming: IncomingMessage
  readonly outgoing: ServerResponse
  /** The framework's own request. */
  readonly original: unknown
  /** The target of the request before a mount path was cut off. @default that of the request */
  readonly url?: string | undefined
  /** `http` or `https`, where a proxy tells. @default by the connection */
  readonly protocol?: string | undefined
  /** What a body parser has made of the body, or the stream that it is to be read from instead. */
  readonly body?: unknown
  /** Is called before anything is written, if nothing has been thrown until then. */
  readonly onAnswer?: (() => void) | undefined
}

/**
 * Answers a request of Node.js with what `handler` answers.
 *
 * The handler's request has a signal that is aborted when the caller goes away. A stream is read as
 * fast as the caller takes it, and cancelled with the caller. Where it fails, the connection is closed,
 * so that nobody takes a part for the whole; then, as where the handler throws, the error is thrown,
 * unless the caller went away.
 *
 * @throws {AuditError} `RUNTIME_UNSUPPORTED` where the body was read before, and nothing is left of it.
 */
export async function answerNodeRequest(
  handler: FetchHandler,
  exchange: NodeExchange,
): Promise<void> {
  const { incoming, outgoing, original, onAnswer } = exchange
  const request = requestOf(exchange)
  if (!request) {
    onAnswer?.()
    outgoing.writeHead(400).end()
    return
  }
  try {
    const response = await answerRequest(handler, request, original)
    onAnswer?.()
    if (!request.signal.aborted) await send(outgoing, response)
  } catch (error) {
    if (request.signal.aborted) return
    if (outgoing.headersSent) outgoing.destroy()
    throw error
  } finally {
    const { body } = exchange
    await drain(body instanceof Readable ? body : incoming, request)
  }
}

/** Lets the rest of an unread body pass, without which the connection would stand still. */
async function drain(source: Readable, { body }: Request): Promise<void> {
  if (source.readableEnded || source.destroyed || body?.locked) return
  // It would gather what comes.
  await body?.cancel().catch(() => undefined)
  source.resume()
}

async function send(outgoing: ServerResponse, response: Response): Promise<void> {
  if (!isEventStream(response)) return sendResponse(outgoing, response)
  const events = new Response(response.body, response)
  // Express's `compression` would gather events, and send them packed once there are enough.
  events.headers.append('cache-control', 'no-transform')
  const sent = sendResponse(outgoing, events)
  // The head is written by now; Node.js would hold it back until the first event, which may be long.
  outgoing.flushHeaders()
  await sent
}

/** `undefined` for what the Fetch API has no request for: a method like TRACE, a malformed host. */
function requestOf({ incoming, outgoing, body, ...facts }: NodeExchange): Request | undefined {
  const given = bodyInsteadOf(incoming, body)
  const { method = 'GET', headers, socket, url: cut } = incoming
  // A request may name its target as a whole URL.
  const url = (facts.url ?? cut ?? '/').replace(/^https?:\/\/[^/?#]*/i, '')
  const options = facts.protocol === undefined ? {} : { protocol: `${facts.protocol}:` }
  try {
    if (given === undefined) {
      incoming.url = url
      return createRequest(incoming, outgoing, options)
    }
    // Only its head: of a stream that has ended it would await the end.
    const head = createRequest(
      { method: 'GET', url, headers, socket } as IncomingMessage,
      outgoing,
      options,
    )
    // These tell of the body as it was sent.
    for (const name of ['content-length', 'content-encoding', 'transfer-encoding']) {
      head.headers.delete(name)
    }
    // The signal of the head would be silent once that is garbage.
    const signal = goneSignal(outgoing)
    const whole = { method, headers: head.headers, body: given, signal, duplex: 'half' }
    return new Request(head.url, whole as RequestInit)
  } catch (error) {
    if (error instanceof TypeError) return undefined
    throw error
  } finally {
    incoming.url = cut
  }
}

function goneSignal(outgoing: ServerResponse): AbortSignal {
  const gone = new AbortController()
  outgoing.once('close', () => {
    if (!outgoing.writableFinished) gone.abort()
  })
  return gone.signal
}

/** `undefined` where the body, if there is one, is still to be read from the request itself. */
function bodyInsteadOf(incoming: IncomingMessage, body: unknown): Body | undefined {
  if (incoming.method === 'GET' || incoming.method === 'HEAD') return undefined
  if (body instanceof Readable && body !== incoming) {
    // `Readable.toWeb()` of Node.js 20 throws where nobody can catch it, if what it made is cancelled.
    return ReadableStream.from<Uint8Array>(body.iterator({ destroyOnReturn: false }))
  }
  // Of an empty body nothing is ever read, and a parser may have waited for its end.
  if (!incoming.readableDidRead) return incoming.readableEnded ? new Uint8Array() : undefined
  if (body === undefined) throw new AuditError('RUNTIME_UNSUPPORTED', wasRead)
  if (body instanceof Uint8Array) return Buffer.from(body)
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
}

type Body = ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer>

const wasRead =
  'The body of the request was read before it came to the audit handler, and is not in `request.body`. ' +
  'Mount auditRoutes() before what reads bodies.'
