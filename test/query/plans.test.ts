import { beforeAll, describe, expect, test } from 'vitest'
import type { AuditScope } from '../../src/query/scope.ts'
import { fill } from '../bench/trail/fill.ts'
import { entityIdOf } from '../bench/trail/generate.ts'
import { type AuditedClient, auditedClient } from '../capture/audited.ts'
import type { Provider } from '../database/capabilities.ts'
import { describeEachDatabase } from '../database/each.ts'
import { explain, type Plan } from './plan.ts'

/** What is asked, and the index that answers it in its order. */
const questions: readonly [string, string, Index][] = [
  ['an entity', `entity:User id:${entityIdOf(0, 0)}`, 'AuditLog_entity_entityId_seq_idx'],
  [
    'one with few entries',
    `entity:Post id:${entityIdOf(9, 4)}`,
    'AuditLog_entity_entityId_seq_idx',
  ],
  ['an actor', 'actor:actor-0', 'AuditLog_actorId_seq_idx'],
  ['an actor with few entries', 'actor:actor-9013', 'AuditLog_actorId_seq_idx'],
  ['a trace', 'trace:018ccee9de80000000000000000000c6', 'AuditLog_traceId_seq_idx'],
  ['a tenant', 'tenant:tenant-0', 'AuditLog_tenantId_seq_idx'],
  ['a tenant with few entries', 'tenant:tenant-977', 'AuditLog_tenantId_seq_idx'],
  ['an action', 'action:approve', 'AuditLog_action_seq_idx'],
  ['a common tag', 'env:production', 'tags'],
  ['a rare tag', 'ticket:T-4711', 'tags'],
  ['two tags', 'namespace:ns-0 env:production', 'tags'],
  ['two tags, the common one first', 'env:production namespace:ns-0', 'tags'],
  ['everything', '', 'seq'],
]

const all: AuditScope = { tenants: 'all' }
const tenant: AuditScope = { tenants: ['tenant-1'] }

/** What is asked within a scope of one tenant. */
const scoped: readonly [string, string, Index][] = [
  ['everything', '', 'AuditLog_tenantId_seq_idx'],
  ['an entity', `entity:User id:${entityIdOf(1, 0)}`, 'AuditLog_entity_entityId_seq_idx'],
  ['an actor', 'actor:actor-1', 'AuditLog_actorId_seq_idx'],
]

type Index = `AuditLog_${string}_idx` | 'tags' | 'seq'

const primaryKeys = {
  postgresql: { seq: 'AuditLog_pkey', tags: 'AuditTag_pkey' },
  mysql: { seq: 'PRIMARY', tags: 'PRIMARY' },
  sqlite: { seq: 'INTEGER PRIMARY KEY', tags: 'sqlite_autoindex_AuditTag_1' },
} as const satisfies Record<Provider, Record<'seq' | 'tags', string>>

const rows = 100_000

const oldest = { order: { direction: 'asc' } } as const

/** Times are recorded as texts, of which MariaDB makes no range. */
function asGiven(arg: unknown): unknown {
  return typeof arg === 'string' && /^\d{4}-\d\d-\d\dT.*Z$/.test(arg) ? new Date(arg) : arg
}

/**
 * The tables and indexes that are read from end to end. What a query within another one has found is, and may
 * be sorted, or put into groups: it is bounded.
 */
function scansOf({ problems, text }: Pick<Plan, 'problems' | 'text'>): string[] {
  const inner = [...text.matchAll(/^CO-ROUTINE (\w+)$/gm)].map(([, name]) => `SCAN ${name}`)
  const isInner = (problem: string) => {
    const at = inner.indexOf(problem)
    if (at >= 0) inner.splice(at, 1)
    return at >= 0 || problem.includes('<derived')
  }
  return problems.filter(
    (problem) => /^(Seq Scan|SCAN|ALL of|index of)/.test(problem) && !isInner(problem),
  )
}

/** To tell which of two tags is the rarer one, up to a thousand of either are counted. */
function expectFewRows(
  plans: readonly { readonly rows: number | undefined; readonly text: string }[],
) {
  for (const { rows: read = 0, text } of plans) {
    expect(read, text).toBeLessThan(text.includes(') few') ? 10_000 : 3_000)
  }
}

describeEachDatabase('plans', (db) => {
  let prisma: AuditedClient
  beforeAll(async () => {
    await fill(db.provider, db.url, rows)
    // Nobody runs ANALYZE on SQLite, so its plans have to be right without.
    if (db.provider === 'sqlite') await db.sql('DELETE FROM sqlite_stat1')
    // MariaDB may still be counting what a table had while it was filled, by few of its pages.
    if (db.provider === 'mysql') {
      await db.sql('ALTER TABLE `AuditLog` STATS_AUTO_RECALC = 0, STATS_SAMPLE_PAGES = 200')
      await db.sql('ANALYZE TABLE `AuditLog`')
    }
    prisma = auditedClient(db)
    await prisma.$connect()
  }, 120_000)

  const plansOf = async (query: () => Promise<unknown>) => {
    db.statements().clear()
    await query()
    const statements = db.statements().matching(/^SELECT/)
    const run = (sql: string, args: readonly unknown[]) =>
      prisma.$queryRawUnsafe<Record<string, unknown>[]>(sql, ...args.map(asGiven))
    const plans = []
    for (const statement of statements) {
      const plan = await explain(db.provider, statement, run)
      plans.push({ ...plan, text: `${statement.sql}\n${plan.text}` })
    }
    return plans
  }
  const expectIndexed = async (index: Index, query: () => Promise<unknown>) => {
    const plans = await plansOf(query)
    const wanted = index.startsWith('AuditLog_') ? index : primaryKeys[db.provider][index as 'seq']
    expect(plans.length).toBeGreaterThan(0)
    for (const { problems, indexes, text } of plans) {
      // To tell whether a tag has a thousand rows, PostgreSQL sorts those of one that has little more.
      const isCount = text.includes(') few')
      expect(isCount ? [] : problems, text).toEqual([])
      expect(indexes, text).toContain(wanted)
    }
    return plans
  }

  describe.each([
    ['', questions, all],
    ['within a scope, ', scoped, tenant],
  ] as const)('%s', (_, asked, scope) => {
    const search = (filter: string, cursor?: string) =>
      prisma.$audit.scoped(scope).search(filter, { cursor })

    test.each(asked)('finds the newest of %s by an index', async (_name, filter, index) => {
      const plans = await expectIndexed(index, () => search(filter))
      expectFewRows(plans)
    })

    test.each(asked)('finds a later page of %s by an index', async (_name, filter, index) => {
      const plans = await expectIndexed(index, () => search(filter, `${rows / 2}`))
      expectFewRows(plans)
    })
  })

  test('looks for new entries, and into the gaps before them, by an index', async () => {
    const after = `99000~${Math.floor(Date.now() / 1000)}:10000,9999-20,20000,1`
    const plans = await plansOf(async () => {
      const iterator = prisma.$audit
        .tail('env:production outcome:success', { after })
        [Symbol.asyncIterator]()
      await iterator.next()
      await iterator.return?.()
    })
    expect(plans).toHaveLength(3)
    for (const { indexes, problems, rows: read, text } of plans) {
      expect(indexes, text).toContain(primaryKeys[db.provider].seq)
      // What was found is sorted where several ranges are read, and it is a thousand rows at most.
      expect(
        problems.filter((problem) => !problem.startsWith('Sort')),
        text,
      ).toEqual([])
      expect(read ?? 0, text).toBeLessThan(2_100)
    }
  })

  test('counts over time by the index of time, and some rows of each span only', async () => {
    const { createdAt: since } = (await prisma.$audit.search('', oldest)).entries[0] ?? {}
    const { createdAt: until } = (await prisma.$audit.search('')).entries[0] ?? {}
    const span = { since: since as Date, until: until as Date, buckets: 40 }
    for (const [filter, most] of [
      ['', 41_000],
      ['-action:create', 165_000],
    ] as const) {
      const plans = await plansOf(() => prisma.$audit.histogram(filter, span))
      expect(plans).toHaveLength(1)
      for (const plan of plans) {
        const { indexes, rows: read = 0, text } = plan
        expect(indexes, text).toContain('AuditLog_createdAt_seq_idx')
        expect(scansOf(plan), text).toEqual([])
        expect(read, text).toBeLessThan(most)
      }
    }
  })

  test('counts the newest over time by the index of what is asked for', async () => {
    const span = { since: new Date(Date.UTC(2000, 0)), until: new Date(Date.UTC(2100, 0)) }
    const { scoped } = prisma.$audit
    for (const [scope, filter, index] of [
      [tenant, '', 'AuditLog_tenantId_seq_idx'],
      [all, 'actor:actor-9013', 'AuditLog_actorId_seq_idx'],
      [all, `entity:User id:${entityIdOf(0, 0)}`, 'AuditLog_entity_entityId_seq_idx'],
    ] as const) {
      const plans = await plansOf(() => scoped(scope).histogram(filter, span))
      expect(plans).toHaveLength(1)
      for (const plan of plans) {
        expect(plan.indexes, plan.text).toContain(index)
        expect(scansOf(plan), plan.text).toEqual([])
      }
    }
  })

  test('tells the version of an entry by an index', async () => {
    const filter = `entity:User id:${entityIdOf(0, 0)}`
    const [, entry] = (await prisma.$audit.search(filter)).entries
    const [first, ...others] = await plansOf(() => prisma.$audit.version(entry?.id ?? ''))
    expect(first?.problems).toEqual([])
    expect(others).toHaveLength(3)
    for (const plan of others) {
      expect(plan.indexes, plan.text).toContain('AuditLog_entity_entityId_seq_idx')
      expect(scansOf(plan), plan.text).toEqual([])
    }
  })

  test('finds the history of an entity by an index', async () => {
    const subject = { entity: 'User', entityId: entityIdOf(0, 0) }
    const index = 'AuditLog_entity_entityId_seq_idx'
    await expectIndexed(index, () => prisma.$audit.history(subject))
    await expectIndexed(index, () => prisma.$audit.history(subject, { cursor: rows / 2 }))
  })
})
