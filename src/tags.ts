import type { JsonValue } from './serialize.ts'

/** Characters of a tag's key and value that can be searched for: what an index takes on every database. */
export const tagLimits = { key: 128, value: 256 } as const

/** One tag as it is searched for. */
export interface Tag {
  readonly key: string
  readonly value: string
}

/**
 * The tags of an entry in the form that is searched: each value as text, each item of a list by itself.
 * `null`, and what is no value of a tag, is not searched.
 */
export function tagsOf(tags: JsonValue): Tag[] {
  if (typeof tags !== 'object' || tags === null || Array.isArray(tags)) return []
  const found = new Map<string, Tag>()
  for (const [key, given] of Object.entries(tags as Readonly<Record<string, JsonValue>>)) {
    for (const value of Array.isArray(given) ? given : [given]) {
      if (!['string', 'number', 'boolean'].includes(typeof value)) continue
      const text = typeof value === 'number' ? decimal(value) : String(value)
      const tag = { key: first(key, tagLimits.key), value: first(text, tagLimits.value) }
      found.set(JSON.stringify(tag), tag)
    }
  }
  return [...found.values()]
}

/** The part of a tag's value that is searched for. */
export function tagValue(value: string): string {
  return first(value, tagLimits.value)
}

/** The part of a tag's key that is searched for. */
export function tagKey(key: string): string {
  return first(key, tagLimits.key)
}

/** Without an exponent, as PostgreSQL writes numbers. */
function decimal(number: number): string {
  const parts = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(String(number))
  if (!parts) return String(number)
  const [, sign = '', digit = '', fraction = '', exponent] = parts
  const shift = Number(exponent)
  const digits = digit + fraction
  return sign + (shift < 0 ? `0.${'0'.repeat(-shift - 1)}${digits}` : digits.padEnd(shift + 1, '0'))
}

/** By code points, as databases count characters. */
function first(text: string, length: number): string {
  return text.length <= length ? text : [...text].slice(0, length).join('')
}

/** PostgreSQL's way to the same, for an INSERT: {@link searchedTags} without those that are there already. */
export function tagsSelect(tags: string): string {
  return `${searchedTags(tags)} ON CONFLICT DO NOTHING`
}

/**
 * The tags of rows `inserted(seq)` as key, value and seq, where `tags` is the expression that has them as
 * jsonb.
 */
export function searchedTags(tags: string): string {
  const object = `CASE WHEN jsonb_typeof(${tags}) = 'object' THEN ${tags} ELSE '{}'::jsonb END`
  const items = `CASE WHEN jsonb_typeof(tag.value) = 'array' THEN tag.value ELSE jsonb_build_array(tag.value) END`
  return (
    `SELECT left(tag.key, ${tagLimits.key}), left(item.value #>> '{}', ${tagLimits.value}), inserted.seq ` +
    `FROM inserted CROSS JOIN LATERAL jsonb_each(${object}) AS tag ` +
    `CROSS JOIN LATERAL jsonb_array_elements(${items}) AS item ` +
    `WHERE jsonb_typeof(item.value) IN ('string', 'number', 'boolean')`
  )
}
