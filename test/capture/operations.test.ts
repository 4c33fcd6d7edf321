import { describe, expect, test } from 'vitest'
import { audit, withAudit } from '../../src/index.ts'
import { describeEachDatabase } from '../database/each.ts'

describeEachDatabase('smoke', (db) => {
  test('works', async () => {
    const prisma = db.client().$extends(audit({ redact: { hashKey: 'a secret of the tests' } }))
    const u = await withAudit({ actor: { id: 7 }, tenant: 't' }, () =>
      prisma.user.create({ data: { email: 'a@b.c', settings: { a: 1 } } }),
    )
    await prisma.user.update({ where: { id: u.id }, data: { role: 'AUDITOR' } })
    await prisma.user.upsert({ where: { email: 'x' }, create: { email: 'x' }, update: {} })
    await prisma.user.upsert({
      where: { email: 'x' },
      create: { email: 'x' },
      update: { name: 'N' },
    })
    await prisma.user.createMany({ data: [{ email: 'm1' }, { email: 'm2' }] })
    await prisma.user.updateMany({ where: { email: { startsWith: 'm' } }, data: { name: 'M' } })
    await prisma.user.deleteMany({ where: { email: { startsWith: 'm' } } })
    await prisma.user.delete({ where: { id: u.id } })
    await prisma.$transaction([
      prisma.user.create({ data: { email: 'arr1' } }),
      prisma.user.create({ data: { email: 'arr2' } }),
    ])
    await prisma.$transaction(async (tx) => {
      await tx.user.create({ data: { email: 'itx' } })
      await tx.user.update({ where: { email: 'itx' }, data: { settings: { b: 2 } } })
    })
    const { entries } = await prisma.$audit.entries()
    for (const e of entries.reverse())
      console.log(
        e.seq,
        e.action,
        e.entity,
        e.entityId,
        e.actorId,
        e.actorType,
        e.changed,
        JSON.stringify(e.diff.updated),
        e.traceId === e.id,
      )
    console.log((await prisma.user.activity({ where: { id: u.id } })).entries)
  })
})
