import { findRelations } from '../database/catalog.ts'
import { uncoveredOf } from '../database/coverage.ts'
import { findTriggers } from '../database/diagnosis.ts'
import { capturesOf, type InstallOptions, installScript, keysScript } from '../database/install.ts'
import type { EngineSettings } from '../database/sql/names.ts'
import { AuditError } from '../errors.ts'
import type { Connection } from './connect.ts'

/** What became of the triggers of one table. */
export interface AppliedTable {
  /** The model's name, or the join table's; `null` where no model has the table any more. */
  readonly name: string | null
  readonly schema: string
  readonly table: string
  readonly triggers: 'added' | 'renewed' | 'unchanged' | 'removed'
}

/** Makes the triggers; all or nothing. */
export async function applyInstallation(
  { query, batch }: Connection,
  settings: EngineSettings,
  { withKeys, ...options }: InstallOptions & { readonly withKeys: boolean },
): Promise<AppliedTable[]> {
  const before = await findTriggers(query, settings)
  const keys = withKeys ? keysScript(settings) : ''
  await batch(`${installScript(settings, options)}${keys}`)
  const after = await findTriggers(query, settings)
  const covered = capturesOf(settings).map((capture): AppliedTable => {
    const { name, schema, table } = capture
    const isThere = before.some((one) => one.schema === schema && one.table === table)
    const isSame = uncoveredOf([capture], before).length === 0
    return { name, schema, table, triggers: isSame ? 'unchanged' : isThere ? 'renewed' : 'added' }
  })
  return [...covered, ...lost(before, after)]
}

/**
 * Stores the keys that the options have, in place of those that are there.
 *
 * @throws {AuditError} `NOT_INSTALLED`
 */
export async function applyKeys(
  { query, batch }: Connection,
  settings: EngineSettings,
): Promise<void> {
  const place = { schema: settings.database.schema, table: 'secret' }
  const [secret] = await findRelations(query, [place])
  if (!secret) {
    throw new AuditError(
      'NOT_INSTALLED',
      'The database has no place for keys yet. Run `npx prisma-extension-audit install --apply --keys`, ' +
        'or the migration first.',
    )
  }
  await batch(keysScript(settings))
}

/** Takes everything back but the trail. */
export async function applyRemoval(
  { query, batch }: Connection,
  settings: EngineSettings,
  script: string,
): Promise<AppliedTable[]> {
  const before = await findTriggers(query, settings)
  await batch(script)
  return lost(before, await findTriggers(query, settings))
}

type Triggers = Awaited<ReturnType<typeof findTriggers>>

function lost(before: Triggers, after: Triggers): AppliedTable[] {
  const keyOf = ({ schema, table }: Triggers[number]) => JSON.stringify([schema, table])
  const kept = new Set(after.map(keyOf))
  const gone = new Map(before.map((one) => [keyOf(one), one]))
  return [...gone]
    .filter(([key]) => !kept.has(key))
    .map(([, { schema, table }]) => ({ name: null, schema, table, triggers: 'removed' }))
}
