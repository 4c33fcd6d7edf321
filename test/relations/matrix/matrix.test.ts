import { getDMMF } from '@prisma/get-dmmf'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { plainValue } from '../../capture/plain-value.ts'
import { testSchema } from '../../setup/prepare.mjs'
import { auditedClient } from '../audited.ts'
import { describeEachRelationEngine } from '../each.ts'
import type { PrismaClient } from '../generated/foreign-keys/postgresql/client/client.ts'
import { nestedCases, referentialCases } from './cases.ts'
import {
  actions,
  impossibleOfKinds,
  impossibleOfPositions,
  impossibleTriggers,
  kinds,
  openCells,
  positions,
  triggers,
  verbs,
} from './dimensions.ts'
import { createFixture, raiseKeys } from './fixture.ts'
import { entriesOf, lineOf, merged, withoutNew } from './story.ts'
import { type Case, holds, linesAt } from './table.ts'

describeEachRelationEngine('What a call tells of all that it changes', (db) => {
  const nestedHere = nestedCases.filter(({ where }) => holds(where, db))
  const referentialHere = referentialCases.filter(({ where }) => holds(where, db))
  let plain: PrismaClient
  let audited: PrismaClient
  beforeAll(async () => {
    plain = db.client()
    audited = auditedClient(db) as unknown as PrismaClient
    await audited.$connect()
    await raiseKeys(db)
  })
  beforeEach(async () => {
    await db.clear()
    await createFixture(plain)
  })

  const check = async (each: Case) => {
    const { call, story, fails } = each
    const expected = await outcomeOf(() => undone(plain, call))
    if (fails) expect(fails.split(' ')).toContain(expected.code)
    else expect(expected.code).toBeUndefined()
    const isWhole = db.can.wholeCalls || !fails
    expect(await outcomeOf(() => (isWhole ? call(audited) : whole(audited, call)))).toEqual(
      expected,
    )
    const entries = await entriesOf(plain)
    const root = db.can.rootFirst ? entries[0] : entries.find(({ id, traceId }) => id === traceId)
    for (const { traceId } of entries) expect(traceId).toBe(root?.id)
    const told = (db.can.mergedSteps ? entries : merged(entries)).map(lineOf)
    const expectedLines = linesAt(story, db)
    if (db.can.rootFirst || isOwnDelete(each)) {
      const at = told.findIndex((line) => root && line === lineOf(root))
      const ordered = [...told.slice(at, at + 1), ...told.toSpliced(at, 1)]
      expect(rootAndOthers(ordered)).toEqual(rootAndOthers(expectedLines))
    } else {
      expect(told.toSorted()).toEqual(expectedLines.toSorted())
    }
  }
  /** A row that the call names, with all that goes with it in one statement. */
  const isOwnDelete = (each: Case) =>
    db.mode === 'foreignKeys' && each.first === 'delete' && referentialCases.includes(each)
  for (const each of [...nestedHere, ...referentialHere]) test(each.title, () => check(each))

  describe('leaves out nothing', () => {
    test('no verb of any kind of relation', () => {
      const cells = nestedHere.map(({ group, first }) => [first, group] as const)
      expect(openCells(cells, verbs, Object.keys(kinds), impossibleOfKinds)).toEqual([])
    })

    test('no position of any verb', () => {
      const cells = nestedHere.map(({ first, second }) => [first, second] as const)
      expect(openCells(cells, verbs, positions, impossibleOfPositions)).toEqual([])
    })

    test('no position of any kind of relation', () => {
      const cells = nestedHere.map(({ group, second }) => [second, group] as const)
      expect(openCells(cells, positions, Object.keys(kinds), [])).toEqual([])
    })

    test('no trigger of any referential action', () => {
      const cells = referentialHere.map(({ first, second }) => [first, second] as const)
      expect(openCells(cells, triggers, actions, impossibleTriggers)).toEqual([])
    })
  })
})

describe('The table of cases', () => {
  test('has no title twice', () => {
    const titles = [...nestedCases, ...referentialCases].map(
      ({ title, where }) => `${title} ${JSON.stringify(where)}`,
    )
    expect(titles.filter((title, i) => titles.indexOf(title) !== i)).toEqual([])
  })

  test('leaves out the verbs that Prisma does not have, and no others', () => {
    const verbsOf = prismaVerbs()
    const named = (cells: typeof impossibleOfKinds, column: string, row: string) =>
      cells.some((cell) => cell[1].includes(column) && cell[2].includes(row))
    for (const [kind, fields] of Object.entries(kinds)) {
      for (const field of fields) {
        const known = verbsOf(field, 'Update')
        for (const verb of verbs.filter((each) => each !== 'unchecked')) {
          const isKnown = known.includes(verb.split(' ')[0] as string)
          expect({ field, verb, isKnown }).toEqual({
            ...{ field, verb },
            isKnown: !named(impossibleOfKinds, verb, kind),
          })
          const isCreating = verbsOf(field, 'Create').includes(verb.split(' ')[0] as string)
          const isImpossible =
            named(impossibleOfKinds, verb, kind) || named(impossibleOfPositions, verb, 'create')
          expect({ field, verb, isCreating }).toEqual({ field, verb, isCreating: !isImpossible })
        }
      }
    }
  })

  test('has every relation field of the schema under one kind', () => {
    const { models } = document().datamodel
    const fields = models.flatMap(({ name, fields }) =>
      fields.filter(({ kind }) => kind === 'object').map((field) => `${name}.${field.name}`),
    )
    expect([...new Set(Object.values(kinds).flat())].toSorted()).toEqual(fields.toSorted())
  })
})

/** Runs a call of the plain client, and takes back what it did. */
async function undone(plain: PrismaClient, call: Case['call']): Promise<unknown> {
  const undo = new Error('taken back')
  let answer: unknown
  await plain
    .$transaction(async (tx) => {
      answer = await call(tx as PrismaClient)
      throw undo
    })
    .catch((error) => {
      if (error !== undo) throw error
    })
  return answer
}

/** Prisma makes some calls without a transaction, and leaves half of them when they fail. */
function whole(audited: PrismaClient, call: Case['call']): Promise<unknown> {
  return audited.$transaction((tx) => call(tx as PrismaClient))
}

/** What two clients have in common: all but the times of writing and the keys that were made. */
async function outcomeOf(
  call: () => Promise<unknown>,
): Promise<{ answer?: string; code?: string }> {
  try {
    const text = JSON.stringify(plainValue(await call()), (key, value) =>
      key === 'updatedAt' ? undefined : value,
    )
    return { answer: withoutNew(text) }
  } catch (error) {
    return { code: (error as { code?: string }).code ?? String(error) }
  }
}

function rootAndOthers([root, ...others]: readonly string[]) {
  return { root, others: others.toSorted() }
}

function document() {
  const result = getDMMF({ datamodel: testSchema('sqlite', 'relations') })
  if (!('datamodel' in result)) throw result.error
  return result
}

/** The verbs that Prisma's own types have for a relation field. */
function prismaVerbs(): (field: string, input: 'Create' | 'Update') => string[] {
  const { prisma = [] } = document().schema.inputObjectTypes
  const types = new Map(prisma.map((type) => [type.name, type.fields]))
  return (field, input) => {
    const [model, name] = field.split('.')
    const found = types.get(`${model}${input}Input`)?.find((each) => each.name === name)
    const nested = found?.inputTypes.map(({ type }) => types.get(type)).find((each) => each)
    return (nested ?? []).map((each) => each.name)
  }
}
