import type { TestProject } from 'vitest/node'
import { databaseNames, type Provider, providers } from '../database/capabilities.ts'
import { type Servers, startServers } from '../database/servers.ts'

declare module 'vitest' {
  interface ProvidedContext {
    servers: Servers
  }
}

/**
 * Starts the databases once for a whole run.
 *
 * - `AUDIT_TEST_DATABASES=sqlite,postgresql` narrows the run to these.
 * - `AUDIT_TEST_MARIADB_URL` is where MariaDB answers, without a database name.
 * - `AUDIT_TEST_REQUIRE=all`, or `CI`, makes a missing database an error instead of a skip.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { AUDIT_TEST_DATABASES, AUDIT_TEST_MARIADB_URL, AUDIT_TEST_REQUIRE, CI } = process.env
  const wanted = parseWanted(AUDIT_TEST_DATABASES)
  const { servers, stop } = await startServers({
    wanted,
    mariadbUrl: AUDIT_TEST_MARIADB_URL || undefined,
  })
  const missing = [...wanted].filter((provider) => servers.skipped[provider])
  const lines = missing.map(
    (provider) => `${databaseNames[provider]}: ${servers.skipped[provider]}`,
  )
  if (missing.length > 0 && (AUDIT_TEST_REQUIRE === 'all' || CI === 'true')) {
    await stop()
    throw new Error(`Every database is required, but:\n${lines.join('\n')}`)
  }
  project.provide('servers', servers)
  const interrupted = (signal: NodeJS.Signals) => {
    // Vitest exits a millisecond after a signal. Stopping takes longer, though it may not hang on
    // what a test has left open.
    const exit = process.exit
    process.exit = (() => {}) as typeof process.exit
    const patience = new Promise((resolve) => setTimeout(resolve, 5_000))
    Promise.race([stop(), patience]).finally(() => exit(signal === 'SIGINT' ? 130 : 143))
  }
  process.once('SIGINT', interrupted)
  process.once('SIGTERM', interrupted)
  return async () => {
    process.off('SIGINT', interrupted)
    process.off('SIGTERM', interrupted)
    await stop()
    // At the end, where it is read: a database that was not tried is never passed over silently.
    for (const line of lines) console.log(`Skipped ${line}`)
  }
}

function parseWanted(text: string | undefined): ReadonlySet<Provider> {
  if (!text) return new Set(providers)
  return new Set(
    text.split(',').map((name) => {
      const provider = providers.find((each) => each === name.trim())
      if (provider) return provider
      throw new Error(
        `\`AUDIT_TEST_DATABASES\` names \`${name}\`, which is none of ${providers.join(', ')}`,
      )
    }),
  )
}
