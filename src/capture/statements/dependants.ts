import type { Dependant } from '../referential.ts'
import type { Observed } from './send.ts'

/** Notes the rows that the database is about to change by itself. */
export function noteDependants(
  { ledger }: Observed,
  dependants: readonly Dependant[],
): readonly Dependant[] {
  for (const { table, row } of dependants) ledger.locked(table, row)
  return dependants
}

/** Once the statement is through, what became of those rows has to be read. */
export function settleDependants({ ledger }: Observed, dependants: readonly Dependant[]): void {
  for (const { table, row, fate, key } of dependants) {
    if (fate === 'update') ledger.updated(table, [{ from: row, key }])
    else ledger.unsettled(table, row)
  }
}
