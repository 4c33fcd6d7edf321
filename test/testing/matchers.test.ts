import { beforeAll, beforeEach, describe, expect, expectTypeOf, test } from 'vitest'
import {
  auditMatchers,
  type Capture,
  captureEntries,
  recordedDuring,
} from '../../src/testing/index.ts'
import type {} from '../../src/testing/jest.ts'
import type {} from '../../src/testing/vitest.ts'
import { type AuditedClient, auditedClient } from '../capture/audited.ts'
import { describeEachDatabase } from '../database/each.ts'

expect.extend(auditMatchers)

const create = { action: 'create', entity: 'Team' }
const update = { action: 'update', entity: 'Team', changed: ['name'] }

describeEachDatabase('auditMatchers', (db) => {
  let prisma: AuditedClient
  beforeAll(() => {
    prisma = auditedClient(db)
  })
  beforeEach(() => db.clear())

  const renameTeam = async () => {
    const { id } = await prisma.team.create({ data: { name: 'a' } })
    await prisma.team.update({ where: { id }, data: { name: 'b' } })
  }

  test('take what was recorded, a list of entries, a page and a capture', async () => {
    using capture = captureEntries()
    const recorded = await recordedDuring(prisma, renameTeam)
    const page = await prisma.$audit.entries()
    for (const source of [recorded, recorded.entries, page, capture]) {
      expect(source).toBeAudited(update)
      expect(source).toBeAudited([create, update])
      expect(source).toHaveAuditEntries([create, update])
      expect(source).not.toBeAudited({ action: 'delete' })
      expect(source).not.toBeAudited([update, create])
      expect(source).not.toHaveAuditEntries([create])
    }
  })

  test('take a client, and are to be awaited', async () => {
    await renameTeam()
    await expect(prisma).toBeAudited({ ...update, after: { name: 'b' } })
    await expect(prisma).toHaveAuditEntries([create, update])
    await expect(prisma).not.toBeAudited({ action: 'delete' })
    await expect(recordedDuring(prisma, renameTeam)).resolves.toBeAudited(create)
  })

  test('tell of a failure as the assertions do', async () => {
    using capture = captureEntries()
    await renameTeam()
    expect(() => expect(capture).toBeAudited({ ...update, after: { name: 'c' } })).toThrow(
      "The closest is #2:\n  after.name: expected 'c', got 'b'\n\nRecorded, oldest first:",
    )
    expect(() => expect(capture).not.toBeAudited(create)).toThrow(
      "An entry is { action: 'create', entity: 'Team' }, and should not be: #1.",
    )
    expect(() => expect(capture).not.toBeAudited([create, update])).toThrow(
      'These entries are there, and should not be: #1, #2.',
    )
    expect(() => expect(capture).toHaveAuditEntries([update])).toThrow(
      "#1 is not { action: 'update', entity: 'Team', changed: [ 'name' ] }:",
    )
    expect(() => expect(capture).not.toHaveAuditEntries([create, update])).toThrow(
      'The entries are these 2, and should not be.',
    )
    await expect((async () => expect(prisma).toBeAudited({ action: 'delete' }))()).rejects.toThrow(
      "No entry is { action: 'delete' }.",
    )
  })

  test('can be nested as asymmetric matchers', async () => {
    const recorded = await recordedDuring(prisma, renameTeam)
    expect({ status: 200, recorded }).toEqual({
      status: 200,
      recorded: expect.toBeAudited(update),
    })
  })
})

describe('The types of auditMatchers', () => {
  test('know what can be expected, and what has to be awaited', () => {
    const capture = {} as Capture
    const client = {} as AuditedClient
    const unused = () => {
      expectTypeOf(expect(capture).toBeAudited(create)).toBeVoid()
      expectTypeOf(expect(client).toBeAudited(create)).toEqualTypeOf<Promise<void>>()
      expectTypeOf<ReturnType<jest.Matchers<void, Capture>['toBeAudited']>>().toBeVoid()
      // @ts-expect-error There is no such field.
      expect(capture).toBeAudited({ entty: 'Team' })
      // @ts-expect-error It takes a list.
      expect(capture).toHaveAuditEntries(create)
    }
    expect(unused).toBeTypeOf('function')
  })
})
