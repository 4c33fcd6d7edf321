import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { executionLog, withAudit } from '../../src/index.ts'
import { type AuditedClient, auditedClient } from '../capture/audited.ts'
import { describeEachEngine } from '../database/each.ts'

const traceId = '0190f0f0f0f00123456789abcdef0123'

describeEachEngine('An execution log', (db) => {
  let prisma: AuditedClient
  beforeAll(() => {
    prisma = auditedClient(db)
  })
  beforeEach(() => db.clear())

  async function linesOf(id = traceId) {
    return (await prisma.$audit.trace(id)).logs.lines
  }
  const table = db.provider === 'mysql' ? '`AuditExecutionLog`' : '"AuditExecutionLog"'
  const renamed = db.provider === 'mysql' ? '`Gone`' : '"Gone"'

  test('stores the lines of a run, in order, and is read beside its entries', async () => {
    const log = executionLog(prisma)
    const run = await prisma.$audit.run('execute', { entity: 'Job', entityId: 1 }, async (run) => {
      log.write({ message: 'begin' })
      await prisma.tag.create({ data: { name: 'a' } })
      const fields = { step: 2, nested: { at: new Date(0), big: 5n }, none: undefined }
      log.write({ message: 'did it', level: 'warn', logger: 'worker', fields })
      return run
    })
    log.write({ message: 'outside' })
    await log.close()
    const trace = await prisma.$audit.trace(run.traceId)
    expect(trace.entries.map(({ action, outcome }) => `${action} ${outcome}`)).toEqual([
      'execute started',
      'create success',
      'execute success',
    ])
    expect(trace.logs).toEqual({
      nextCursor: null,
      lines: [
        {
          seq: expect.any(BigInt),
          traceId: run.traceId,
          parentId: run.id,
          loggedAt: expect.any(Date),
          level: 'info',
          message: 'begin',
          logger: null,
          fields: null,
        },
        expect.objectContaining({
          level: 'warn',
          message: 'did it',
          logger: 'worker',
          fields: { step: 2, nested: { at: '1970-01-01T00:00:00.000Z', big: '5' } },
        }),
      ],
    })
    expect(log.stats).toEqual({ written: 2, pending: 0, lost: 0, untraced: 1 })
    // Lines are no changes of the application.
    expect((await prisma.$audit.entries()).entries).toHaveLength(3)
  })

  test('keeps the order of thousands of lines of many traces', async () => {
    const log = executionLog(prisma, { batch: 100, limit: 100_000, highWaterMark: 300 })
    const ids = Array.from(
      { length: 20 },
      (_, i) => traceId.slice(0, -2) + String(i).padStart(2, '0'),
    )
    for (let i = 0; i < 2_000; i++) {
      const id = ids[i % ids.length] as string
      // Some have fields and some do not: all columns are written, or the order would be lost.
      const fields = i % 3 === 0 ? { i } : undefined
      if (!log.write({ message: String(i), fields, traceId: id })) await log.drained()
    }
    await log.flush()
    expect(log.stats).toMatchObject({ written: 2_000, lost: 0 })
    for (const [offset, id] of ids.entries()) {
      const messages = (await linesOf(id)).map(({ message }) => Number(message))
      expect(messages).toEqual(
        Array.from({ length: 50 }, (_, i) => i * ids.length + offset).slice(0, 50),
      )
    }
  })

  test('is read in pages', async () => {
    const log = executionLog(prisma)
    for (let i = 0; i < 7; i++) log.write({ message: String(i), traceId })
    await log.flush()
    const read: string[] = []
    let cursor: bigint | null = null
    do {
      const { logs }: Awaited<ReturnType<typeof prisma.$audit.trace>> = await prisma.$audit.trace(
        traceId,
        { logs: { take: 3, cursor } },
      )
      read.push(...logs.lines.map(({ message }) => message))
      cursor = logs.nextCursor
    } while (cursor !== null)
    expect(read).toEqual(['0', '1', '2', '3', '4', '5', '6'])
  })

  test('takes whatever it is given', async () => {
    const log = executionLog(prisma)
    const circle: Record<string, unknown> = { a: 1 }
    circle.self = circle
    const lines = [
      { message: 'a\0b\ud800', level: 'x\0', fields: { text: '\0', symbol: Symbol('s') } },
      { message: 'x'.repeat(100_000), loggedAt: new Date(Number.NaN) },
      { message: undefined as unknown as string, fields: circle },
      { message: 5 as unknown as string, fields: 'none' as unknown as object },
      { message: 'elsewhere', traceId: 'no trace' },
      { message: 'elsewhere', traceId: 5 as unknown as string },
    ]
    for (const line of lines) log.write({ traceId, ...line } as never)
    await log.flush()
    expect(log.stats).toEqual({ written: 4, pending: 0, lost: 0, untraced: 2 })
    const [first, second, third, fourth] = await linesOf()
    expect(first).toMatchObject({ message: 'a\ufffdb\ufffd', fields: { text: '\ufffd' } })
    expect(second?.message).toHaveLength(16_000)
    expect(second?.loggedAt.getTime()).toBeGreaterThan(0)
    expect(third).toMatchObject({ message: '', fields: { unreadable: ['a', 'self'] } })
    expect(fourth?.message).toBe('5')
  })

  test('waits for a database that is away, loses what it has to, and never fails', async () => {
    const onLost = vi.fn()
    const log = executionLog(prisma, { batch: 10, limit: 20, onLost })
    await db.sql(`ALTER TABLE ${table} RENAME TO ${renamed}`)
    try {
      withAudit({ trace: { traceId } }, () => {
        for (let i = 0; i < 30; i++) log.write({ message: String(i) })
      })
      expect(log.stats).toMatchObject({ pending: 20, lost: 10 })
      await log.flush()
      expect(log.stats).toMatchObject({ written: 0, pending: 0, lost: 30 })
    } finally {
      await db.sql(`ALTER TABLE ${renamed} RENAME TO ${table}`)
    }
    log.write({ message: 'back', traceId })
    await log.close()
    expect((await linesOf()).map(({ message }) => message)).toEqual(['back'])
    const told = onLost.mock.calls.reduce((sum, [lines]) => sum + lines, 0)
    expect(told).toBe(30)
  })

  describe('refuses', () => {
    test.each([{ batch: 0 }, { limit: 1.5 }, { interval: -1 }, { highWaterMark: 'x' }])(
      'the option %j',
      (options) => {
        expect(() => executionLog(prisma, options as never)).toThrow(
          expect.objectContaining({ code: 'OPTION_INVALID' }),
        )
      },
    )

    test.each(['', 'x', traceId.toUpperCase(), 5])('to read the trace %j', async (id) => {
      await expect(prisma.$audit.trace(id as string)).rejects.toMatchObject({
        code: 'QUERY_INVALID',
      })
    })

    test('a model that is none', () => {
      const named = (executionLogModel: string) => () => auditedClient(db, { executionLogModel })
      expect(named('Nothing')).toThrow(expect.objectContaining({ code: 'AUDIT_MODEL_MISSING' }))
      expect(named('Tag')).toThrow(expect.objectContaining({ code: 'AUDIT_MODEL_INVALID' }))
    })
  })
})
