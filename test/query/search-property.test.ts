import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { type AuditEntry, type AuditScope, audit, withAudit } from '../../src/index.ts'
import type { Filter, FilterTerm } from '../../src/query/filter.ts'
import { printFilter } from '../../src/query/print-filter.ts'
import type { SearchOrder } from '../../src/query/queries.ts'
import { describeEachDatabase } from '../database/each.ts'
import { matches } from './matches.ts'

const runs = Number(process.env.AUDIT_TEST_RUNS ?? 300)
const seed = process.env.AUDIT_TEST_SEED ? { seed: Number(process.env.AUDIT_TEST_SEED) } : {}

// Few values, so that terms meet entries; with what LIKE, JSON and SQL have a meaning of their own for.
const words = [
  'a',
  'ab',
  'abc',
  'b',
  '10',
  'a%',
  'a_b',
  'a"b',
  "a'b",
  'a\\b',
  'é',
  '!x',
  'x y',
  '😀',
]
const word = fc.constantFrom(...words)
const start = Date.UTC(2026, 0, 1)
const hour = 3_600_000

/** What filters are made of, and what breaks SQL, LIKE and JSON where it is not a parameter. */
const pieces = [
  ...[
    'entity:',
    'id:',
    'actor:',
    'since:',
    'until:',
    'field:',
    'ip:',
    'trace:',
    'a:',
    '"a b":',
    '-',
  ],
  ...[
    ' ',
    ',',
    '"',
    '\\',
    '*',
    ':',
    '%',
    '_',
    '!',
    "'",
    ';',
    '--',
    '/*',
    '$1',
    '?',
    '\0',
    '\n',
    '\ud800',
  ],
  ...[
    'a',
    'é',
    '😀',
    '2026-01-01',
    '7d',
    '99999999999d',
    '-1',
    '0'.repeat(32),
    '{}',
    '[',
    '\u202e',
  ],
]

const event = fc.record({
  entity: word,
  entityId: fc.option(word),
  action: word,
  outcome: fc.constantFrom('success', 'failure', 'denied'),
  actor: fc.option(
    fc.record({
      id: fc.option(word),
      name: fc.option(word),
      type: fc.constantFrom('user', 'agent'),
    }),
  ),
  tenant: fc.option(word),
  reason: fc.option(word, { nil: undefined }),
  tags: fc.dictionary(word, fc.oneof(word, fc.array(word), fc.nat(20), fc.boolean())),
  request: fc.record({ ip: word, id: word }, { requiredKeys: [] }),
  after: fc.dictionary(fc.constantFrom('name', 'role'), word),
})

const value = fc.record({ text: word, isPrefix: fc.constant(true) }, { requiredKeys: ['text'] })
const negation = fc.record({ isNegated: fc.constant(true) }, { requiredKeys: [] })
const valued = (keys: string[], values: typeof value) =>
  fc.tuple(fc.constantFrom(...keys), fc.array(values, { minLength: 1, maxLength: 3 }))
const exact = value.map(({ text }) => ({ text }))
const term: fc.Arbitrary<FilterTerm> = fc.oneof(
  fc
    .tuple(
      fc.oneof(
        valued(['entity', 'id', 'actor', 'tenant', 'action'], value),
        valued(['ip', 'request'], exact),
        fc.constant(['field', [{ text: 'name' }]] as const),
        fc.constant(['outcome', [{ text: 'denied' }]] as const),
        fc.constant(['type', [{ text: 'agent' }, { text: 'system' }]] as const),
      ),
      negation,
    )
    .map(([[key, values], not]) => ({ kind: 'field', key, values, ...not }) as FilterTerm),
  fc
    .tuple(word, fc.array(value, { minLength: 1, maxLength: 3 }), negation)
    .map(([key, values, not]) => ({ kind: 'tag', key, values, ...not }) as FilterTerm),
  fc.tuple(word, negation).map(([text, not]) => ({ kind: 'text', text, ...not }) as FilterTerm),
  fc.tuple(fc.constantFrom('since', 'until'), fc.nat(60)).map(
    ([key, hours]) =>
      ({
        kind: 'field',
        key,
        values: [{ text: new Date(start + hours * hour).toISOString() }],
      }) as FilterTerm,
  ),
)
const filter: fc.Arbitrary<Filter> = fc.record({ terms: fc.array(term, { maxLength: 3 }) })

const names = fc.oneof(fc.constant('all' as const), fc.uniqueArray(word, { maxLength: 3 }))
const scope: fc.Arbitrary<AuditScope | null> = fc.option(
  fc.record({ tenants: names, entities: names, actors: names }),
)
const order: fc.Arbitrary<Required<SearchOrder>> = fc.record({
  by: fc.constantFrom('time', 'entity', 'action', 'actor'),
  direction: fc.constantFrom('asc', 'desc'),
}) as fc.Arbitrary<Required<SearchOrder>>

describeEachDatabase('Any filter within any scope', (db) => {
  let hours = 0
  const options = {
    redact: { hashKey: 'a key of the tests' },
    // Back and forth, as clocks of several processes are.
    now: () => new Date(start + ((hours * 7) % 60) * hour),
  }
  const open = () => db.client().$extends(audit(options))
  let prisma: ReturnType<typeof open>
  let all: AuditEntry[]

  beforeAll(async () => {
    prisma = open()
    for (const each of fc.sample(event, { numRuns: 120, seed: 7 })) {
      hours++
      const { actor, tenant, tags, request, reason, after, ...rest } = each
      const context = { ...(actor && { actor: actor as { id: string } }), tenant, tags, request }
      const states = { before: { name: 'old', role: 'old' }, after }
      await withAudit({ ...context, reason }, () => prisma.$audit.record({ ...rest, ...states }))
    }
    all = (await prisma.$audit.entries({ take: 1000 })).entries
    expect(all).toHaveLength(120)
  })

  const asked = (wanted: AuditScope | null) =>
    wanted ? prisma.$audit.scoped(wanted) : prisma.$audit
  const visible = (wanted: AuditScope | null, { tenantId, entity, actorId }: AuditEntry) => {
    const isIn = (list: readonly string[] | 'all' | undefined, value: string | null) =>
      list === 'all' || list === undefined || (value !== null && list.includes(value))
    if (!wanted) return true
    return (
      isIn(wanted.tenants, tenantId) &&
      isIn(wanted.entities, entity) &&
      isIn(wanted.actors as readonly string[] | 'all', actorId)
    )
  }

  test('finds exactly the entries that it means, page by page, each once, in order', async () => {
    await fc.assert(
      fc.asyncProperty(
        filter,
        scope,
        order,
        fc.integer({ min: 1, max: 40 }),
        async (f, s, o, take) => {
          const now = options.now()
          const expected = all.filter((entry) => visible(s, entry) && matches(entry, f, now))
          const found: AuditEntry[] = []
          let cursor: string | null = null
          do {
            const page = await asked(s).search(f, { take, cursor, order: o })
            expect(page.entries.length).toBeLessThanOrEqual(take)
            found.push(...page.entries)
            cursor = page.nextCursor
          } while (cursor !== null)
          const ids = (entries: readonly AuditEntry[]) => entries.map(({ id }) => id).sort()
          expect(ids(found)).toEqual(ids(expected))
          if (o.by === 'time' && !f.terms.some(isTime)) expect(found).toEqual(inOrder(expected, o))
          expect(await asked(s).count(f)).toEqual({ count: expected.length, isExact: true })
        },
      ),
      { numRuns: runs, ...seed },
    )
  })

  test('means the same as text', async () => {
    await fc.assert(
      fc.asyncProperty(filter, async (f) => {
        const [asData, asText] = await Promise.all([
          prisma.$audit.search(f),
          prisma.$audit.search(printFilter(f)),
        ])
        expect(asText).toEqual(asData)
      }),
      { numRuns: Math.ceil(runs / 6), ...seed },
    )
  })

  test('answers any text, or refuses it as a filter, and never fails otherwise', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 30 }),
      fc.string({ unit: fc.constantFrom(...pieces), maxLength: 12 }),
    )
    await fc.assert(
      fc.asyncProperty(text, scope, order, async (f, s, o) => {
        const { entries } = await asked(s)
          .search(f, { order: o })
          .catch((error: unknown) => {
            expect(error).toMatchObject({ code: 'FILTER_INVALID' })
            return { entries: [] }
          })
        expect(entries.every((entry) => visible(s, entry))).toBe(true)
      }),
      { numRuns: runs, ...seed },
    )
  })

  test('counts the values of what it finds', async () => {
    await fc.assert(
      fc.asyncProperty(filter, scope, async (f, s) => {
        const expected = all.filter(
          (entry) => visible(s, entry) && matches(entry, f, options.now()),
        )
        const { sampled, isComplete, facets } = await asked(s).facets(f, { take: 1000 })
        expect({ sampled, isComplete }).toEqual({ sampled: expected.length, isComplete: true })
        const counts = new Map<string, number>()
        for (const { entity } of expected) counts.set(entity, (counts.get(entity) ?? 0) + 1)
        const values = facets.find(({ key, isTag }) => key === 'entity' && !isTag)?.values ?? []
        expect(new Map(values.map(({ value: name, count }) => [name, count]))).toEqual(counts)
      }),
      { numRuns: Math.ceil(runs / 6), ...seed },
    )
  })
})

function isTime(each: FilterTerm): boolean {
  return each.kind === 'field' && (each.key === 'since' || each.key === 'until')
}

function inOrder(entries: readonly AuditEntry[], { direction }: SearchOrder): AuditEntry[] {
  const sign = direction === 'asc' ? 1 : -1
  return entries.toSorted((a, b) => sign * Number(a.seq - b.seq))
}
