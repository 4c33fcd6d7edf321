import { withAuditRoute } from '../../../../../src/frameworks/next.ts'
import { options, shared } from '../../shared.js'

export const POST = withAuditRoute(options, () => shared().app.fails())
