import type { Table } from '../../schema/tables.ts'
import type { Call } from '../call.ts'
import type { Dependant } from '../referential.ts'
import type { Observed } from './send.ts'

/** Whether changes of a table's rows are recorded. */
export function isRecorded({ settings }: Call, { name, sides }: Table): boolean {
  return (
    settings.models.has(name) || (sides?.some(({ model }) => settings.models.has(model)) ?? false)
  )
}

/** Notes the rows that the database is about to change by itself. */
export function noteDependants(
  { call, ledger }: Observed,
  dependants: readonly Dependant[],
): readonly Dependant[] {
  const recorded = dependants.filter(({ table }) => isRecorded(call, table))
  for (const { table, row } of recorded) ledger.locked(table, row)
  return recorded
}

/** Once the statement is through, what became of those rows has to be read. */
export function settleDependants({ ledger }: Observed, dependants: readonly Dependant[]): void {
  for (const { table, row, fate, key } of dependants) {
    if (fate === 'update') ledger.updated(table, [{ from: row, key }])
    else ledger.unsettled(table, row)
  }
}
