/** Tests with vitest that hold what an application records. */
import { afterAll, beforeAll, expect, test } from 'vitest'
// An application writes: import { withAudit } from 'prisma-extension-audit'
import { withAudit } from '../../../src/index.ts'
// An application writes:
// import { auditMatchers, captureEntries, recordedDuring } from 'prisma-extension-audit/testing'
import { auditMatchers, captureEntries, recordedDuring } from '../../../src/testing/index.ts'
// The types of the matchers. An application writes: import 'prisma-extension-audit/testing/vitest'
import '../../../src/testing/vitest.ts'
import { type Database, openDatabase } from '../database.ts'

expect.extend(auditMatchers)

let prisma: Database
let close: () => Promise<void>
beforeAll(async () => {
  ;({ prisma, close } = await openDatabase())
})
afterAll(() => close())

/** What is tested: a note is done, for a reason. */
function finish(id: number, reason: string) {
  return withAudit({ reason }, () => prisma.note.update({ where: { id }, data: { isDone: true } }))
}

test('finishing a note is recorded, with who did it and why', async () => {
  const { id } = await prisma.note.create({ data: { text: 'Water the plants' } })
  const recorded = await recordedDuring(prisma, () =>
    withAudit({ actor: { id: 7, name: 'Ada' } }, () => finish(id, 'It rained')),
  )
  expect(recorded).toHaveAuditEntries([
    {
      action: 'update',
      entity: 'Note',
      entityId: id,
      actorId: 7,
      reason: 'It rained',
      changed: ['isDone'],
      before: { text: 'Water the plants', isDone: false },
      after: { isDone: true },
    },
  ])
})

test('the import of notes is one unit of work', async () => {
  const { result: run, entries } = await recordedDuring(prisma, () =>
    prisma.$audit.run('import', { entity: 'Note' }, async (run) => {
      await prisma.note.createMany({ data: [{ text: 'One' }, { text: 'Two' }] })
      return run
    }),
  )
  expect(entries).toBeAudited([
    { action: 'import', outcome: 'started' },
    { action: 'create', parentId: run.id, after: { text: 'One' } },
    { action: 'create', parentId: run.id, after: { createdAt: expect.any(Date) } },
    { action: 'import', outcome: 'success', traceId: run.traceId },
  ])
})

test('what is undone is written, and never committed', async () => {
  using capture = captureEntries()
  const undone = prisma.$transaction(async (tx) => {
    await tx.note.create({ data: { text: 'Not to be' } })
    throw new Error('Changed my mind')
  })
  await expect(undone).rejects.toThrow('Changed my mind')
  expect(capture).toBeAudited({ action: 'create', after: { text: 'Not to be' } })
  await expect(prisma).not.toBeAudited({ after: { text: 'Not to be' } })
})
