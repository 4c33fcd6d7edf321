import type { AuditOptions } from './options.ts'

/**
 * Options for `audit()` in a file of their own, `audit.config.ts`, which the command line reads too:
 * the triggers that it installs are then those that the application expects, and it asks the trail by the
 * application's own `client`.
 *
 * @example
 * export default defineAuditConfig({
 *   engine: 'database',
 *   redact: { hashKey: process.env.AUDIT_HASH_KEY },
 *   client: () => import('./src/database.ts'),
 * })
 */
export function defineAuditConfig<const Action extends string = string>(
  options: AuditOptions<Action>,
): AuditOptions<Action> {
  return options
}
