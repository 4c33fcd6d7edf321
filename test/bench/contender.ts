import { openAdapter } from '../database/adapter.ts'
import { Statements } from '../database/statements.ts'
import type { DatabaseName, Server } from './databases.ts'
import { fill } from './operations.ts'
import { type Client, openClient, type Variant } from './variants.ts'

/** A variant with a database of its own. */
export interface Contender {
  readonly variant: Variant
  readonly url: string
  /** Without the variant: it prepares what is not measured. */
  readonly plain: Client
  readonly timed: Client
  /** Like `timed`, but with a recorder, which costs time. */
  readonly counted: Client
  readonly statements: Statements
  close(): Promise<void>
}

/** @throws when the variant cannot be set up. */
export async function openContender(
  database: DatabaseName,
  server: Server,
  variant: Variant,
): Promise<Contender> {
  const url = await server.create(variant.name.replaceAll(/\W+/g, '_'))
  const statements = new Statements()
  const plain = openClient(database, openAdapter(database, url))
  const timed = openClient(database, openAdapter(database, url))
  const counted = openClient(database, statements.watch(openAdapter(database, url)))
  await fill(plain)
  if (variant.script) await server.run(url, variant.script(server.schema))
  return {
    variant,
    url,
    plain,
    timed: await variant.extend(timed, server.schema),
    counted: await variant.extend(counted, server.schema),
    statements,
    async close() {
      for (const client of [plain, timed, counted]) await client.$disconnect()
    },
  }
}
