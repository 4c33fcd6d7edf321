import { afterAll, beforeAll, expect } from 'vitest'
import type { Provider } from '../database/capabilities.ts'
import type { Database } from '../database/each.ts'

type Statements = Readonly<Record<Provider, readonly string[]>>

/** One way in which a database refuses audit rows, until it is mended. */
interface Fault {
  readonly begin: Statements
  readonly end: Statements
}

/** Refuses the audit rows that the condition on `NEW` matches, as a full disk would. */
function refusing(condition: (column: (name: string) => string) => string): Fault {
  const quoted = condition((name) => `NEW."${name}"`)
  const bare = condition((name) => `NEW.\`${name}\``)
  return {
    begin: {
      sqlite: [
        `CREATE TRIGGER refusing BEFORE INSERT ON "AuditLog" WHEN ${quoted}
         BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END`,
      ],
      postgresql: [
        `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
           RAISE EXCEPTION 'No space left on device' USING ERRCODE = 'disk_full';
         END $$`,
        `CREATE TRIGGER refusing BEFORE INSERT ON "AuditLog" FOR EACH ROW WHEN (${quoted})
         EXECUTE FUNCTION refuse()`,
      ],
      mysql: [
        `CREATE TRIGGER refusing BEFORE INSERT ON AuditLog FOR EACH ROW IF ${bare} THEN
           SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = 1021, MESSAGE_TEXT = 'Disk full';
         END IF`,
      ],
    },
    end: {
      sqlite: ['DROP TRIGGER refusing'],
      postgresql: ['DROP TRIGGER refusing ON "AuditLog"', 'DROP FUNCTION refuse'],
      mysql: ['DROP TRIGGER refusing'],
    },
  }
}

/** What the database refuses is what this actor does. */
export const refused = { actor: { id: 'refused' } }

/** The faults that meet the actor `refused` only. */
export const faults = {
  'a full disk': refusing((column) => `${column('actorId')} = '${refused.actor.id}'`),
  'a constraint': {
    begin: {
      // SQLite cannot add a constraint to a table; a trigger fails in the same way.
      sqlite: [
        `CREATE TRIGGER allowed BEFORE INSERT ON "AuditLog" WHEN NEW."actorId" = 'refused'
         BEGIN SELECT RAISE(ABORT, 'CHECK constraint failed: allowed'); END`,
      ],
      postgresql: [
        `ALTER TABLE "AuditLog" ADD CONSTRAINT allowed
         CHECK ("actorId" IS DISTINCT FROM 'refused')`,
      ],
      mysql: ["ALTER TABLE AuditLog ADD CONSTRAINT allowed CHECK (NOT (actorId <=> 'refused'))"],
    },
    end: {
      sqlite: ['DROP TRIGGER allowed'],
      postgresql: ['ALTER TABLE "AuditLog" DROP CONSTRAINT allowed'],
      mysql: ['ALTER TABLE AuditLog DROP CONSTRAINT allowed'],
    },
  },
} satisfies Record<string, Fault>

/** Refuses the audit row of one entity. */
export function refusingEntity(entityId: string): Fault {
  return refusing((column) => `${column('entityId')} = '${entityId}'`)
}

const moved = (from: string, to: string) => ({
  sqlite: [`ALTER TABLE "${from}" RENAME TO "${to}"`],
  postgresql: [`ALTER TABLE "${from}" RENAME TO "${to}"`],
  mysql: [`RENAME TABLE ${from} TO ${to}`],
})

/** What a caller gets of a write whose audit row is refused. */
export function failureOf({ can }: Database): object {
  if (can.ownStatements) return { name: 'AuditError', code: 'WRITE_FAILED' }
  // The user's own statement fails.
  return { name: 'PrismaClientKnownRequestError', code: expect.stringMatching(/^P20/) }
}

/** The audit table is not there. */
export const missingTable: Fault = {
  begin: moved('AuditLog', 'AuditLogGone'),
  end: moved('AuditLogGone', 'AuditLog'),
}

/** Runs `work` while the fault lasts. */
export async function during<T>(db: Database, fault: Fault, work: () => Promise<T>): Promise<T> {
  for (const statement of fault.begin[db.provider]) await db.sql(statement)
  try {
    return await work()
  } finally {
    for (const statement of fault.end[db.provider]) await db.sql(statement)
  }
}

/** Lets the fault last for all tests of the suite. */
export function underFault(db: Database, fault: Fault): void {
  beforeAll(async () => {
    for (const statement of fault.begin[db.provider]) await db.sql(statement)
  })
  afterAll(async () => {
    for (const statement of fault.end[db.provider]) await db.sql(statement)
  })
}
