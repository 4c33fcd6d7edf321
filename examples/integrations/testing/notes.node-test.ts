/** Tests with node:test that hold what an application records. */
import { after, before, test } from 'node:test'
// An application writes: import { withAudit } from 'prisma-extension-audit'
import { withAudit } from '../../../src/index.ts'
// An application writes:
// import { expectAudited, expectNotAudited, ... } from 'prisma-extension-audit/testing'
import {
  expectAudited,
  expectAuditedExactly,
  expectNotAudited,
  recordedDuring,
  writtenDuring,
} from '../../../src/testing/index.ts'
import { type Database, openDatabase } from '../database.ts'

let prisma: Database
let close: () => Promise<void>
before(async () => {
  ;({ prisma, close } = await openDatabase())
})
after(() => close())

test('renaming a note is recorded, with who did it', async () => {
  const { id } = await prisma.note.create({ data: { text: 'Water the plants' } })
  await withAudit({ actor: { id: 7 } }, () =>
    prisma.note.update({ where: { id }, data: { text: 'Water the garden' } }),
  )
  await expectAudited(prisma, {
    action: 'update',
    entity: 'Note',
    entityId: id,
    actorId: 7,
    before: { text: 'Water the plants' },
    after: { text: 'Water the garden' },
  })
})

test('a note that changes and goes leaves its history', async () => {
  const recorded = await recordedDuring(prisma, async () => {
    const { id } = await prisma.note.create({ data: { text: 'Soon gone' } })
    await prisma.note.delete({ where: { id } })
  })
  expectAuditedExactly(recorded, [
    { action: 'create', before: null },
    { action: 'delete', before: { text: 'Soon gone' }, after: null },
  ])
})

test('tests that run at the same time see their own writes only', {
  concurrency: true,
}, async (t) => {
  await Promise.all(
    ['one', 'two', 'three'].map((text) =>
      t.test(text, async () => {
        const { entries } = await writtenDuring(() => prisma.note.create({ data: { text } }))
        expectAuditedExactly(entries, [{ action: 'create', after: { text } }])
      }),
    ),
  )
})

test('a search is not recorded', async () => {
  const { entries } = await writtenDuring(() => prisma.note.findMany())
  expectNotAudited(entries)
})
