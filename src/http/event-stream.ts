import { isEqualJson } from '../diff.ts'
import { entryJson } from '../query/entry-json.ts'
import { parseFilter } from '../query/parse-filter.ts'
import type { TailedEntry } from '../query/queries.ts'
import { TailPosition } from '../query/tail-position.ts'
import { authorized } from './authorize.ts'
import type { Call } from './call.ts'
import { headersOf } from './headers.ts'
import { problem } from './problem.ts'

export interface StreamParameters {
  readonly filter?: string | undefined
  readonly lastEventId?: string | undefined
}

/**
 * The entries as they come in, as server-sent events: `entry` with its JSON, its id to go on after. The first
 * event, `open`, has the id of the beginning, so that nothing is lost between two connections.
 *
 * It lasts until the caller goes, or until `authorize`, which is asked again from time to time, answers
 * another scope than it did at first, or until the handler is told to end.
 *
 * @throws {AuditError} `FILTER_INVALID`, `QUERY_INVALID`
 */
export async function eventStream(call: Call<StreamParameters>): Promise<Response> {
  const { parameters, audit, request, service, isHead } = call
  const { limits, streams } = service
  const { filter = '' } = parameters
  const given = request.headers.get('Last-Event-ID') || parameters.lastEventId
  // Before it is opened: afterwards nothing could be refused any more.
  parseFilter(filter)
  if (given !== undefined) TailPosition.parse(given, Date.now())
  if (isHead) return streamResponse(null)
  const giveBack = service.isEnding() ? null : streams.take()
  if (!giveBack) return problem('BUSY', {}, { 'Retry-After': '10' })
  const ended = new AbortController()
  const signal = AbortSignal.any([request.signal, ended.signal])
  try {
    const after = given ?? (await audit.tailPosition())
    const entries = audit.tail(filter, { after, signal, interval: limits.interval })
    const stop = () => ended.abort()
    const release = () => {
      service.lasting.delete(stop)
      giveBack()
    }
    service.lasting.add(stop)
    signal.addEventListener('abort', release, { once: true })
    if (service.isEnding()) stop()
    if (signal.aborted) release()
    return streamResponse(open(call, { entries, after, signal, stop }))
  } catch (error) {
    giveBack()
    throw error
  }
}

interface Stream {
  readonly entries: AsyncIterable<TailedEntry>
  readonly after: string
  /** Aborted at its end, whoever ended it. */
  readonly signal: AbortSignal
  readonly stop: () => void
}

function open(
  call: Call<StreamParameters>,
  { entries, after, signal, stop }: Stream,
): ReadableStream<Uint8Array> {
  const { request, service } = call
  const { heartbeat, reauthorize } = service.limits
  const encoder = new TextEncoder()
  let wanted: () => void = () => undefined
  const begin = (controller: ReadableStreamDefaultController<Uint8Array>) => {
    const send = (text: string) => {
      if (!signal.aborted) controller.enqueue(encoder.encode(text))
    }
    const beat = setInterval(() => {
      if ((controller.desiredSize ?? 0) > 0) send(':\n\n')
    }, heartbeat)
    const check = setInterval(checking(call, stop), reauthorize)
    beat.unref()
    check.unref()
    signal.addEventListener('abort', () => {
      clearInterval(beat)
      clearInterval(check)
      wanted()
      close(controller)
    })
    send(`retry: 3000\n${event('open', after, '{}')}`)
    follow(entries, async ({ entry, position }) => {
      send(event('entry', position, JSON.stringify(entryJson(entry))))
      // The next entry is not read before there is room for it.
      if ((controller.desiredSize ?? 0) > 0 || signal.aborted) return
      await new Promise<void>((resolve) => {
        wanted = resolve
      })
    })
      .catch((error: unknown) => {
        if (!signal.aborted) service.tell(error, request)
      })
      .finally(stop)
  }
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        if (signal.aborted) controller.close()
        else begin(controller)
      },
      pull: () => wanted(),
      cancel: stop,
    },
    // Some entries wait in it, so that a caller who is a little slower does not hold up the next look.
    { highWaterMark: 16 },
  )
}

async function follow(
  entries: AsyncIterable<TailedEntry>,
  take: (entry: TailedEntry) => Promise<void>,
): Promise<void> {
  for await (const entry of entries) await take(entry)
}

/** Whoever may no longer look, or not as far, has to ask anew; so has who is not answered in time. */
function checking(
  { request, service, scope }: Call<StreamParameters>,
  stop: () => void,
): () => Promise<void> {
  let isAsking = false
  return async () => {
    if (isAsking) return stop()
    isAsking = true
    try {
      const now = await authorized(service.authorize, request)
      if (!isEqualScope(now, scope)) stop()
    } catch (error) {
      service.tell(error, request)
      stop()
    }
    isAsking = false
  }
}

function isEqualScope(a: unknown, b: unknown): boolean {
  const plain = (value: unknown) =>
    JSON.parse(
      JSON.stringify(value, (_, inner) => (typeof inner === 'bigint' ? `${inner}n` : inner)),
    )
  return isEqualJson(plain(a), plain(b))
}

function event(name: string, id: string, data: string): string {
  return `event: ${name}\nid: ${id}\ndata: ${data}\n\n`
}

/** It may be closed already: by its reader. */
function close(controller: ReadableStreamDefaultController<Uint8Array>): void {
  try {
    controller.close()
  } catch {
    // Then there is nothing left to do.
  }
}

function streamResponse(body: ReadableStream<Uint8Array> | null): Response {
  return new Response(body, {
    headers: headersOf({
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store',
      // Buffered by a proxy, an event would come with the next ones.
      'X-Accel-Buffering': 'no',
    }),
  })
}
