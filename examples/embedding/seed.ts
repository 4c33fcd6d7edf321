// An application writes: import { withAudit } from 'prisma-extension-audit'
import { withAudit } from '../../src/index.ts'
import type { Database } from '../integrations/database.ts'

/** What has happened to the note before anybody looks. */
export async function seed(prisma: Database): Promise<void> {
  const where = { id: 1 }
  const grace = { id: 'grace', name: 'Grace Hopper' }
  await withAudit({ actor: grace }, () =>
    prisma.note.create({ data: { ...where, text: 'Write the documentation' } }),
  )
  await withAudit({ actor: grace, tags: { ticket: 'DOC-7' }, reason: 'It has to be short' }, () =>
    prisma.note.update({ where, data: { text: 'Write the documentation, in one page' } }),
  )
  await withAudit({ actor: { id: 'publisher', type: 'service' } }, () =>
    prisma.$audit.run('publish', { entity: 'Note', entityId: 1 }, () =>
      prisma.note.update({ where, data: { isDone: true } }),
    ),
  )
}
