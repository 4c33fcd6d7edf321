import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { beforeEach, describe, expect, test } from 'vitest'
import { type Database, describeEachEngine } from '../database/each.ts'
import { auditedClient } from './audited.ts'
import { expectFaithful } from './trail.ts'

const script = fileURLToPath(new URL('fixtures/held-write.ts', import.meta.url))

/** Starts a process with an audited write that waits before the statement that matches. */
async function startHeld(db: Database, mode: string, pattern: string): Promise<ChildProcess> {
  const args = ['--import', 'tsx', script, db.provider, db.url, db.engine, mode, pattern]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let complaint = ''
  child.stderr.on('data', (data) => {
    complaint += data
  })
  for await (const line of createInterface(child.stdout)) if (line === 'held') return child
  throw new Error(`The process ended before it held the write: ${complaint}`)
}

describeEachEngine('A process that is killed', (db) => {
  beforeEach(() => db.clear())

  const windows = {
    ...(db.can.ownStatements && {
      'between the change and its audit row': '^INSERT INTO .AuditLog|^INSERT INTO .*AuditLog',
    }),
    'between the audit row and the commit': '^COMMIT',
  }
  // What is one statement has no such window.
  const alone = db.can.ownStatements ? ['standalone', 'bulk'] : []

  describe.each(Object.entries(windows))('%s', (_, pattern) => {
    test.each([...alone, 'interactive', 'array'])(
      'leaves neither of a write that is %s',
      async (mode) => {
        const client = auditedClient(db, {}, { poolSize: 2 })
        const { id } = await client.tag.create({ data: { name: 'first' } })
        const child = await startHeld(db, mode, pattern)
        const killed = once(child, 'exit')
        child.kill('SIGKILL')
        expect((await killed)[1]).toBe('SIGKILL')
        // It waits for the lock on the row, until the database has noticed.
        await client.tag.update({ where: { id }, data: { name: 'next' } })
        const trail = await expectFaithful(db.client({ poolSize: 1 }), 'Tag')
        expect(trail.map(({ before }) => before)).toMatchObject([null, { name: 'first' }])
      },
    )
  })
})
