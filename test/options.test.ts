import { describe, expect, test } from 'vitest'
import { type AuditError, type AuditOptions, audit, withAudit } from '../src/index.ts'
import { auditedClient, entriesOf, hashKey, storyOf } from './capture/audited.ts'
import { describeDatabase } from './database/each.ts'

describeDatabase('sqlite', 'audit()', (db) => {
  const construct = (options: unknown) => () => {
    const given = options as AuditOptions
    return db.client().$extends(audit({ ...given, redact: { hashKey, ...given?.redact } }))
  }

  test.each<[unknown, string]>([
    [{ inclde: [] }, 'There is no option `inclde`'],
    [{ include: 'User' }, '`include` is `"User"`'],
    [{ include: ['Usr'] }, '`include` names the model `Usr`'],
    [{ exclude: ['AuditLog'] }, '`exclude` names the model `AuditLog`'],
    [
      { ignore: { User: ['nme'] } },
      '`ignore` names the field `nme`, which the model `User` does not have',
    ],
    [{ ignore: { '*': ['nowhere'] } }, 'which no model has'],
    [{ ignore: { User: ['id'] } }, '`User.id` cannot be ignored'],
    [{ ignore: { User: ['posts'] } }, 'names the field `posts`'],
    [{ redact: { fields: { User: { name: 'hide' } } } }, 'one of omit, mask, hash, keep'],
    [{ redact: { hashKey: 'short' } }, 'at least 16 characters'],
    [{ redact: { salt: '' } }, 'without `salt`'],
    [{ redact: { defaults: 1 } }, '`defaults` true or false'],
    [{ snapshots: 'none' }, '`snapshots` is `"none"`'],
    [{ actor: 'ada' }, '`actor` is `"ada"`'],
    [{ requireActor: 1 }, '`requireActor` is `1`'],
    [{ onError: 'log' }, 'one of fail, ignore'],
    [{ onError: 'ignore' }, 'needs `onIgnoredError`'],
    [{ transaction: { maxWait: -1 } }, 'a number of milliseconds'],
    [{ transaction: { wait: 1 } }, 'without `wait`'],
    [{ model: '' }, 'the name of a model'],
    [{ tagModel: '' }, 'the name of a model'],
    [{ tagModel: 1 }, 'the name of a model'],
    [{ executionLogModel: '' }, 'the name of a model'],
    [{ id: 'uuid' }, 'a function'],
    [{ client: {} }, 'a function'],
  ])('refuses %j', (options, message) => {
    expect(construct(options)).toThrow(message)
    expect(construct(options)).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }))
  })

  test('never shows the key of the hash', () => {
    const options = { redact: { hashKey: 'a very secret key', fields: 7 } }
    expect(construct(options)).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }))
    expect(construct(options)).not.toThrow('a very secret key')
  })

  test('refuses to hash without a key, where the schema asks for it', () => {
    expect(() => db.client().$extends(audit())).toThrow('`Credential.nationalId` is to be hashed')
  })

  test('names an audit model that is not there, and what one that is no audit model lacks', () => {
    expect(construct({ model: 'Trail' })).toThrow(
      expect.objectContaining({ code: 'AUDIT_MODEL_MISSING' }),
    )
    expect(construct({ model: 'Tag' })).toThrow(
      expect.objectContaining({ code: 'AUDIT_MODEL_INVALID' }),
    )
    expect(construct({ model: 'Tag' })).toThrow('`traceId')
  })

  test('names a model of tags that is not there, and what one that is none lacks', () => {
    expect(construct({ tagModel: 'Label' })).toThrow(
      expect.objectContaining({ code: 'AUDIT_MODEL_MISSING' }),
    )
    expect(construct({ tagModel: 'Tag' })).toThrow(
      expect.objectContaining({ code: 'AUDIT_MODEL_INVALID' }),
    )
    expect(construct({ tagModel: 'Tag' })).toThrow('model of tags `Tag` lacks `key String`')
    expect(construct({ exclude: ['AuditTag'] })).not.toThrow()
  })

  test('refuses a runtime that is not Prisma’s', () => {
    const extension = audit() as unknown as (client: unknown) => unknown
    expect(() => extension({ $extends: () => undefined })).toThrow(
      expect.objectContaining({ code: 'RUNTIME_UNSUPPORTED' }),
    )
  })

  describe('records', () => {
    test('the models to include, and leaves those to exclude', async () => {
      const included = auditedClient(db, { include: ['Tag'] })
      await included.tag.create({ data: { name: 'in' } })
      await included.team.create({ data: { name: 'out' } })
      expect((await storyOf(included)).join()).toMatch(/^create Tag \d+$/)
      await db.clear()
      const excluded = auditedClient(db, { exclude: ['Tag'] })
      await excluded.tag.create({ data: { name: 'out' } })
      await excluded.heartbeat.create({ data: { host: 'excluded in the schema' } })
      await excluded.team.create({ data: { name: 'in' } })
      expect((await storyOf(excluded)).join()).toMatch(/^create Team \d+$/)
    })

    test('nothing of the tables of the audit itself', async () => {
      await db.clear()
      const prisma = auditedClient(db)
      await prisma.auditTag.create({ data: { key: 'k', value: 'v', seq: 1 } })
      await prisma.auditTag.deleteMany()
      expect(await storyOf(prisma)).toEqual([])
    })

    test('no change of ignored fields only, and no change of nothing', async () => {
      await db.clear()
      const prisma = auditedClient(db, { ignore: { '*': ['updatedAt'], User: ['name'] } })
      const { id } = await prisma.user.create({ data: { email: 'a', name: 'A' } })
      await prisma.user.update({ where: { id }, data: { name: 'B', lastSeenAt: new Date() } })
      await prisma.user.updateMany({ data: { email: 'a' } })
      await prisma.user.update({ where: { id }, data: {} })
      const entries = await entriesOf(prisma)
      expect(entries.map(({ action }) => action)).toEqual(['create'])
      expect(Object.keys(entries[0]?.after ?? {})).not.toContain('name')
      expect(Object.keys(entries[0]?.after ?? {})).not.toContain('lastSeenAt')
    })

    test('only key and changed fields of an update with `snapshots: changed`', async () => {
      await db.clear()
      const prisma = auditedClient(db, { snapshots: 'changed' })
      const { id } = await prisma.team.create({ data: { name: 'a' } })
      await prisma.team.update({ where: { id }, data: { name: 'b' } })
      const order = await prisma.order.create({ data: { select: 's', from: 'f' } })
      await prisma.order.update({ where: { id: order.id }, data: { from: 'g' } })
      const [created, , , updated] = await entriesOf(prisma)
      expect(created?.after).toEqual({ id, name: 'a' })
      expect(updated).toMatchObject({
        before: { id: order.id, from: 'f' },
        after: { id: order.id, from: 'g' },
        changed: ['from'],
      })
      expect(Object.keys(updated?.after ?? {})).toEqual(['id', 'from'])
    })

    test('confidential fields as they are to be shown', async () => {
      await db.clear()
      const prisma = auditedClient(db, { redact: { fields: { Credential: { label: 'omit' } } } })
      const secrets = {
        password: 'pw-1',
        token: 'tok-1',
        apiKey: 'key-1',
        iban: 'DE-1',
        notes: 'note-1',
      }
      const { id } = await prisma.credential.create({
        data: { label: 'label-1', nationalId: 'nat-1', ...secrets },
      })
      await prisma.credential.update({
        where: { id },
        data: { password: 'pw-2', nationalId: 'nat-2' },
      })
      const [created, updated] = await entriesOf(prisma)
      expect(created?.after).toMatchObject({
        id,
        password: '[redacted]',
        token: '[redacted]',
        apiKey: '[redacted]',
        iban: '[redacted]',
        nationalId: expect.stringMatching(/^hmac-sha256:[0-9a-f]{64}$/),
      })
      expect(Object.keys(created?.after ?? {})).not.toContain('label')
      expect(Object.keys(created?.after ?? {})).not.toContain('notes')
      expect(updated?.changed).toEqual(['password', 'nationalId'])
      expect(updated?.before?.nationalId).toBe(created?.after?.nationalId)
      expect(updated?.after?.nationalId).not.toBe(created?.after?.nationalId)
      const table = JSON.stringify(await db.sql('SELECT * FROM "AuditLog"'))
      for (const value of [...Object.values(secrets), 'pw-2', 'nat-1', 'nat-2', 'label-1']) {
        expect(table).not.toContain(value)
      }
    })

    test('everything where redaction is turned off', async () => {
      await db.clear()
      const fields = { Credential: { nationalId: 'keep', iban: 'keep' } } as const
      const prisma = auditedClient(db, { redact: { defaults: false, fields } })
      await prisma.credential.create({ data: { label: 'l', password: 'pw', nationalId: 'n' } })
      expect((await entriesOf(prisma))[0]?.after).toMatchObject({ password: 'pw', nationalId: 'n' })
    })
  })

  describe('knows the actor', () => {
    test('from the option where the context has none', async () => {
      await db.clear()
      const prisma = auditedClient(db, { actor: () => ({ id: 'cron', type: 'service' }) })
      await prisma.tag.create({ data: { name: 'a' } })
      await withAudit({ actor: { id: 'ada' } }, () => prisma.tag.create({ data: { name: 'b' } }))
      const actors = (await entriesOf(prisma)).map(({ actorId, actorType }) => [actorId, actorType])
      expect(actors).toEqual([
        ['cron', 'service'],
        ['ada', 'user'],
      ])
    })

    test('or refuses the write before anything is sent', async () => {
      await db.clear()
      const prisma = auditedClient(db, { requireActor: true })
      db.statements().clear()
      const refused = prisma.tag.create({ data: { name: 'a' } })
      await expect(refused).rejects.toMatchObject({ name: 'AuditError', code: 'ACTOR_REQUIRED' })
      await expect(refused).rejects.toThrow('`Tag.create` was refused')
      expect(db.statements().sent).toEqual([])
      await withAudit({ actor: { id: 1 } }, () => prisma.tag.create({ data: { name: 'a' } }))
      expect(await storyOf(prisma)).toHaveLength(1)
    })
  })

  test('uses the ids that it is given, and refuses others', async () => {
    await db.clear()
    let n = 0
    const prisma = auditedClient(db, { id: () => (n++).toString(16).padStart(32, '0') })
    await prisma.tag.createMany({ data: [{ name: 'a' }, { name: 'b' }] })
    const ids = (await entriesOf(prisma)).map(({ id, traceId }) => [Number(id), Number(traceId)])
    expect(ids).toEqual([
      [0, 0],
      [1, 0],
    ])
    const wrong = auditedClient(db, { id: () => 'ABC' })
    const error = await wrong.tag
      .create({ data: { name: 'c' } })
      .catch((cause: AuditError) => cause)
    expect(error).toMatchObject({
      code: 'OPTION_INVALID',
      message: expect.stringContaining('`ABC`'),
    })
    expect(await prisma.tag.count()).toBe(2)
  })
})
