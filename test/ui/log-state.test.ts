import { expect, test } from 'vitest'
import type { EntryJson } from '../../src/http/client.ts'
import {
  arrived,
  asking,
  begun,
  failed,
  loaded,
  merged,
  refreshed,
  viewOf,
} from '../../src/ui/log/log-state.ts'

const wanted = { filter: '', order: 'time', direction: 'desc' } as const
const entry = (seq: number) => ({ id: `e${seq}`, seq: String(seq) }) as EntryJson
const page = (seqs: readonly number[], nextCursor: string | null = null) => ({
  entries: seqs.map(entry),
  nextCursor,
})
const seqsOf = (entries: readonly EntryJson[]) => entries.map(({ seq }) => Number(seq))

test('a page is added once, whatever came in between', () => {
  let state = loaded(begun(wanted), page([10, 9], '9'))
  state = merged(arrived(state, entry(11)))
  state = loaded(asking(state), page([9, 8]))
  expect(seqsOf(state.entries)).toEqual([11, 10, 9, 8])
  expect(viewOf(state)).toBe('entries')
})

test('what comes in is kept aside, the newest first, each once', () => {
  let state = loaded(begun(wanted), page([10, 8, 5], '5'))
  // Of 9, the transaction was open for longer; 4 belongs to the next page.
  for (const seq of [12, 9, 12, 13, 10, 4]) state = arrived(state, entry(seq))
  expect(seqsOf(state.fresh)).toEqual([13, 12, 9])
  expect(seqsOf(state.entries)).toEqual([10, 8, 5])
  expect(seqsOf(merged(state).entries)).toEqual([13, 12, 10, 9, 8, 5])
})

test('the entries of before stay until there are others, and go where there is an error', () => {
  const before = loaded(begun(wanted), page([2, 1]))
  const state = begun({ ...wanted, filter: 'a' }, before)
  expect(seqsOf(state.entries)).toEqual([2, 1])
  expect(viewOf(state)).toBe('entries')
  expect(viewOf(failed(state, new Error('no')))).toBe('problem')
  expect(viewOf(loaded(state, page([])))).toBe('none')
})

test('an empty trail is told from a filter that nothing matches, and from one that is not read yet', () => {
  expect(viewOf(begun(wanted))).toBe('loading')
  expect(viewOf(loaded(begun(wanted), page([])))).toBe('empty')
  const none = loaded(begun({ ...wanted, filter: 'a' }), page([]))
  expect(viewOf(none)).toBe('none')
  expect(viewOf(arrived(none, entry(1)))).toBe('entries')
})

test('where a further page fails, what was read stays', () => {
  const state = failed(asking(loaded(begun(wanted), page([2], '2'))), new Error('no'))
  expect(viewOf(state)).toBe('entries')
  expect(seqsOf(state.entries)).toEqual([2])
})

test('read once more, the first page comes before what was read already', () => {
  const before = loaded(asking(loaded(begun(wanted), page([4, 3], '3'))), page([2, 1], '1'))
  const again = loaded(begun(wanted, before), page([5, 4], '4'))
  expect(seqsOf(refreshed(before, again).entries)).toEqual([5, 4, 3, 2, 1])
  expect(refreshed(before, again).nextCursor).toBe('1')
  const far = loaded(begun(wanted, before), page([9, 8], '8'))
  expect(seqsOf(refreshed(before, far).entries)).toEqual([9, 8])
})
