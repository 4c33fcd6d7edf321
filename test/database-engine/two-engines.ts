import { type Database, describeDatabase } from '../database/each.ts'

/** Runs a suite with two databases: one for each engine, to compare what they record. */
export function describeTwoEngines(
  name: string,
  suite: (databases: { readonly client: Database; readonly database: Database }) => void,
): void {
  describeDatabase('postgresql', name, (client) => {
    describeDatabase(
      'postgresql',
      'as the client engine',
      (database) => suite({ client, database }),
      'database',
    )
  })
}
