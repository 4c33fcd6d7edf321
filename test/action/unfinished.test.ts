import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { type AuditedClient, auditedClient, entriesOf } from '../capture/audited.ts'
import { type Database, describeEachEngine } from '../database/each.ts'

const script = fileURLToPath(new URL('fixtures/killed-run.ts', import.meta.url))

/** Kills a process in the middle of a run, and answers the run's id. */
async function killedRun(db: Database): Promise<string> {
  const args = ['--import', 'tsx', script, db.provider, db.url, db.engine]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  for await (const line of createInterface(child.stdout)) {
    child.kill('SIGKILL')
    expect((await exited)[1]).toBe('SIGKILL')
    return line
  }
  throw new Error('The process ended before it began a run')
}

describeEachEngine('Unfinished runs', (db) => {
  let prisma: AuditedClient
  beforeAll(() => {
    prisma = auditedClient(db)
  })
  beforeEach(() => db.clear())

  test('are those whose process was killed, found by another process', async () => {
    await prisma.$audit.run('execute', { entity: 'Job', entityId: 'done' }, () => 1)
    const id = await killedRun(db)
    const { entries, nextCursor } = await prisma.$audit.unfinished()
    expect(entries).toHaveLength(1)
    expect(entries[0]).toMatchObject({ id, outcome: 'started', entityId: 'killed', traceId: id })
    expect(nextCursor).toBeNull()
    const trace = await prisma.$audit.trace(id)
    expect(trace.entries.map(({ action }) => action)).toEqual(['execute', 'create'])
  })

  test('are those that run, until they end, however they end', async () => {
    await prisma.$audit.run('execute', { entity: 'Job', entityId: 1 }, async (outer) => {
      await prisma.$audit
        .run('sync', { entity: 'Job', entityId: 2 }, () => Promise.reject(new Error('no')))
        .catch(() => undefined)
      // Of the same action as the run itself, and beside it: that does not end it.
      await prisma.$audit.record({ action: 'execute', entity: 'Job', entityId: 1 })
      const { entries } = await prisma.$audit.unfinished()
      expect(entries.map(({ id }) => id)).toEqual([outer.id])
    })
    expect((await prisma.$audit.unfinished()).entries).toEqual([])
  })

  test('are read in pages, newest first, past any number of finished ones', async () => {
    let end = () => {}
    const ended = new Promise<void>((resolve) => {
      end = resolve
    })
    const open = Array.from({ length: 5 }, (_, i) => `open ${i}`)
    const running: Promise<void>[] = []
    for (const entityId of open) {
      await new Promise<void>((begun) => {
        running.push(
          prisma.$audit.run('execute', { entity: 'Job', entityId }, () => {
            begun()
            return ended
          }),
        )
      })
      for (let i = 0; i < 50; i++) {
        await prisma.$audit.run('execute', { entity: 'Job', entityId: 'closed' }, () => 1)
      }
    }
    const found: (string | null)[] = []
    let cursor: bigint | null = null
    do {
      const page: Awaited<ReturnType<typeof prisma.$audit.unfinished>> =
        await prisma.$audit.unfinished({ take: 2, cursor })
      expect(page.entries.length).toBeLessThanOrEqual(2)
      found.push(...page.entries.map(({ entityId }) => entityId))
      cursor = page.nextCursor
    } while (cursor !== null)
    expect(found).toEqual(open.toReversed())
    const [first] = await entriesOf(prisma)
    const before = new Date((first?.createdAt.getTime() ?? 0) + 1)
    const old = await prisma.$audit.unfinished({ before })
    expect(old.entries.map(({ entityId }) => entityId)).toContain('open 0')
    expect(old.entries.map(({ entityId }) => entityId)).not.toContain('open 4')
    end()
    await Promise.all(running)
    expect((await prisma.$audit.unfinished()).entries).toEqual([])
  })

  test.each([[{ take: 0 }], [{ take: 1001 }], [{ cursor: 'x' }]])(
    'are refused by %j',
    async (o) => {
      await expect(prisma.$audit.unfinished(o)).rejects.toMatchObject({ code: 'QUERY_INVALID' })
    },
  )
})
