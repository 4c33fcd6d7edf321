import { beforeEach, describe, expect, test } from 'vitest'
import { type AuditError, type AuditOptions, audit, withAudit } from '../../src/index.ts'
import { engineOptions, engineScript } from '../database/engine.ts'
import { auditedClient, own, ownTrailOf, storyOf } from './audited.ts'
import { describeEachRelationEngine } from './each.ts'
import type { PrismaClient } from './generated/foreign-keys/postgresql/client/client.ts'

describeEachRelationEngine('What is recorded of a related change', (db) => {
  let known: PrismaClient | undefined
  const plain = () => {
    known ??= db.client({ poolSize: 1 })
    return known
  }
  // MariaDB has 151 connections, for all suites that run at a time.
  const auditedBy = (options: AuditOptions) => auditedClient(db, 2, options)
  type Audited = ReturnType<typeof auditedBy>

  beforeEach(() => db.clear())

  async function seed() {
    const client = plain()
    await client.shelf.create({ data: { id: 1, label: 'returned' } })
    await client.person.create({
      data: {
        id: 1,
        email: 'a',
        written: {
          create: {
            id: 1,
            title: 'book',
            genres: { create: { code: 'g', label: 'G' } },
            chapters: { create: { number: 1, title: 'c' } },
          },
        },
      },
    })
  }

  test('follows a cascade through a model that is left out', async () => {
    await seed()
    const prisma = auditedBy({ exclude: ['Book'] })
    await prisma.person.delete({ where: { id: 1 } })
    const story = await storyOf(prisma)
    // Prisma's emulation leaves the rows of the join table behind.
    const unlinked = db.mode === 'foreignKeys' ? ['unlink Genre g'] : []
    expect(story).toEqual(['delete Person 1', 'delete Chapter [1,1]', ...unlinked])
  })

  // Prisma does not emulate foreign keys that it is not to know of.
  test.skipIf(db.mode === 'emulated')(
    'follows a cascade through a model that the client does not have',
    async () => {
      await seed()
      const quote = db.provider === 'mysql' ? '`' : '"'
      const [table, person] = ['Shadow', 'personId'].map((name) => quote + name + quote)
      await db.sql(`INSERT INTO ${table} (id, ${person}) VALUES (3, 1)`)
      await plain().echo.create({ data: { id: 4, shadowId: 3 } })
      const prisma = auditedBy({ include: ['Person', 'Echo'] })
      await prisma.person.update({ where: { id: 1 }, data: { id: 2 } })
      await prisma.person.delete({ where: { id: 2 } })
      const moved = ['update Person 1', 'update Person 2']
      expect(await storyOf(prisma)).toEqual([...moved, 'delete Person 2', 'update Echo 4'])
      expect((await ownTrailOf(prisma)).at(-1)).toMatchObject({
        before: { shadowId: 3 },
        after: { shadowId: null },
      })
    },
  )

  test('is nothing of models that are left out', async () => {
    await seed()
    const prisma = auditedBy({ include: ['Person'] })
    await prisma.person.update({
      where: { id: 1 },
      data: { name: 'A', written: { update: { where: { id: 1 }, data: { title: 'other' } } } },
    })
    expect(await storyOf(prisma)).toEqual(['update Person 1'])
  })

  test('hides what is redacted, in rows and in the keys of links', async () => {
    await seed()
    const fields = { Genre: { code: 'hash', label: 'mask' }, Chapter: { title: 'omit' } } as const
    const prisma = auditedBy({ redact: { hashKey: 'a secret of the tests', fields } })
    await prisma.book.update({
      where: { id: 1 },
      data: {
        genres: { create: { code: 'secret', label: 'secret' } },
        chapters: { create: { number: 2, title: 'secret' } },
      },
    })
    const entries = await ownTrailOf(prisma)
    const text = JSON.stringify(entries, (_, value) =>
      typeof value === 'bigint' ? String(value) : value,
    )
    expect(text).not.toContain('secret')
    const link = entries.find(({ action, entity }) => action === 'link' && entity === 'Book')
    expect(link?.after).toEqual({ genres: [{ code: expect.stringMatching(/^hmac-sha256:/) }] })
  })

  test('belongs to the trace and the actor of the context', async () => {
    await seed()
    const prisma = auditedBy({})
    const trace = { traceId: 'a'.repeat(32), parentId: 'b'.repeat(32) }
    await withAudit({ actor: { id: 7 }, trace }, async () =>
      prisma.person.update({
        where: { id: 1 },
        data: { name: 'A', written: { create: { id: 2, title: 'second' } } },
      }),
    )
    const entries = await ownTrailOf(prisma)
    expect(entries).toHaveLength(2)
    for (const entry of entries) expect(entry).toMatchObject({ actorId: '7', ...trace })
  })

  test('shows in the history of each entity, with the keys of what it was linked with', async () => {
    await seed()
    const prisma = auditedBy({})
    await prisma.genre.update({
      where: { code: 'g' },
      data: { books: { disconnect: { id: 1 }, create: { id: 5, title: 'n', authorId: 1 } } },
    })
    const ofGenre = await prisma.genre.activity({ where: { code: 'g' } })
    const told = own(ofGenre.entries).map(({ action, before, after }) => ({
      action,
      before,
      after,
    }))
    expect(told).toEqual([
      { action: 'link', before: null, after: { books: [{ id: 5 }] } },
      { action: 'unlink', before: { books: [{ id: 1 }] }, after: null },
    ])
    const ofBook = await prisma.book.activity({ where: { id: 1 } })
    const [unlinked, ...others] = own(ofBook.entries)
    expect(unlinked).toMatchObject({ action: 'unlink', before: { genres: [{ code: 'g' }] } })
    expect(unlinked?.changed).toEqual(['genres'])
    expect(others).toEqual([])
  })

  describe('when it cannot be recorded', () => {
    const refuse = { id: () => 'no id' }
    const nested = (prisma: Audited) =>
      prisma.person.update({
        where: { id: 1 },
        data: { name: 'changed', written: { create: { id: 2, title: 'second' } } },
      })

    test.skipIf(!db.can.ownWrites)('undoes the whole call', async () => {
      await seed()
      const prisma = auditedBy(refuse)
      await expect(nested(prisma)).rejects.toMatchObject({ code: 'OPTION_INVALID' })
      expect(await plain().book.count()).toBe(1)
    })

    const caught = 'undoes the whole call in a transaction of a caller that catches the error'
    test.skipIf(!db.can.ownWrites)(caught, async () => {
      await seed()
      const prisma = auditedBy(refuse)
      const transaction = prisma.$transaction(async (tx) => {
        await nested(tx as unknown as Audited).catch(() => undefined)
      })
      await transaction.catch(() => undefined)
      expect(await plain().person.findMany()).toMatchObject([{ name: '' }])
      expect(await plain().book.count()).toBe(1)
    })

    const passes = 'lets it pass where that was asked for, and tells of it'
    test.skipIf(!db.can.ignoredErrors)(passes, async () => {
      await seed()
      const ignored: AuditError[] = []
      const onIgnoredError = (error: AuditError) => void ignored.push(error)
      const prisma = auditedBy({ ...refuse, onError: 'ignore', onIgnoredError })
      await nested(prisma)
      await prisma.$transaction(async (tx) => {
        await tx.person.update({ where: { id: 1 }, data: { badge: { create: { code: 'b' } } } })
      })
      expect(ignored.map(({ code }) => code)).toEqual(['OPTION_INVALID', 'OPTION_INVALID'])
      expect(await plain().book.count()).toBe(2)
      expect(await plain().badge.count()).toBe(1)
    })

    test('keeps and records what a call wrote before it failed, as far as Prisma keeps it', async () => {
      await seed()
      const prisma = auditedBy({})
      await prisma.$transaction(async (tx) => {
        const failing = tx.person.update({
          where: { id: 1 },
          data: { name: 'half', badge: { connect: { code: 'missing' } } },
        })
        await expect(failing).rejects.toMatchObject({ code: 'P2025' })
      })
      expect(await plain().person.findMany()).toMatchObject([{ name: 'half' }])
      expect(await ownTrailOf(prisma)).toMatchObject([
        { action: 'update', entity: 'Person', before: { name: '' }, after: { name: 'half' } },
      ])
    })
  })

  test('is refused on a client that was connected before it was extended', async () => {
    await seed()
    const client = db.client({ poolSize: 2, script: engineScript(db) })
    await client.$connect()
    const prisma = client.$extends(audit(engineOptions(db)))
    const call = () => prisma.person.update({ where: { id: 1 }, data: { mails: { create: [] } } })
    await expect(call()).rejects.toMatchObject({ code: 'RUNTIME_UNSUPPORTED' })
    await client.$disconnect()
    await call()
  })
})
