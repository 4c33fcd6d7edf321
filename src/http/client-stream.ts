import { type EventSourceMessage, EventSourceParserStream } from 'eventsource-parser/stream'
import type { EntryJson } from '../query/entry-json.ts'
import { errorOf, isOf } from './client-error.ts'

/** A new entry, with the id of its event: what to go on after. */
export interface StreamedEntry {
  readonly entry: EntryJson
  readonly id: string
}

interface Stream {
  readonly request: (given: Given) => Promise<Request>
  readonly send: (request: Request) => Promise<Response>
  readonly lastEventId: string | undefined
  /** Milliseconds. @default what the handler says */
  readonly retry: number | undefined
  readonly signal: AbortSignal | undefined
  /** Told whenever a connection is made, and when it has ended or could not be made. */
  readonly onConnection: ((isOpen: boolean) => void) | undefined
}

interface Given {
  readonly headers: Record<string, string>
  readonly signal: AbortSignal
}

interface Attempt {
  readonly lastEventId: string | undefined
  /** Whether there was a connection before. */
  readonly wasOpen: boolean
  readonly signal: AbortSignal
}

/** Milliseconds, as browsers have it for an `EventSource`. */
const firstRetry = 3000

/** Milliseconds between two attempts at most, where one after the other fails. */
const longestRetry = 60_000

/** One connection after the other, each from where the one before ended. */
export async function* streamedEntries(stream: Stream): AsyncGenerator<StreamedEntry, void> {
  const { signal } = stream
  let { lastEventId } = stream
  let retry = stream.retry ?? firstRetry
  let failures = 0
  let wasOpen = false
  while (!signal?.aborted) {
    const ended = new AbortController()
    const stop = () => ended.abort()
    signal?.addEventListener('abort', stop, { once: true })
    try {
      const response = await connect(stream, { lastEventId, wasOpen, signal: ended.signal })
      stream.onConnection?.(response !== null)
      if (response) {
        failures = 0
        wasOpen = true
        const told = (milliseconds: number) => {
          retry = stream.retry ?? milliseconds
        }
        for await (const { event, id, data } of eventsOf(response, told)) {
          if (id !== undefined) lastEventId = id
          if (event === 'entry') yield { entry: JSON.parse(data), id: lastEventId ?? '' }
          if (signal?.aborted) return
        }
        stream.onConnection?.(false)
      } else failures += 1
    } finally {
      signal?.removeEventListener('abort', stop)
      // Whoever breaks the loop takes the connection with it.
      stop()
    }
    await pause(Math.min(retry * 2 ** failures, Math.max(retry, longestRetry)), signal)
  }
}

/**
 * `null` where it is worth to try again: there is no connection, or too much is going on. So it is where there was
 * a connection, but headers cannot be told now: a new token may need the network, too.
 *
 * @throws {AuditClientError} where it is not
 * @throws what the headers throw
 */
async function connect(
  { request, send }: Stream,
  { lastEventId, wasOpen, signal }: Attempt,
): Promise<Response | null> {
  const headers = {
    Accept: 'text/event-stream',
    ...(lastEventId !== undefined && { 'Last-Event-ID': lastEventId }),
  }
  let asked: Request
  try {
    asked = await request({ headers, signal })
  } catch (error) {
    if (wasOpen || signal.aborted) return null
    throw error
  }
  const response = await send(asked).catch(() => null)
  if (!response) return null
  // To ask again for what is no stream would not end.
  if (isOf(response, 'text/event-stream')) return response
  const error = await errorOf(response)
  if (error.status < 500 && error.status !== 429) throw error
  return null
}

/** Ends with the connection, however that ends. */
async function* eventsOf(
  { body }: Response,
  onRetry: (milliseconds: number) => void,
): AsyncGenerator<EventSourceMessage, void> {
  if (!body) return
  const reader = body
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream({ onRetry }))
    .getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read().catch(() => ({ done: true, value: undefined }))
      if (done || !value) return
      yield value
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve()
    const end = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, milliseconds)
    signal?.addEventListener('abort', end)
  })
}
