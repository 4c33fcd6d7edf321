import { beforeAll, expect, test } from 'vitest'
import { type AuditScope, audit, withAudit } from '../../src/index.ts'
import { describeEachDatabase } from '../database/each.ts'

describeEachDatabase('A scope', (db) => {
  const open = () => db.client().$extends(audit({ redact: { hashKey: 'a key of the tests' } }))
  let prisma: ReturnType<typeof open>
  const ids: Record<string, string> = {}

  beforeAll(async () => {
    prisma = open()
    const log = prisma.$audit.executionLog()
    const tenants = ['acme', 'ACME', 'acmé', 'acme ', 'globex']
    for (const [i, tenant] of tenants.entries()) {
      await withAudit({ tenant, actor: { id: `of ${tenant}` }, tags: { of: tenant } }, () =>
        prisma.$audit.run('execute', { entity: 'Flow', entityId: tenant }, async ({ traceId }) => {
          ids[tenant] = traceId
          await prisma.tag.create({ data: { name: `tag of ${tenant} ${i}` } })
          log.write({ level: 'info', message: `line of ${tenant}` })
        }),
      )
    }
    await prisma.$audit.record({ action: 'start', entity: 'Server' })
    // One unit of work that two tenants have a part in.
    await withAudit({ tenant: 'acme' }, () =>
      prisma.$audit.run('share', { entity: 'Flow', entityId: 'shared' }, async ({ traceId }) => {
        ids.shared = traceId
        log.write({ level: 'info', message: 'line of both' })
        await withAudit({ tenant: 'globex' }, () =>
          prisma.$audit.record({ action: 'accept', entity: 'Flow', entityId: 'shared' }),
        )
      }),
    )
    await log.flush()
  })

  const within = (scope: AuditScope) => prisma.$audit.scoped(scope)
  const tenantsOf = async (scope: AuditScope) =>
    new Set(
      (await within(scope).search('', { take: 1000 })).entries.map(({ tenantId }) => tenantId),
    )

  test('of a tenant has that one only, whatever the collation takes for the same', async () => {
    expect(await tenantsOf({ tenants: ['acme'] })).toEqual(new Set(['acme']))
    expect(await tenantsOf({ tenants: ['ACME', 'acmé'] })).toEqual(new Set(['ACME', 'acmé']))
  })

  test('of no tenant is empty, and one that is missing is refused', async () => {
    expect(await tenantsOf({ tenants: [] })).toEqual(new Set())
    for (const wrong of [{}, { tenants: undefined }, { tenants: 'acme' }, null]) {
      expect(() => within(wrong as never)).toThrow(
        expect.objectContaining({ code: 'QUERY_INVALID' }),
      )
    }
  })

  test('of all tenants has entries without one, too', async () => {
    expect((await tenantsOf({ tenants: 'all' })).has(null)).toBe(true)
  })

  test('does not follow what is done to the object that it was', async () => {
    const scope = { tenants: ['acme'] }
    const asked = within(scope)
    scope.tenants.push('globex')
    expect((await asked.count('tenant:globex')).count).toBe(0)
  })

  test('of some entities or actors has theirs only', async () => {
    const entities = within({ tenants: 'all', entities: ['Tag'] })
    expect((await entities.facets()).facets.find(({ key }) => key === 'entity')?.values).toEqual([
      { value: 'Tag', count: 5 },
    ])
    const typed = (type: 'user' | 'service') =>
      within({ tenants: 'all', actors: [{ id: 'of globex', type }] }).count()
    expect((await typed('user')).count).toBeGreaterThan(0)
    expect((await typed('service')).count).toBe(0)
    const own = within({ tenants: 'all', actors: ['of globex'] })
    expect((await own.search()).entries.every(({ actorId }) => actorId === 'of globex')).toBe(true)
  })

  test('leaves no entry, count, value or line of others to be seen', async () => {
    const asked = within({ tenants: ['globex'] })
    const answers = await Promise.all([
      asked.search('', { take: 1000 }),
      asked.facets('', { sample: 50_000, take: 1000 }),
      asked.trace(ids.acme as string),
      asked.entry(ids.acme as string),
      asked.count('tenant:acme'),
      asked.search('of:acme'),
      asked.search('acme'),
    ])
    const text = JSON.stringify(answers, (_, value) =>
      typeof value === 'bigint' ? String(value) : value,
    )
    expect(text.replaceAll(ids.acme as string, '').toLowerCase()).not.toMatch(/acme|acmé/)
    expect(answers[2].entries).toEqual([])
    expect(answers[3]).toBeNull()
    expect(answers[4]).toEqual({ count: 0, isExact: true })
  })

  test('has the lines of a trace that is wholly within it', async () => {
    const lines = async (scope: AuditScope, traceId: string | undefined) =>
      (await within(scope).trace(traceId as string)).logs.lines.map(({ message }) => message)
    const hasLines = (await prisma.$audit.trace(ids.acme as string)).logs.lines.length > 0
    expect(hasLines).toBe(true)
    expect(await lines({ tenants: ['acme'] }, ids.acme)).toEqual(['line of acme'])
    expect(await lines({ tenants: ['acme'] }, ids.shared)).toEqual([])
    expect(await lines({ tenants: ['acme', 'globex'] }, ids.shared)).toEqual(['line of both'])
    expect(await lines({ tenants: ['acme'], entities: ['Tag'] }, ids.acme)).toEqual([])
  })

  test('hides the values of masked fields and tells that they changed', async () => {
    const asked = within({ tenants: 'all', masked: { Tag: ['name'], '*': ['durationMs'] } })
    const { entries } = await asked.search('entity:Tag')
    expect(entries.map(({ after, diff }) => [after?.name, diff.added])).toEqual(
      entries.map(({ entityId }) => ['[masked]', { id: Number(entityId), name: '[masked]' }]),
    )
    expect(
      JSON.stringify((await asked.search('')).entries, (_, v) =>
        typeof v === 'bigint' ? String(v) : v,
      ),
    ).not.toContain('tag of')
  })

  test('of some entities tells of the model of another one no more than of a name that is none', async () => {
    const masked = { Post: ['authorId'] }
    const asked = within({ tenants: 'all', entities: ['User', 'Tag'], masked })
    const answersOf = async (entity: string, relation: string) => {
      const subject = { entity, entityId: 99 }
      const answers = await Promise.allSettled([
        asked.asOf({ ...subject, at: new Date() }),
        asked.fieldHistory({ ...subject, field: 'amount' }),
        asked.fieldHistory({ ...subject, field: 'no field' }),
        asked.history(subject, { include: { [relation]: true } }),
      ])
      const text = answers.map((answer) =>
        answer.status === 'fulfilled' ? JSON.stringify(answer.value) : String(answer.reason),
      )
      return text.join('\n').replaceAll(entity, 'It').replaceAll(relation, 'relation')
    }
    expect(await answersOf('Post', 'author')).toBe(await answersOf('Nothing', 'author'))
    expect(await answersOf('Post', 'nothing')).toBe(await answersOf('Nothing', 'nothing'))
    expect(await answersOf('Tag', 'nothing')).toContain('`posts`')
    // The name of a relation is that of the entity which has it; what it goes by is the other's.
    const subject = { entity: 'User', entityId: 1 }
    expect(await asked.history(subject, { include: { posts: true } })).toMatchObject({
      entries: [],
    })
  })

  test('masks entities by their own names only, and not by what every object has', async () => {
    const entities = ['constructor', 'toString', '__proto__']
    for (const entity of entities) {
      await prisma.$audit.record({ action: 'start', entity, after: { name: 'x', pin: 'y' } })
    }
    const asked = within({
      tenants: 'all',
      entities,
      masked: JSON.parse('{ "Tag": ["name"], "__proto__": ["name"], "*": ["pin"] }'),
    })
    const { entries } = await asked.search()
    expect(entries.map(({ entity, after }) => [entity, after])).toEqual([
      ['__proto__', { name: '[masked]', pin: '[masked]' }],
      ['toString', { name: 'x', pin: '[masked]' }],
      ['constructor', { name: 'x', pin: '[masked]' }],
    ])
    const pastOf = (entity: string) => ({ entity, entityId: '1', at: new Date() })
    expect(await asked.asOf(pastOf('constructor'))).toMatchObject({ state: null })
  })

  test('refuses what would mask something else than was meant', () => {
    const wrong = ['salary', ['salary'], null, { Tag: 'name' }, { Tag: [1] }, { Tag: undefined }]
    for (const masked of wrong) {
      expect(() => within({ tenants: 'all', masked } as never)).toThrow(
        expect.objectContaining({
          code: 'QUERY_INVALID',
          message: expect.stringContaining('`masked'),
        }),
      )
    }
  })
})
