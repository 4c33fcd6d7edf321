import { beforeAll, beforeEach, expect, test } from 'vitest'
import { rebuildTables } from '../capture/replay.ts'
import { auditedClient, trailOf } from './audited.ts'
import { describeEachRelationEngine } from './each.ts'

describeEachRelationEngine('A row that refers to itself', (db) => {
  let prisma: ReturnType<typeof auditedClient>
  beforeAll(() => {
    prisma = auditedClient(db)
  })
  beforeEach(() => db.clear())

  /** The folders as they are, and as the trail tells them. */
  async function folders() {
    const rows = await prisma.folder.findMany({ orderBy: { id: 'asc' } })
    const tables = rebuildTables(await trailOf(prisma), (_, { id }) => String(id))
    const told = [...(tables.get('Folder')?.values() ?? [])]
    return { rows, told: told.sort((a, b) => Number(a.id) - Number(b.id)) }
  }

  // By the database, in the same statement, after it has answered the row.
  const isCascaded = db.mode === 'foreignKeys' && db.provider !== 'mysql'
  const moves = {
    'begins to, by the key that it gives up': {
      parentId: 1,
      data: { id: 4, parentId: 2 },
    },
    'did, when its key changes': { parentId: 2, data: { id: 4 } },
  }
  test.skipIf(!isCascaded).each(Object.entries(moves))(
    'and %s, is told as it is in the end',
    async (_, { parentId, data }) => {
      const calls = [
        () => prisma.folder.update({ where: { id: 2 }, data }),
        () => prisma.folder.updateMany({ where: { id: 2 }, data }),
        () =>
          prisma.folder.upsert({
            where: { id: 2 },
            create: { id: 2, name: 'b' },
            update: { name: 'b', ...data },
          }),
      ]
      for (const call of calls) {
        await db.clear()
        await prisma.folder.create({ data: { id: 1, name: 'a' } })
        await prisma.folder.create({ data: { id: 2, name: 'b', parentId } })
        await call()
        const { rows, told } = await folders()
        expect(rows.at(-1)).toMatchObject({ id: 4, parentId: 4 })
        expect(told).toEqual(rows)
      }
    },
  )
})
