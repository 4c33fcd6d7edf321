import type { Settings } from '../options.ts'
import type { Reference, Table } from '../schema/tables.ts'

/** The foreign keys that each table holds, by its name. */
export function outgoingReferences({
  tables,
}: Settings): ReadonlyMap<string, readonly Reference[]> {
  const result = new Map<string, Reference[]>()
  for (const { references } of tables.values()) {
    for (const reference of references) {
      const known = result.get(reference.from.name)
      if (known) known.push(reference)
      else result.set(reference.from.name, [reference])
    }
  }
  return result
}

/** The table that each foreign key refers to. */
export function referredTables({ tables }: Settings): ReadonlyMap<Reference, Table> {
  return new Map(
    [...tables.values()].flatMap((table) =>
      table.references.map((reference): [Reference, Table] => [reference, table]),
    ),
  )
}
