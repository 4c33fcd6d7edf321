import { expect, test, vi } from 'vitest'
import type { AuditClient, EntryJson } from '../../src/http/client.ts'
import { EntityHistory, type Subject } from '../../src/ui/activity/entity-history.ts'

const entryOf = (seq: number) =>
  ({ id: `e${seq}`, seq: String(seq), entity: 'User', entityId: '1' }) as EntryJson

type Streamed = { readonly entry: EntryJson; readonly id: string }
type StreamOptions = Parameters<AuditClient['stream']>[0]

/** A handler that answers as a test says. */
class Handler {
  stored: readonly number[] = []
  /** Awaited before a page is answered, after it was read. */
  held: Promise<unknown> | undefined
  streams = 0
  stream: (options: StreamOptions) => AsyncIterable<Streamed> = () => nothing()

  subject(): Subject {
    const client = {
      activity: async () => {
        const entries = this.stored.map(entryOf)
        await this.held
        return { entries, nextCursor: null }
      },
      version: async () => ({ version: 1 }),
      stream: (options: StreamOptions) => {
        this.streams += 1
        return this.stream(options)
      },
    } as unknown as AuditClient
    return { client, entity: 'User', entityId: '1', include: [] }
  }
}

async function* nothing(): AsyncGenerator<Streamed> {
  yield* []
}

const ids = (entries: readonly EntryJson[]) => entries.map(({ id }) => id)
const ends = ({ signal }: NonNullable<StreamOptions>) =>
  new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve()))

test('what came in before the stream was there is new, too', async () => {
  const handler = new Handler()
  const history = new EntityHistory(() => {})
  handler.stored = [1]
  handler.stream = (options) => {
    options?.onConnection?.(true)
    return nothing()
  }
  await history.load(handler.subject())
  handler.stored = [2, 1]
  void history.watch(() => true)
  await vi.waitFor(() => expect(ids(history.news)).toEqual(['e2']))
  expect(ids(history.entries)).toEqual(['e1'])
  await history.refresh()
  expect([ids(history.entries), ids(history.news)]).toEqual([['e2', 'e1'], []])
  history.stop()
})

test('what comes in while a page is on its way stays new', async () => {
  const handler = new Handler()
  const history = new EntityHistory(() => {})
  handler.stored = [1]
  let answer = () => {}
  handler.stream = async function* (options = {}) {
    yield { entry: entryOf(3), id: '3' }
    answer()
    await ends(options)
  }
  await history.load(handler.subject())
  handler.stored = [2, 1]
  handler.held = new Promise<void>((resolve) => {
    answer = resolve
  })
  const refreshed = history.refresh()
  void history.watch(() => true)
  await refreshed
  expect([ids(history.entries), ids(history.news)]).toEqual([['e2', 'e1'], ['e3']])
  handler.stored = [3, 2, 1]
  await history.refresh()
  expect([ids(history.entries), ids(history.news)]).toEqual([['e3', 'e2', 'e1'], []])
  history.stop()
})

test('after a refusal, it can be watched again', async () => {
  const handler = new Handler()
  const history = new EntityHistory(() => {})
  handler.stream = () => {
    throw new Error('not signed in')
  }
  await history.load(handler.subject())
  await history.watch(() => true)
  handler.stream = async function* () {
    yield { entry: entryOf(1), id: '1' }
  }
  await history.watch(() => true)
  expect([handler.streams, ids(history.news)]).toEqual([2, ['e1']])
})
