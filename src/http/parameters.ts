import { z } from 'zod'
import type { Limits } from './limits.ts'
import type { ParameterProblem } from './problem.ts'

/** Text that every database takes. */
export const text = z.string().refine((value) => value.isWellFormed() && !value.includes('\0'), {
  error: 'It has to be text without NUL and lone surrogates.',
})

export const id = text
  .regex(/^[0-9a-f]{32}$/, { error: 'An id has 32 lowercase hex characters.' })
  .meta({ description: 'The id of an entry' })

export const traceId = id.meta({ description: 'The `traceId` of an entry' })

/** A number as the text of a parameter has it; at most the usual one where it is absent. */
function whole(most: number, usual: number, description: string) {
  const standard = Math.min(usual, most)
  return text
    .regex(/^\d{1,9}$/, { error: `It has to be a number from 1 to ${most}.` })
    .transform(Number)
    .pipe(z.number().int().min(1).max(most))
    .default(standard)
    .meta({ description: `${description}; ${standard.toLocaleString('en')} where it is absent` })
}

/** Names with commas between them. */
const names = text
  .max(2000)
  .transform((value) => value.split(',').filter((name) => name !== ''))
  .pipe(z.array(z.string()).max(50))

const aTime = 'It has to be a time like 2030-01-31T12:00:00Z, of the years 1 to 9999.'

/** Databases have no other years. */
function isStorable(time: string): boolean {
  const year = new Date(time).getUTCFullYear()
  return year >= 1 && year <= 9999
}

/** What routes are asked with, by the name of the parameter. */
export function parameters(limits: Limits) {
  return {
    filter: text
      .max(limits.filter, { error: `A filter has at most ${limits.filter} characters.` })
      .optional()
      .meta({ description: 'In the filter language; all entries where it is absent' }),
    take: whole(limits.take, 50, 'Entries in the page'),
    cursor: text
      .min(1)
      .max(4000)
      .optional()
      .meta({ description: 'The `nextCursor` of the page before, of the same question' }),
    order: z.enum(['time', 'entity', 'action', 'actor']).optional(),
    direction: z.enum(['asc', 'desc']).optional(),
    limit: whole(100_000, 10_000, 'Entries that are counted at most'),
    sample: whole(50_000, 5_000, 'The newest entries that are looked at'),
    values: whole(limits.take, 20, 'Values of a key'),
    buckets: whole(200, 60, 'Spans of time of the same length'),
    keys: names
      .optional()
      .meta({ description: 'Keys of fields or tags, with commas between them' }),
    include: names
      .optional()
      .meta({ description: 'Relation fields whose histories are to be in it, with commas' }),
    at: z.iso
      .datetime({ offset: true, error: aTime })
      .max(40)
      .refine(isStorable, { error: aTime })
      .meta({ description: 'ISO 8601, with its offset' }),
    name: text.min(1).max(500),
    entityId: text
      .min(1)
      .max(2000)
      .meta({ description: 'As entries have it; that of a composite key is a JSON array' }),
    format: z.enum(['csv', 'ndjson']),
    position: text
      .min(1)
      .optional()
      .meta({ description: 'The `id` of the last event; the header `Last-Event-ID` overrules it' }),
  } as const
}

/** What was read of a request, or all that is wrong with it. */
export type Parsed<T> =
  | { readonly value: T }
  | { readonly errors: readonly [ParameterProblem, ...ParameterProblem[]] }

/** Reads the parameters of a path, which are percent-encoded, and of a query string. */
export function parseParameters<T>(
  schema: z.ZodType<T>,
  path: Readonly<Record<string, string>>,
  search: string,
): Parsed<T> {
  const given = new Map<string, string>()
  const pairs = search.replace(/^\?/, '').split('&').filter(Boolean).map(pairOf)
  for (const [name, value] of [...Object.entries(path), ...pairs]) {
    const decoded = [name, value].map(decode)
    const [key, content] = decoded
    if (key === undefined || content === undefined) {
      return { errors: [{ parameter: key ?? '', message: 'Its percent-encoding is not valid.' }] }
    }
    if (given.has(key)) {
      return { errors: [{ parameter: key, message: 'It may be there once only.' }] }
    }
    given.set(key, content)
  }
  return checked(schema, Object.fromEntries(given))
}

/** Checks a value; unknown names are refused by the schema. */
export function checked<T>(schema: z.ZodType<T>, value: unknown): Parsed<T> {
  const result = schema.safeParse(value)
  if (result.success) return { value: result.data }
  const errors = result.error.issues.flatMap((issue): ParameterProblem[] =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((parameter) => ({ parameter, message: 'There is no such parameter.' }))
      : [{ parameter: issue.path.join('.'), message: issue.message }],
  )
  return { errors: errors as [ParameterProblem, ...ParameterProblem[]] }
}

function pairOf(pair: string): [string, string] {
  const at = pair.indexOf('=')
  const [name, value] = at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)]
  return [name.replaceAll('+', ' '), value.replaceAll('+', ' ')]
}

function decode(encoded: string): string | undefined {
  try {
    return decodeURIComponent(encoded)
  } catch {
    return undefined
  }
}
