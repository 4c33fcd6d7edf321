import { withAudit } from '../../src/index.ts'
import type { AuditedClient } from '../capture/audited.ts'
import { contextOf, markOf } from './actors.ts'

/** Waits for connections that others have, as long as it takes. */
export const patient = { maxWait: 120_000, timeout: 120_000 }

/**
 * One call of every kind that writes, in the context of the caller, actor `n`, with reads among them.
 * Answers how many entries they have made.
 */
export async function workOf(prisma: AuditedClient, n: number, other: number): Promise<number> {
  const title = () => markOf(n)
  const [{ id }] = await Promise.all([
    prisma.document.create({ data: { title: title() } }),
    // In one tick: Prisma makes one query of these, whoever asks.
    prisma.document.findUnique({ where: { id: 'shared' } }),
    prisma.document.findUnique({ where: { id: `${n}` } }),
    prisma.document.findMany({ take: 2 }),
  ])
  const where = { id }
  await prisma.document.update({ where, data: { title: title() } })
  await Promise.all([
    prisma.document.findUnique({ where }),
    prisma.document.upsert({
      where: { id: 'shared' },
      create: { id: 'shared', title: title() },
      update: { title: title() },
    }),
    prisma.document.upsert({ where, create: { title: title() }, update: { title: title() } }),
    nestedCreate(prisma, n),
  ])
  const many = Array.from({ length: 10 }, (_, i) => `${id} ${i}`)
  const created = title()
  await prisma.document.createMany({ data: many.map((key) => ({ id: key, title: created })) })
  await prisma.document.updateMany({ where: { id: { in: many } }, data: { title: title() } })
  await prisma.$transaction([
    prisma.document.create({ data: { title: title() } }),
    prisma.document.findUnique({ where }),
    prisma.document.update({ where, data: { title: title() } }),
    prisma.$executeRaw`UPDATE "Document" SET title = ${title()} WHERE id = ${id}`,
  ])
  await interactive(prisma, n, other, id)
  await inRun(prisma, n)
  const deleted = title()
  await prisma.document.update({ where, data: { title: title(), body: deleted } })
  await prisma.document.delete({ where })
  return 1 + 1 + 2 + 8 + 20 + 3 + 8 + 5 + 2
}

/** The same of raw SQL by itself. */
export async function rawWorkOf(prisma: AuditedClient, n: number): Promise<number> {
  const id = `raw ${n}`
  await prisma.$executeRaw`INSERT INTO "Document" (id, title) VALUES (${id}, ${markOf(n)})`
  await prisma.$queryRaw`UPDATE "Document" SET title = ${markOf(n)} WHERE id = ${id} RETURNING id`
  const [mark, deleted] = [markOf(n), markOf(n)]
  await prisma.$executeRawUnsafe(
    'UPDATE "Document" SET title = $1, body = $2 WHERE id = $3',
    ...[mark, deleted, id],
  )
  await prisma.$executeRawUnsafe(`DELETE FROM "Document" WHERE id = '${id}'`)
  return 4
}

/** The user, two posts with a comment each, a tag, and either direction of its link. */
async function nestedCreate(prisma: AuditedClient, n: number): Promise<void> {
  const name = markOf(n)
  const author = { connect: { email: name } }
  const comments = { create: { body: name, author } }
  const posts = [
    { title: name, comments, tags: { create: { name } } },
    { title: name, comments },
  ]
  await prisma.user.create({ data: { name, email: name, posts: { create: posts } } })
}

async function interactive(prisma: AuditedClient, n: number, other: number, id: string) {
  const create = (tx: Pick<AuditedClient, 'document'>, who = n) =>
    withAudit(contextOf(who), () => tx.document.create({ data: { title: markOf(who) } }))
  await prisma.$transaction(async (tx) => {
    await tx.document.create({ data: { title: markOf(n) } })
    await Promise.all([
      create(tx),
      create(tx, other),
      tx.document.findMany({ take: 1 }),
      create(tx),
      withAudit(
        contextOf(other),
        () => tx.$executeRaw`UPDATE "Document" SET title = ${markOf(other)} WHERE id = ${id}`,
      ),
      tx.document.findUnique({ where: { id } }),
    ])
    await tx.$transaction((savepoint) => create(savepoint, other))
    await tx
      .$transaction(async (savepoint) => {
        await create(savepoint)
        throw new Error('rolled back')
      })
      .catch(() => undefined)
    await tx.document.update({ where: { id }, data: { title: markOf(n) } })
    await create(tx, other)
  }, patient)
}

async function inRun(prisma: AuditedClient, n: number): Promise<void> {
  await prisma.$audit.run('work', { entity: 'Job', entityId: n }, async ({ traceId }) => {
    const title = () => markOf(n, traceId)
    const { id } = await prisma.document.create({ data: { title: title(), body: title() } })
    await prisma.$transaction([
      prisma.document.update({ where: { id }, data: { title: title() } }),
      prisma.document.create({ data: { title: title() } }),
    ])
    const body = title()
    await prisma.document.update({ where: { id }, data: { body } })
    await prisma.document.delete({ where: { id } })
  })
}
