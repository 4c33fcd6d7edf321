import { expect } from 'vitest'
import type { JsonValue } from '../../src/serialize.ts'
import { tagsOf } from '../../src/tags.ts'
import type { Database } from '../database/each.ts'

interface TagRow {
  readonly key: string
  readonly value: string
  readonly seq: number | bigint
}

/**
 * Expects of the audit table and the table of tags as they are that each tag of an entry is in the table of
 * tags, and that nothing else is.
 */
export async function expectSameTags(db: Database, plain: ReturnType<Database['client']>) {
  const entries = await plain.auditLog.findMany({ select: { seq: true, tags: true } })
  const found: TagRow[] = await plain.auditTag.findMany()
  const expected = entries.flatMap(({ seq, tags }) =>
    tagsOf(tags as JsonValue).map((tag) => ({ ...tag, seq })),
  )
  // Compared as texts: tens of thousands of objects take the time of a test.
  const texts = (rows: readonly TagRow[], key: (row: TagRow) => string) =>
    [...new Set(rows.map(key))].sort()
  expect(texts(found, textOf)).toHaveLength(found.length)
  if (db.provider !== 'mysql') {
    expect(texts(found, textOf)).toEqual(texts(expected, textOf))
    return
  }
  const known = new Set(expected.map(textOf))
  expect(found.filter((row) => !known.has(textOf(row)))).toEqual([])
  expect(texts(found, folded)).toEqual(texts(expected, folded))
}

function textOf({ key, value, seq }: TagRow): string {
  return JSON.stringify([key, value, String(seq)])
}

/** What is the same to MariaDB's collation: without case, accents, and spaces at the end. */
function folded({ key, value, seq }: TagRow): string {
  const fold = (text: string) =>
    text
      .normalize('NFD')
      .replaceAll(/\p{M}| +$/gu, '')
      .toUpperCase()
  return textOf({ key: fold(key), value: fold(value), seq })
}
