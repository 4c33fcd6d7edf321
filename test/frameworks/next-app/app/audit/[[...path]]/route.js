import { auditRoutes, withAuditRoute } from '../../../../../../src/frameworks/next.ts'
import { options, shared } from '../../../shared.js'

export const { GET, HEAD, POST, PUT, DELETE } = auditRoutes(
  withAuditRoute(options, (request) => shared().handler(request)),
)
