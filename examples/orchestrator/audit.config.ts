/**
 * What the command line works with: the options of `audit()`, and the client that it asks the trail by.
 */
// An application writes: import { defineAuditConfig } from 'prisma-extension-audit'
import { defineAuditConfig } from '../../src/index.ts'
import { auditOptions, connect } from './database.ts'

export default defineAuditConfig({
  ...auditOptions,
  client: () => connect(process.env.DATABASE_URL ?? ''),
})
