import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type AuditContext, withAudit } from '../../src/index.ts'
import { during, failureOf } from '../capture/audit-faults.ts'
import { type AuditedClient, auditedClient } from '../capture/audited.ts'
import { describeEachEngine } from '../database/each.ts'
import { expectSameTags } from './tag-rows.ts'

const long = 'long '.repeat(2000)
const smile = '😀'

/** Tags, and what of them is found, by key and value. */
const kinds: readonly (readonly [string, object, readonly (readonly [string, string])[]])[] = [
  ['a text', { namespace: 'billing' }, [['namespace', 'billing']]],
  [
    'numbers',
    { count: 3, price: 0.1, below: -7.25, sum: 0.1 + 0.2, size: 2 ** 53, zero: -0 },
    [
      ['count', '3'],
      ['price', '0.1'],
      ['below', '-7.25'],
      ['sum', '0.30000000000000004'],
      ['size', '9007199254740992'],
      ['zero', '0'],
    ],
  ],
  [
    'numbers that JSON writes with an exponent',
    { large: 1e21, larger: -1.25e22, small: 1e-7, smaller: 1.5e-9, most: Number.MAX_VALUE },
    [
      ['large', '1000000000000000000000'],
      ['larger', '-12500000000000000000000'],
      ['small', '0.0000001'],
      ['smaller', '0.0000000015'],
      ['most', `17976931348623157${'0'.repeat(292)}`],
    ],
  ],
  ['a bigint', { size: 123456789012345678901n }, [['size', '123456789012345678901']]],
  ['no numbers', { nothing: Number.NaN, everything: Number.POSITIVE_INFINITY }, []],
  [
    'booleans',
    { urgent: true, done: false },
    [
      ['urgent', 'true'],
      ['done', 'false'],
    ],
  ],
  ['null', { gone: null, absent: undefined }, []],
  [
    'a list with repeated items',
    { ticket: ['A-1', 'A-1', 'B-2', 1, '1', true, 'true', null, ''] },
    [
      ['ticket', 'A-1'],
      ['ticket', 'B-2'],
      ['ticket', '1'],
      ['ticket', 'true'],
      ['ticket', ''],
    ],
  ],
  ['an empty list', { ticket: [] }, []],
  [
    'a long list',
    { id: Array.from({ length: 1200 }, (_, i) => i) },
    [
      ['id', '0'],
      ['id', '1199'],
    ],
  ],
  [
    'many keys',
    Object.fromEntries(Array.from({ length: 700 }, (_, i) => [`key ${i}`, `value ${i}`])),
    [
      ['key 0', 'value 0'],
      ['key 699', 'value 699'],
    ],
  ],
  ['objects', { deep: { a: { b: 1 } }, list: [{ a: 1 }, ['x']] }, []],
  [
    'empty texts',
    { '': '', empty: '' },
    [
      ['', ''],
      ['empty', ''],
    ],
  ],
  [
    'ten thousand characters',
    { [long]: long, [`${long}!`]: [long, `${long}!`] },
    [
      [long.slice(0, 128), long.slice(0, 256)],
      [long.slice(0, 900), long.slice(0, 900)],
      [`${long.slice(0, 900)}?`, `${long.slice(0, 900)}?`],
    ],
  ],
  [
    'characters of two code units where it is cut',
    {
      [`${'k'.repeat(127)}${smile}${smile}`]: `${'v'.repeat(255)}${smile}${smile}`,
      all: smile.repeat(300),
      half: smile.repeat(128),
    },
    [
      [`${'k'.repeat(127)}${smile}`, `${'v'.repeat(255)}${smile}`],
      ['all', smile.repeat(256)],
      ['all', smile.repeat(300)],
      ['half', smile.repeat(128)],
    ],
  ],
  ['NUL', { 'a\0b': 'c\0d' }, [['a\uFFFDb', 'c\uFFFDd']]],
  [
    'lone surrogates, where it is cut too',
    { 'a\uD83D': '\uDE00b', cut: `${'v'.repeat(255)}\uD83D` },
    [
      ['a\uFFFD', '\uFFFDb'],
      ['cut', `${'v'.repeat(255)}\uFFFD`],
    ],
  ],
  [
    'keys and values that differ by case only, or by spaces',
    { Key: 'a', key: ['A', 'a', 'a ', ' a'], KEY: 'b', 'key ': 'c' },
    [
      ['Key', 'a'],
      ['key', 'A'],
      ['key', 'a'],
      ['key', 'a '],
      ['key', ' a'],
      ['KEY', 'b'],
      ['key ', 'c'],
    ],
  ],
  [
    'the names of what objects have',
    JSON.parse('{"__proto__":"a","constructor":"b","toString":["c"]}'),
    [
      ['__proto__', 'a'],
      ['constructor', 'b'],
      ['toString', 'c'],
    ],
  ],
  [
    'characters that SQL knows',
    { "it's": `"100%_\\`, 'a"b`c\\d': ['{}', '$1', '?', '*/'] },
    [
      ["it's", '"100%_\\'],
      ['a"b`c\\d', '{}'],
      ['a"b`c\\d', '$1'],
      ['a"b`c\\d', '?'],
      ['a"b`c\\d', '*/'],
    ],
  ],
  [
    'a list given as tags',
    ['a', 'b'],
    [
      ['0', 'a'],
      ['1', 'b'],
    ],
  ],
]

const fill = (provider: string) =>
  readFileSync(
    new URL(`../../prisma/audit-tag/fill.${provider}.sql`, import.meta.url),
    'utf8',
  ).replaceAll(/^--.*\n/gm, '')

describeEachEngine('Tags', (db) => {
  let prisma: AuditedClient
  let plain: ReturnType<typeof db.client>
  beforeAll(() => {
    prisma = auditedClient(db, { reads: { Team: true } })
    plain = db.client()
  })
  beforeEach(async () => {
    await db.clear()
    db.statements().clear()
  })
  afterEach(() => expectSameTags(db, plain))

  const tagged = <T>(tags: object, work: () => T) => withAudit({ tags } as AuditContext, work)
  const search = async (key: string, text: string) => {
    const filter = { terms: [{ kind: 'tag', key, values: [{ text }] }] } as const
    const { count } = await prisma.$audit.count(filter)
    const { entries } = await prisma.$audit.search(filter, { take: 1000 })
    expect(count).toBeGreaterThanOrEqual(entries.length)
    return entries
  }
  const numberOf = async (key: string, text: string) => (await search(key, text)).length

  test('are looked into by free text value by value, and not as they are written', async () => {
    const tags = {
      note: ['say "hi"', 'back\\slash', 'new\nline', '100% _!', 'Zoë'],
      step: 'one',
      rate: 1.5,
      urgent: true,
    }
    await tagged(tags, () => prisma.$audit.record({ action: 'approve', entity: 'Invoice' }))
    const numberOf = async (text: string) => {
      const { count } = await prisma.$audit.count({ terms: [{ kind: 'text', text }] })
      return count
    }
    const held = ['"hi"', 'SAY "', 'k\\s', 'w\nl', '0% _!', 'zoë', 'ONE', '.5', 'tru']
    for (const text of held) expect(await numberOf(text), text).toBe(1)
    const written = ['[', ']', ', ', 'nline', '"]', '", "', 'hi\\"', '\\\\', 'one"', '%"', '_s']
    for (const text of written) expect(await numberOf(text), text).toBe(0)
    await tagged({}, () => prisma.$audit.record({ action: 'approve', entity: 'Invoice' }))
    const { count } = await prisma.$audit.count({
      terms: [{ kind: 'text', text: 'one', isNegated: true }],
    })
    expect(count).toBe(1)
  })

  describe('of every kind are found by whatever is written with them', () => {
    test.each(kinds)('%s', async (_, tags, found) => {
      await tagged(tags, async () => {
        const { id } = await prisma.tag.create({ data: { name: 'one' } })
        await prisma.$transaction([prisma.tag.update({ where: { id }, data: { name: 'two' } })])
        await prisma.tag.createMany({ data: ['a', 'b', 'c', 'd', 'e'].map((name) => ({ name })) })
        await prisma.$audit.record({ action: 'approve', entity: 'Invoice' })
        await prisma.$audit.run('work', { entity: 'Job' }, () => undefined)
      })
      await prisma.tag.create({ data: { name: 'without' } })
      expect(await prisma.$audit.count('')).toEqual({ count: 11, isExact: true })
      for (const [key, text] of found) expect(await numberOf(key, text)).toBe(10)
      expect(await numberOf('other', 'billing')).toBe(0)
      expect(await numberOf('gone', 'null')).toBe(0)
    })
  })

  test('are on every row of large bulk writes', { timeout: 120_000 }, async () => {
    const rows = 3000
    const data = Array.from({ length: rows }, (_, i) => ({ name: `${i}` }))
    const tags = (step: string) => ({ step, ticket: ['A', 'B'] })
    await tagged(tags('create'), () => prisma.team.createMany({ data }))
    await tagged(tags('update'), () => prisma.team.updateMany({ data: { name: 'renamed' } }))
    await tagged(tags('delete'), () => prisma.team.deleteMany())
    const count = async (filter: string) => (await prisma.$audit.count(filter)).count
    for (const step of ['create', 'update', 'delete']) {
      expect(await count(`step:${step} action:${step}`)).toBe(rows)
    }
    expect(await count('ticket:B')).toBe(3 * rows)
  })

  test('are on every row of nested writes and cascades', async () => {
    const { id } = await tagged({ step: 1 }, () =>
      prisma.user.create({
        data: {
          email: 'a',
          posts: { create: [{ title: 'a', tags: { create: { name: 'a' } } }, { title: 'b' }] },
        },
      }),
    )
    await tagged({ step: 2 }, () => prisma.user.delete({ where: { id } }))
    const told = async (text: string) =>
      (await search('step', text)).map(({ action, entity }) => `${action} ${entity}`).sort()
    expect(await told('1')).toEqual(
      ['create Post', 'create Post', 'create Tag', 'create User', 'link Post', 'link Tag'].sort(),
    )
    expect(await told('2')).toEqual(
      expect.arrayContaining(['delete Post', 'delete Post', 'delete User', 'unlink Post']),
    )
    const all = await prisma.$audit.entries({ take: 1000 })
    expect((await told('1')).length + (await told('2')).length).toBe(all.entries.length)
  })

  test('of requests whose reads are written together are those of each', async () => {
    await plain.team.createMany({ data: [1, 2, 3].map((id) => ({ id, name: 't' })) })
    await Promise.all(
      [1, 2, 3, 4].map((id) =>
        tagged({ request: id, parity: ['even', 'odd'][id % 2] }, async () => {
          await prisma.team.findMany({ where: { id } })
          await prisma.team.findFirst({ where: { id: 1 } })
        }),
      ),
    )
    await prisma.team.findMany()
    await prisma.$audit.flush()
    for (const id of [1, 2, 3]) expect(await numberOf('request', `${id}`)).toBe(2)
    expect(await numberOf('request', '4')).toBe(1)
    expect(await numberOf('parity', 'odd')).toBe(4)
    expect(prisma.$audit.reads.lost).toBe(0)
  })

  test('of what is rolled back are not there', async () => {
    const rollback = prisma.$transaction((tx) =>
      tagged({ step: 'undone' }, async () => {
        await tx.tag.createMany({ data: [{ name: 'a' }, { name: 'b' }] })
        await tx.$audit.record({ action: 'check', entity: 'Job' })
        throw new Error('no')
      }),
    )
    await expect(rollback).rejects.toThrow('no')
    const twice = [{ id: 1, name: 'a' }]
    const refused = tagged({ step: 'undone' }, () =>
      prisma.$transaction([
        prisma.tag.createMany({ data: twice }),
        prisma.tag.createMany({ data: twice }),
      ]),
    )
    await expect(refused).rejects.toThrow()
    expect(await plain.auditTag.count()).toBe(0)
  })

  const names = db.provider === 'mysql' ? ['AuditTag', 'Gone'] : ['"AuditTag"', '"Gone"']
  const rename = (from?: string, to?: string) => [`ALTER TABLE ${from} RENAME TO ${to}`]
  const each = (texts: readonly string[]) => ({ sqlite: texts, postgresql: texts, mysql: texts })
  const gone = { begin: each(rename(...names)), end: each(rename(...names.toReversed())) }

  test('that cannot be written take with them what they are of', async () => {
    await during(db, gone, () =>
      tagged({ step: 'refused' }, async () => {
        const write = prisma.tag.create({ data: { name: 'a' } })
        await expect(write).rejects.toMatchObject(failureOf(db))
        const told = prisma.$audit.record({ action: 'approve', entity: 'Invoice' })
        await expect(told).rejects.toMatchObject({ code: 'WRITE_FAILED' })
      }),
    )
    expect(await plain.tag.count()).toBe(0)
    expect(await plain.auditLog.count()).toBe(0)
  })

  test.skipIf(!db.can.ignoredErrors)(
    'that cannot be written leave the write without an entry, where that is asked for',
    async () => {
      const ignored: unknown[] = []
      const options = {
        onError: 'ignore',
        onIgnoredError: (e: unknown) => ignored.push(e),
      } as const
      const lenient = auditedClient(db, options)
      await during(db, gone, () =>
        tagged({ step: 'ignored' }, async () => {
          await lenient.team.create({ data: { name: 'a' } })
          await lenient.$transaction((tx) => tx.team.createMany({ data: [{ name: 'b' }] }))
        }),
      )
      expect(await plain.team.count()).toBe(2)
      expect(await plain.auditLog.count()).toBe(0)
      expect(ignored).toHaveLength(2)
    },
  )

  test('of reads that are written late are there once, however often that fails at first', async () => {
    await plain.team.create({ data: { id: 1, name: 't' } })
    await during(db, gone, async () => {
      await tagged({ step: 'late' }, () => prisma.team.findMany())
      const flushed = prisma.$audit.flush()
      await expect.poll(() => db.statements().count(/Gone|AuditTag|write"\(/)).toBeGreaterThan(0)
      return { flushed }
    }).then(({ flushed }) => flushed)
    expect(await numberOf('step', 'late')).toBe(1)
    expect(await plain.auditLog.count({ where: { action: 'read' } })).toBe(1)
  })

  test.skipIf(!db.can.concurrentWriters)(
    'of callers at the same time do not keep each other waiting',
    { timeout: 60_000 },
    async () => {
      const wide = auditedClient(db, {}, { poolSize: 8 })
      const callers = Array.from({ length: 8 }, (_, i) => i)
      for (const round of [1, 2, 3]) {
        const written = callers.map((caller) =>
          tagged({ caller, round }, () =>
            wide.team.createMany({
              data: Array.from({ length: 40 * caller + 1 }, (_, i) => ({
                name: `${round} ${caller} ${i}`,
              })),
            }),
          ),
        )
        expect((await Promise.all(written)).map(({ count }) => count)).toEqual(
          callers.map((caller) => 40 * caller + 1),
        )
      }
      for (const caller of callers) {
        expect(await numberOf('caller', `${caller}`)).toBe(3 * (40 * caller + 1))
      }
    },
  )

  describe('cost', () => {
    const isOneStatement = db.provider === 'postgresql'
    const works: readonly (readonly [string, () => Promise<unknown>])[] = [
      ['a write', () => prisma.tag.create({ data: { name: 'a' } })],
      ['a bulk write', () => prisma.tag.createMany({ data: [{ name: 'a' }, { name: 'b' }] })],
      [
        'a nested write',
        () => prisma.user.create({ data: { email: 'a', posts: { create: { title: 'a' } } } }),
      ],
      [
        'an event of a transaction',
        () => prisma.$transaction((tx) => tx.$audit.record({ action: 'a', entity: 'Job' })),
      ],
    ]
    const sentBy = async (work: () => Promise<unknown>) => {
      await db.clear()
      db.statements().clear()
      await work()
      return db.statements().sent.map(({ sql }) => sql)
    }
    const onTags = (sent: readonly string[]) => sent.filter((sql) => /AuditTag/.test(sql))

    test.each(works)('no statement without them: %s', async (_, work) => {
      await work()
      const sent = await sentBy(work)
      expect(onTags(sent)).toEqual([])
      expect(await sentBy(() => tagged({}, work))).toHaveLength(sent.length)
    })

    test.each(works)(
      `${isOneStatement ? 'no statement' : 'one statement'} with them: %s`,
      async (_, work) => {
        await work()
        const without = await sentBy(work)
        const sent = await sentBy(() => tagged({ step: 'a', ticket: ['A', 'B'] }, work))
        expect(sent).toHaveLength(without.length + (isOneStatement ? 0 : 1))
        expect(onTags(sent)).toHaveLength(db.engine === 'database' ? 0 : 1)
      },
    )

    test('a transaction around an event that has none, but for PostgreSQL', async () => {
      const record = () => prisma.$audit.record({ action: 'a', entity: 'Job' })
      await record()
      expect(await sentBy(record)).toHaveLength(1)
      const sent = await sentBy(() => tagged({ step: 'a' }, record))
      expect(sent).toHaveLength(isOneStatement ? 1 : 4)
      expect([sent[0], sent.at(-1)].includes('BEGIN')).toBe(!isOneStatement)
    })
  })

  describe('that are random', () => {
    // What is the same to MariaDB's collation is not for us to know.
    const unit = db.provider === 'mysql' ? ('grapheme-ascii' as const) : ('binary' as const)
    const text = fc.oneof(
      fc.string({ unit, maxLength: 10 }),
      fc.string({ unit, minLength: 120, maxLength: 300 }),
      fc.constantFrom('', '\0', '\uD83D', '😀'.repeat(128), 'null', 'true', '1'),
    )
    const scalar = fc.oneof(
      text,
      fc.integer(),
      fc.double(),
      fc.boolean(),
      fc.constant(null),
      fc.bigInt(),
    )
    const value = fc.oneof(
      scalar,
      fc.array(fc.oneof(scalar, fc.array(scalar, { maxLength: 2 })), { maxLength: 6 }),
      fc.dictionary(text, scalar, { maxKeys: 2 }),
    )
    const someTags = fc.dictionary(text, value, { maxKeys: 6 })

    test('are what the code says they are, however they are written', async () => {
      const property = fc.asyncProperty(fc.array(someTags, { maxLength: 4 }), async (requests) => {
        await db.clear()
        for (const tags of requests) {
          await tagged(tags, async () => {
            await prisma.team.create({ data: { name: 'one' } })
            await prisma.team.createMany({ data: ['a', 'b', 'c', 'd'].map((name) => ({ name })) })
            await prisma.$audit.record({ action: 'approve', entity: 'Invoice' })
            await prisma.team.findMany({ take: 1 })
          })
        }
        await prisma.$audit.flush()
        expect(await plain.auditLog.count()).toBe(7 * requests.length)
        await expectSameTags(db, plain)
      })
      await fc.assert(property, { numRuns: 30 })
    }, 120_000)
  })

  test('of entries from before the table was there are filled in by the shipped SQL', async () => {
    for (const [title, tags] of kinds) {
      if (title.includes('exponent')) continue
      await tagged(tags, () => prisma.$audit.record({ action: 'approve', entity: 'Invoice' }))
    }
    await prisma.team.create({ data: { name: 'without' } })
    const filled = await plain.auditTag.findMany()
    expect(filled.length).toBeGreaterThan(1000)
    await db.sql(db.provider === 'mysql' ? 'DELETE FROM AuditTag' : 'DELETE FROM "AuditTag"')
    await db.sql(fill(db.provider))
    await expectSameTags(db, plain)
    await db.sql(fill(db.provider))
    expect(await plain.auditTag.count()).toBe(filled.length)
  })
})
