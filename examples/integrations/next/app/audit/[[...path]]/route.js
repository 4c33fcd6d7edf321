// An application writes: import { auditRoutes, withAuditRoute } from 'prisma-extension-audit/next'
// and: import { createAuditHandler } from 'prisma-extension-audit/http'
import { auditRoutes, withAuditRoute } from '../../../../../../src/frameworks/next.ts'
import { createAuditHandler } from '../../../../../../src/http/index.ts'
import { auditOptions, userOf } from '../../../lib/audit.ts'
import { prisma } from '../../../lib/prisma.ts'

const handler = createAuditHandler({
  client: prisma,
  authorize: ({ headers }) => (userOf(headers) ? { tenants: 'all', mayRevert: true } : 401),
})

export const { GET, HEAD, POST, PUT, DELETE } = auditRoutes(withAuditRoute(auditOptions, handler))
