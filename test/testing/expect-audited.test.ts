import { AssertionError } from 'node:assert'
import { spawnSync } from 'node:child_process'
import { beforeAll, beforeEach, describe, expect, expectTypeOf, test } from 'vitest'
import { type ActivityEntry, type AuditEntry, withAudit } from '../../src/index.ts'
import {
  captureEntries,
  type ExpectedEntry,
  expectAudited,
  expectAuditedExactly,
  expectNotAudited,
  type RecordedEntry,
  recordedDuring,
} from '../../src/testing/index.ts'
import { type AuditedClient, auditedClient } from '../capture/audited.ts'
import { describeEachDatabase } from '../database/each.ts'
import { Prisma } from '../generated/postgresql/client/client.ts'

/** What an assertion says where it fails. */
function failureOf(assertion: () => unknown): string {
  try {
    assertion()
  } catch (error) {
    expect(error).toBeInstanceOf(AssertionError)
    return (error as Error).message
  }
  throw new Error('The assertion did not fail')
}

describeEachDatabase('expectAudited', (db) => {
  let prisma: AuditedClient
  beforeAll(() => {
    prisma = auditedClient(db)
  })
  beforeEach(() => db.clear())

  const everything = {
    string: 'a',
    boolean: true,
    int: 1,
    bigInt: 9007199254740993n,
    float: 0.5,
    decimal: new Prisma.Decimal('9.50'),
    dateTime: new Date('2026-01-02T03:04:05.678Z'),
    json: { list: [1, { a: null, b: 2 }] },
    bytes: new Uint8Array([1, 2, 255]),
    role: 'ADMIN',
  } as const

  test.each([
    ['as the model has them', everything],
    [
      'as Prisma takes them',
      { ...everything, decimal: '9.5', dateTime: '2026-01-02T04:04:05.678+01:00' },
    ],
    ['as numbers, buffers and parts', { decimal: 9.5, bytes: Buffer.from([1, 2, 255]), json: {} }],
    ['not given, where they are NULL', { decimalOpt: null, jsonOpt: null, bigIntOpt: null }],
    ['not there, where the snapshot lacks them', { nickname: undefined }],
    ['as matchers', { dateTime: expect.any(Date), string: expect.stringMatching(/^a$/) }],
  ])('compares values %s', async (_, after) => {
    const { entries } = await recordedDuring(prisma, () =>
      prisma.everything.create({ data: everything }),
    )
    expect(expectAudited(entries, { action: 'create', after })).toBe(entries[0])
  })

  test.each<[string, object]>([
    ['decimal', { decimal: '9.51' }],
    ['decimal', { decimal: 'nine' }],
    ['bigInt', { bigInt: 9007199254740992n }],
    ['dateTime', { dateTime: new Date('2026-01-02T03:04:05.679Z') }],
    ['dateTime', { dateTime: null }],
    ['bytes', { bytes: new Uint8Array([1, 2]) }],
    ['json', { json: Prisma.JsonNull }],
    ['json', { json: { list: [1] } }],
    ['json', { json: { list: { 0: 1 } } }],
    ['jsonOpt', { jsonOpt: Prisma.JsonNull }],
    ['int', { int: '1' }],
    ['string', { string: undefined }],
    ['decimalOpt', { decimalOpt: undefined }],
    ['role', { role: expect.stringMatching(/^MEMBER$/) }],
  ])('tells a different %s', async (field, after) => {
    const { entries } = await recordedDuring(prisma, () =>
      prisma.everything.create({ data: everything }),
    )
    const message = failureOf(() => expectAudited(entries, { action: 'create', after }))
    expect(message).toContain(`The closest is #1:\n  after.${field}: expected `)
  })

  test('compares the stored values of a capture with those of the model', async () => {
    using capture = captureEntries()
    await prisma.everything.create({ data: { ...everything, json: Prisma.JsonNull } })
    const after = { ...everything, json: Prisma.JsonNull, jsonOpt: null }
    const entry = expectAudited(capture, { action: 'create', after })
    expectTypeOf(entry.version).toBeNumber()
    expect(entry).toBe(capture.entries[0])
    expectNotAudited(capture, { after: { bigInt: 1n } })
    expectNotAudited(capture, { after: { decimal: new Prisma.Decimal(9.4) } })
  })

  test('finds an entry by all of its fields', async () => {
    const context = {
      actor: { id: 7n, type: 'agent', name: 'Ada', onBehalfOf: 42 },
      tenant: 3,
      tags: { ticket: 'OPS-7', urgent: true },
      request: { ip: '203.0.113.7', path: '/teams' },
      reason: 'Approved by phone',
    } as const
    const { entries } = await recordedDuring(prisma, () =>
      withAudit(context, () => prisma.team.create({ data: { name: 'a' } })),
    )
    const [entry] = entries as [AuditEntry]
    const expected: ExpectedEntry = {
      id: entry.id,
      traceId: entry.id,
      parentId: null,
      createdAt: entry.createdAt,
      action: 'create',
      outcome: 'success',
      reason: 'Approved by phone',
      entity: 'Team',
      entityId: entry.after?.id as number,
      actorId: 7n,
      actorType: 'agent',
      actorName: 'Ada',
      onBehalfOf: 42,
      tenantId: 3,
      source: 'client',
      before: null,
      after: { name: 'a' },
      changed: [],
      tags: { ticket: 'OPS-7' },
      request: { ip: '203.0.113.7' },
      version: 1,
    }
    expect(expectAudited(entries, expected)).toBe(entry)
    const others: Partial<Record<string, unknown>> = {
      createdAt: new Date(0),
      before: {},
      after: { name: 'b' },
      changed: ['name'],
      tags: { ticket: 'OPS-8' },
      request: { path: '/tags' },
      version: 2,
    }
    for (const name of Object.keys(expected)) {
      expectNotAudited(entries, { ...expected, [name]: others[name] ?? 'other' })
    }
  })

  test('takes a composite key as a list, and the changed fields in any order', async () => {
    const key = { tenantId: 'acme', code: 'A' }
    const { entries } = await recordedDuring(prisma, async () => {
      await prisma.price.create({ data: { ...key, amount: 1 } })
      const data = { amount: 2, currency: 'USD' }
      await prisma.price.update({ where: { tenantId_code: key }, data })
    })
    const entityId = ['acme', 'A']
    expectAudited(entries, { entityId, changed: ['currency', 'amount'], before: { amount: 1 } })
    expectNotAudited(entries, { entityId, action: 'update', changed: ['amount'] })
  })

  test('finds entries in their order, others in between, and answers the newest', async () => {
    const { entries } = await recordedDuring(prisma, async () => {
      const { id } = await prisma.team.create({ data: { name: 'a' } })
      for (const name of ['b', 'c', 'd'])
        await prisma.team.update({ where: { id }, data: { name } })
      await prisma.team.delete({ where: { id } })
    })
    const update = { action: 'update' }
    expect(expectAudited(entries, update)).toBe(entries[3])
    const found = expectAudited(entries, [update, update, { action: 'delete' }])
    expect(found).toEqual([entries[2], entries[3], entries[4]])
    expectAudited(entries.toReversed(), [{ action: 'create' }, update])
    expect(failureOf(() => expectAudited(entries, [{ action: 'delete' }, update]))).toMatch(
      /^No entry after #5 is \{ action: 'update' \}, as 2 of 2 in this order\.\n\nRecorded/,
    )
    failureOf(() => expectAudited(entries, [update, update, update, update]))
  })

  test('takes pages, newest first as they are, and what recordedDuring answers', async () => {
    const recorded = await recordedDuring(prisma, async () => {
      const { id } = await prisma.team.create({ data: { name: 'a' } })
      await prisma.team.update({ where: { id }, data: { name: 'b' } })
      return id
    })
    const story = [{ action: 'create' }, { action: 'update' }]
    expectAuditedExactly(recorded, story)
    const activity = await prisma.team.activity({ where: { id: recorded.result } })
    const found = expectAuditedExactly(activity, story)
    expect(found.map(({ action }) => action)).toEqual(['create', 'update'])
    expectTypeOf(found).toEqualTypeOf<readonly ActivityEntry<typeof prisma.team>[]>()
    expectTypeOf(expectAudited(activity, { action: 'update' }).after).toEqualTypeOf<Partial<{
      id: number
      name: string
    }> | null>()
  })

  describe('of a client', () => {
    test('reads the newest entries of its table, with those of reads', async () => {
      const reading = auditedClient(db, { reads: { Team: true } })
      await reading.team.create({ data: { name: 'a' } })
      await reading.team.findMany()
      const entry = expectAudited(reading, { action: 'read', entity: 'Team' })
      expectTypeOf(entry).toEqualTypeOf<Promise<AuditEntry>>()
      expect(await entry).toMatchObject({ action: 'read', after: null })
      await expectAuditedExactly(reading, [{ action: 'create' }, { action: 'read' }])
      await expectNotAudited(reading, { action: 'update' })
    })

    test('looks at 1000 entries', async () => {
      const data = Array.from({ length: 1001 }, (_, i) => ({ name: `tag ${i}` }))
      await prisma.tag.createMany({ data })
      await expectAudited(prisma, { after: { name: 'tag 1' } })
      await expectNotAudited(prisma, { after: { name: 'tag 0' } })
    })

    test('reads within the transaction of a transaction client', async () => {
      await prisma.$transaction(async (tx) => {
        await tx.team.create({ data: { name: 'a' } })
        await expectAudited(tx, { action: 'create', after: { name: 'a' } })
      })
    })

    test('rejects, with a stack trace that leads to the test', async () => {
      const error = await expectAudited(prisma, { action: 'create' }).catch((error) => error)
      expect(error).toBeInstanceOf(AssertionError)
      expect(error.message).toBe("No entry is { action: 'create' }.\n\nNothing was recorded.")
      const stack = async () => {
        await expectAudited(prisma, { action: 'create' })
      }
      await expect(stack()).rejects.toMatchObject({
        stack: expect.stringContaining('expect-audited.test.ts'),
      })
    })
  })
})

/** An entry without a database. */
function entry(fields: Partial<RecordedEntry>): RecordedEntry {
  return {
    id: '1'.padStart(32, '0'),
    traceId: '1'.padStart(32, '0'),
    parentId: null,
    createdAt: new Date(0),
    action: 'update',
    outcome: 'success',
    reason: null,
    entity: 'User',
    entityId: '1',
    actorId: '7',
    actorType: 'user',
    actorName: null,
    onBehalfOf: null,
    tenantId: null,
    source: 'client',
    before: null,
    after: null,
    changed: null,
    tags: null,
    request: null,
    version: 1,
    ...fields,
  }
}

describe('A failed assertion', () => {
  const entries = [
    entry({ action: 'create', after: { id: 1, role: 'member' } }),
    entry({
      before: { id: 1, role: 'member' },
      after: { id: 1, role: 'auditor' },
      changed: ['role', 'updatedAt'],
    }),
    entry({ action: 'sign-in', entityId: null, actorId: null, actorType: 'system' }),
  ]
  const table = `Recorded, oldest first:
      action   entity  id  actor   outcome  changed
  #1  create   User    1   user 7  success
  #2  update   User    1   user 7  success  role, updatedAt
  #3  sign-in  User        system  success`

  test('tells what was recorded, and what differs in the closest entry', () => {
    const expected = { action: 'update', entity: 'User', entityId: 1, after: { role: 'admin' } }
    expect(failureOf(() => expectAudited(entries, expected))).toBe(
      `No entry is { action: 'update', entity: 'User', entityId: 1, after: { role: 'admin' } }.

The closest is #2:
  after.role: expected 'admin', got 'auditor'

${table}`,
    )
  })

  test('tells of no closest entry where none has anything of it', () => {
    expect(failureOf(() => expectAudited(entries, { entity: 'Team', tags: { a: 1 } }))).toBe(
      `No entry is { entity: 'Team', tags: { a: 1 } }.\n\n${table}`,
    )
  })

  test('tells which entry should not be there', () => {
    expect(failureOf(() => expectNotAudited(entries, { changed: ['updatedAt', 'role'] }))).toBe(
      `An entry is { changed: [ 'updatedAt', 'role' ] }, and should not be: #2.\n\n${table}`,
    )
    expect(failureOf(() => expectNotAudited(entries))).toBe(`No entry should be there.\n\n${table}`)
    expectNotAudited([])
  })

  test('tells how exactly these entries are not the ones', () => {
    const list = [{ action: 'create' }, { action: 'update' }]
    expect(failureOf(() => expectAuditedExactly(entries, list))).toBe(
      `2 entries expected, 3 entries recorded.\n\n${table}`,
    )
    expect(failureOf(() => expectAuditedExactly(entries, [...list, ...list]))).toBe(
      `#3 is not { action: 'create' }:\n  action: expected 'create', got 'sign-in'\n\n${table}`,
    )
    expect(failureOf(() => expectAuditedExactly([], [{ action: 'create' }]))).toBe(
      '1 entry expected, 0 entries recorded.\n\nNothing was recorded.',
    )
    expect(expectAuditedExactly([], [])).toEqual([])
  })

  test('lists the newest of many entries, and cuts long values', () => {
    const many = Array.from({ length: 25 }, (_, i) =>
      entry({ entityId: String(i + 1), after: { text: 'x'.repeat(1000) } }),
    )
    const message = failureOf(() => expectAudited(many, { action: 'update', after: { text: '' } }))
    expect(message).toContain('Recorded, oldest first (5 older ones are not listed):')
    expect(message).toMatch(/\n {2}#6 +update +User +6 /)
    expect(message).not.toContain('#5 ')
    expect(message.length).toBeLessThan(2500)
  })

  test('begins its stack trace where it was called', () => {
    try {
      expectAudited(entries, { action: 'delete' })
      expect.unreachable()
    } catch (error) {
      const [frame] = (error as Error).stack?.match(/^ {4}at .*$/m) ?? []
      expect(frame).toContain('expect-audited.test.ts')
      expect(error).toMatchObject({ operator: 'expectAudited', code: 'ERR_ASSERTION' })
    }
  })

  test('reads well in node:test', () => {
    const index = new URL('../../src/testing/index.ts', import.meta.url).href
    const script = `
      import { test } from 'node:test'
      import { captureEntries, expectAudited } from '${index}'
      test('passes', () => expectAudited([{ action: 'create' }], { action: 'create' }))
      test('fails', () => expectAudited(captureEntries(), { action: 'create' }))
    `
    const args = ['--import', 'tsx', '--test-reporter', 'spec', '--input-type=module', '-e', script]
    const { stdout, status } = spawnSync(process.execPath, args, { encoding: 'utf8' })
    expect(stdout).toContain('✔ passes')
    expect(stdout).toContain('✖ fails')
    expect(stdout).toContain("No entry is { action: 'create' }.")
    expect(stdout).toContain('Nothing was recorded.')
    expect(status).toBe(1)
  })
})

describe('An assertion refuses', () => {
  test.each<[unknown, string]>([
    [{ entty: 'User' }, 'An entry has no field `entty`. The fields are id, traceId'],
    [{ toString: 'User' }, 'An entry has no field `toString`'],
    [{ entityId: undefined }, 'The expected `entityId` is `undefined`: leave it out'],
    [{ changed: 'role' }, "The expected `changed` is `'role'`, but it has to be a list"],
    [{ after: 'admin' }, "The expected `after` is `'admin'`, but it has to be an object"],
    [{ tags: ['OPS-7'] }, "The expected `tags` is `[ 'OPS-7' ]`"],
    ['create', "The expected entry is `'create'`, but it has to be an object"],
    [undefined, 'The expected entry is `undefined`'],
    [[], 'The list of expected entries is empty'],
    [[{ action: 'create' }, null], 'The expected entry is `null`'],
  ])('%j as what is expected', (expected, message) => {
    const refused = () => expectAudited([entry({})], expected as ExpectedEntry)
    expect(refused).toThrow(message)
    expect(refused).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }))
  })

  test.each<[unknown, string]>([
    [undefined, '`undefined`'],
    [Promise.resolve({ entries: [] }), 'a promise: `await` it first'],
    [{ result: 1, rows: [] }, '`{ result, rows }`'],
    ['create', '`create`'],
  ])('%j as a source', (source, message) => {
    const refused = () => expectNotAudited(source as never)
    expect(refused).toThrow(message)
    expect(refused).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }))
  })

  test('what is no list, where a list is expected', () => {
    const expected = { action: 'create' } as never
    expect(() => expectAuditedExactly([], expected)).toThrow('have to be a list')
  })
})
