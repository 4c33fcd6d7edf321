/**
 * What is mounted to look at the adapters alone.
 */
import { ReadableStream as IteratedStream } from 'node:stream/web'
import { setImmediate as immediate } from 'node:timers/promises'
import { currentAudit } from '../../src/index.ts'

/** Bytes. */
export const pageSize = 64 * 1024
export function pageOf(n: number): Buffer {
  return Buffer.alloc(pageSize, `page ${n}\n`)
}

/** What the stand-in has heard. */
export interface Echo {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** A handler that answers by the last part of the path, and tells how it was treated. */
export class StandIn {
  /** How streams and requests that were not answered whole have ended. */
  ended: string[] = []
  /** Pages that were read of the stream `pages`. */
  pages = 0
  isAsked = false
  send: (event: string) => void = () => {}
  answerLate: () => void = () => {}

  reset(): void {
    Object.assign(this, { ended: [], pages: 0, isAsked: false })
  }

  async answer(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url)
    const { ended } = this
    switch (pathname.split('/').at(-1)) {
      case 'status':
        return new Response('{"status":422}', {
          status: 422,
          headers: [
            ['content-type', 'application/problem+json'],
            ['x-own', 'kept'],
            ['set-cookie', 'one=1; Path=/'],
            ['set-cookie', 'two=2; Path=/'],
          ],
        })
      case 'part':
        for await (const _ of request.body ?? []) break
        return new Response(null, { status: 413 })
      case 'nothing':
        return new Response(null, { status: 304 })
      case 'events':
        request.signal.addEventListener('abort', () => ended.push('aborted'))
        return this.#events()
      case 'late':
        request.signal.addEventListener('abort', () => ended.push('aborted'))
        this.isAsked = true
        await new Promise<void>((resolve) => {
          this.answerLate = resolve
        })
        return this.#events()
      case 'pages':
        return this.#pages(Number(searchParams.get('count')))
      case 'who':
        return new Response(IteratedStream.from(whoReads()) as unknown as BodyInit)
      case 'breaks':
        return new Response(
          IteratedStream.from(breaking(searchParams.has('at'))) as unknown as BodyInit,
        )
      case 'throws':
        throw new Error('The handler throws')
      default: {
        const { method, url, headers } = request
        const body = await request.text()
        const echo: Echo = { method, url, headers: Object.fromEntries(headers), body }
        return Response.json(echo)
      }
    }
  }

  #events(): Response {
    const { ended } = this
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.send = (event) => controller.enqueue(Buffer.from(event))
        this.send(': hello\n\n')
      },
      cancel: () => void ended.push('cancelled'),
    })
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
  }

  #pages(count: number): Response {
    const { ended } = this
    const body = new ReadableStream<Uint8Array>(
      {
        pull: (controller) => {
          if (this.pages === count) controller.close()
          else controller.enqueue(pageOf(this.pages++))
        },
        cancel: () => void ended.push('cancelled'),
      },
      { highWaterMark: 0 },
    )
    return new Response(body, { headers: { 'content-type': 'application/x-pages' } })
  }
}

/** Large parts, for which a socket has to be waited for. */
async function* whoReads() {
  for (let part = 0; part < 10; part++) {
    yield Buffer.from(`${currentAudit()?.actor?.id}`.padEnd(pageSize))
    await immediate()
  }
}

async function* breaking(isAtOnce: boolean) {
  for (let part = 0; part < 10 && !isAtOnce; part++) {
    yield Buffer.alloc(pageSize)
    await immediate()
  }
  throw new Error('The stream breaks')
}
