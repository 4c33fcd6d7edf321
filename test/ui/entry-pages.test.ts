import { expect, test } from 'vitest'
import type { AuditClient, EntryJson } from '../../src/http/client.ts'
import { EntryPages } from '../../src/ui/log/entry-pages.ts'

const newestFirst = { order: 'time', direction: 'desc' } as const

/** A client that answers pages of these entries, whatever it is asked. */
function clientOf(pages: () => readonly (readonly number[])[]): AuditClient {
  const entries = async ({ cursor }: { readonly cursor?: string } = {}) => {
    const at = Number(cursor ?? 0)
    const page = (pages()[at] ?? []).map((seq) => ({ id: `e${seq}`, seq: String(seq) }))
    return { entries: page, nextCursor: pages()[at + 1] ? String(at + 1) : null }
  }
  return { entries } as unknown as AuditClient
}

const seqsOf = (pages: EntryPages) => pages.state.entries.map(({ seq }: EntryJson) => Number(seq))

test.each([
  ['', [6, 5, 4, 3, 2]],
  ['since:2026-01-01', [6, 5, 4, 3, 2]],
  ['entity:User until:15m', [6, 5, 4, 3, 2]],
  ['entity:User since:15m', [6, 5, 4]],
])('read once more, entries stay as long as they match: %j', async (filter, expected) => {
  let stored = [
    [5, 4],
    [3, 2],
  ]
  const client = clientOf(() => stored)
  const pages = new EntryPages(() => {})
  await pages.read(client, { ...newestFirst, filter })
  await pages.readMore(client)
  stored = [[6, 5, 4]]
  await pages.read(client, { ...newestFirst, filter })
  expect(seqsOf(pages)).toEqual(expected)
})

test('nothing of what another client has read stays, while it is asked and afterwards', async () => {
  const pages = new EntryPages(() => {})
  const wide = clientOf(() => [
    [5, 4],
    [3, 2],
  ])
  await pages.read(wide, { ...newestFirst, filter: '' })
  await pages.readMore(wide)
  const read = pages.read(
    clientOf(() => [[5]]),
    { ...newestFirst, filter: '' },
  )
  expect(seqsOf(pages)).toEqual([])
  await read
  expect(seqsOf(pages)).toEqual([5])
  expect(pages.state.nextCursor).toBe(null)
})
