import { updateAudit, withAudit } from '../context.ts'
import { type Call, TRAIL } from './call.ts'
import { headersOf } from './headers.ts'
import { problem } from './problem.ts'

type Format = 'csv' | 'ndjson'

export interface ExportParameters {
  readonly filter?: string | undefined
  readonly format: Format
  readonly order?: 'time' | 'entity' | 'action' | 'actor' | undefined
  readonly direction?: 'asc' | 'desc' | undefined
}

const mediaTypes = { csv: 'text/csv; charset=utf-8', ndjson: 'application/x-ndjson' } as const

/**
 * An export, a piece at a time as fast as it is taken. It is a run, `audit.export`: recorded before its
 * first byte, and at its end with the number of its entries, whatever ended it.
 *
 * @throws what the query refuses before its first piece
 */
export async function exportResponse(call: Call<ExportParameters>): Promise<Response> {
  const { parameters, scope, service, request, isHead } = call
  if (!scope.mayExport) return problem('FORBIDDEN', { detail: 'Your scope allows no exports.' })
  if (isHead) return attachment(null, parameters.format)
  const giveBack = service.isEnding() ? null : service.exports.take()
  if (!giveBack) return problem('BUSY', {}, { 'Retry-After': '10' })
  const { readable, writable } = new TransformStream<string, string>()
  const writer = writable.getWriter()
  let state: 'new' | 'recorded' | 'begun' = 'new'
  let begin: () => void = () => undefined
  const begun = new Promise<void>((resolve) => {
    begin = () => {
      state = 'begun'
      resolve()
    }
  })
  const running = recordedRun(call, async () => {
    state = 'recorded'
    await pump(call, writer, begin)
  })
  // What waits for it is the reader of the response, who hears of its end by the stream.
  running
    .then(
      () => writer.close(),
      async (error) => {
        if (state === 'begun' && error !== gone) service.tell(error, request)
        await writer.abort(error)
      },
    )
    .catch(() => undefined)
    .finally(giveBack)
  try {
    await Promise.race([begun, running])
  } catch (error) {
    if (state !== 'new') throw error
    service.tell(error, request)
    return problem('UNRECORDED', {}, { 'Retry-After': '10' })
  }
  return attachment(readable.pipeThrough(new TextEncoderStream()), parameters.format)
}

function recordedRun(call: Call<ExportParameters>, fn: () => Promise<void>): Promise<void> {
  const { filter, format } = call.parameters
  const tags = { route: 'export', format, ...(filter && { filter }) }
  const run = () => call.service.client.$audit.run('audit.export', { entity: TRAIL, tags }, fn)
  return withAudit(call.context, run)
}

const gone = new Error('The export was not taken to its end.')

async function pump(
  { parameters, audit, request, service }: Call<ExportParameters>,
  writer: WritableStreamDefaultWriter<string>,
  begin: () => void,
): Promise<void> {
  const { filter = '', format, order: by, direction } = parameters
  const records = new Records(format)
  const ended = new AbortController()
  const { signal } = ended
  const abort = () => {
    ended.abort()
    void writer.abort(gone).catch(() => undefined)
  }
  request.signal.addEventListener('abort', abort)
  service.lasting.add(abort)
  if (request.signal.aborted || service.isEnding()) abort()
  try {
    for await (const piece of audit.export(filter, { format, order: { by, direction }, signal })) {
      begin()
      await writer.write(piece).catch(() => {
        throw gone
      })
      records.add(piece)
    }
    if (signal.aborted) throw gone
    begin()
  } finally {
    request.signal.removeEventListener('abort', abort)
    service.lasting.delete(abort)
    // The closing entry is made in this context.
    updateAudit({ tags: { entries: Math.max(0, records.count) } })
  }
}

/** Counts records by their line ends; those within quotes, which CSV has, do not count, nor does its header. */
class Records {
  readonly #format: Format
  #isQuoted = false
  count: number

  constructor(format: Format) {
    this.#format = format
    this.count = format === 'csv' ? -1 : 0
  }

  add(piece: string): void {
    for (const [character] of piece.matchAll(this.#format === 'csv' ? /["\n]/g : /\n/g)) {
      if (character === '"') this.#isQuoted = !this.#isQuoted
      else if (!this.#isQuoted) this.count += 1
    }
  }
}

function attachment(body: ReadableStream<Uint8Array> | null, format: Format): Response {
  const name = `audit-${new Date().toISOString().slice(0, 10)}.${format}`
  return new Response(body, {
    headers: headersOf({
      'Content-Type': mediaTypes[format],
      'Content-Disposition': `attachment; filename="${name}"`,
      'Cache-Control': 'no-store',
    }),
  })
}
