import { AuditError } from '../errors.ts'
import type { RootClient, Transaction } from '../prisma.ts'
import { type Capture, capturesOf, operations } from './install.ts'
import { type EngineSettings, literal } from './sql/names.ts'

/** A trigger of the engine as the catalogs have it. */
export interface InstalledTrigger {
  readonly schema: string
  readonly table: string
  /** `insert`, `update`, `delete` or `truncate`. */
  readonly operation: string
  readonly function: string
  /** It does not fire for the statements of applications. */
  readonly isDisabled: boolean
  /** Of what made its function; empty where that is unknown. */
  readonly fingerprint: string
}

/** What is wrong with the triggers of one table. */
export interface Uncovered {
  /** The model's name, or the join table's. */
  readonly name: string
  readonly table: string
  /** `stale`: made of another schema, of other options, or by another version. */
  readonly problem: 'missing' | 'disabled' | 'stale'
  /** The triggers that are meant. */
  readonly operations: readonly string[]
}

/** The query for all triggers of the engine. It takes no privileges. */
export function triggersQuery({ database }: EngineSettings): string {
  const prefix = literal(`${database.schema}_`)
  return `SELECT n.nspname AS "schema", c.relname AS "table", substr(t.tgname, length(${prefix}) + 1) AS "operation",
  p.proname AS "function", t.tgenabled NOT IN ('O', 'A') AS "isDisabled",
  coalesce(substring(obj_description(p.oid, 'pg_proc') FROM '^prisma-extension-audit (.*)$'), '') AS "fingerprint"
FROM pg_catalog.pg_trigger t
JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_proc p ON p.oid = t.tgfoid
JOIN pg_catalog.pg_namespace f ON f.oid = p.pronamespace AND f.nspname = ${literal(database.schema)}
WHERE NOT t.tgisinternal`
}

/** Compares what is there with what has to be; empty where every model is covered. */
export function uncoveredOf(
  captures: readonly Capture[],
  installed: readonly InstalledTrigger[],
): Uncovered[] {
  return captures.flatMap((capture) => {
    const own = installed.filter(
      ({ schema, table }) => schema === capture.schema && table === capture.table,
    )
    const named = (name: string) => own.filter(({ operation }) => operation === name)
    const found = (problem: Uncovered['problem'], test: (operation: string) => boolean) => {
      const affected = operations.filter(test)
      const { name, qualified: table } = capture
      return affected.length > 0 ? [{ name, table, problem, operations: affected }] : []
    }
    return [
      ...found('missing', (name) => named(name).length === 0),
      ...found('disabled', (name) => named(name).some(({ isDisabled }) => isDisabled)),
      ...found('stale', (name) =>
        named(name).some(({ fingerprint }) => fingerprint !== capture.fingerprint),
      ),
    ]
  })
}

/** What to tell of it, with the way out. */
export function coverageMessage(uncovered: readonly Uncovered[]): string {
  const lines = uncovered.map(
    ({ name, table, problem, operations: affected }) =>
      `- ${name} (${table}): ${affected.join(', ')} ${problem}`,
  )
  return (
    `The triggers of the database engine do not record these tables as this application would:\n${lines.join('\n')}\n` +
    'Run `npx prisma-extension-audit install` with the same options, and apply what it prints.'
  )
}

/** Looks once, before the first write, whether every audited model is covered. */
export class Coverage {
  readonly #root: RootClient
  readonly #settings: EngineSettings
  readonly #captures: readonly Capture[]
  #isKnown = false
  #asked: Promise<void> | undefined

  constructor(root: RootClient, settings: EngineSettings) {
    this.#root = root
    this.#settings = settings
    this.#captures = capturesOf(settings)
  }

  /**
   * In the transaction of the call, if it has one: another connection might never come free.
   *
   * @throws {AuditError} `NOT_INSTALLED` for a model that is not covered, and again with the next call.
   */
  async check(transaction: Transaction | undefined): Promise<void> {
    if (this.#isKnown) return
    if (transaction) return this.#ask(transaction)
    // The first calls of many callers ask once.
    this.#asked ??= this.#ask(undefined).finally(() => {
      this.#asked = undefined
    })
    return this.#asked
  }

  async #ask(transaction: Transaction | undefined): Promise<void> {
    const { database, onWarning } = this.#settings
    const rows = await this.#root.query(transaction, triggersQuery(this.#settings))
    const uncovered = uncoveredOf(this.#captures, rows as unknown as InstalledTrigger[])
    if (uncovered.length > 0) {
      const message = coverageMessage(uncovered)
      if (database.onUncovered === 'refuse') throw new AuditError('NOT_INSTALLED', message)
      const models = [...new Set(uncovered.map(({ name }) => name))]
      if (!this.#isKnown) onWarning?.({ code: 'UNCOVERED', message, models })
    }
    this.#isKnown = true
  }
}
