import { withAuditRoute } from '../../../../../src/frameworks/next.ts'
import { options, shared } from '../../shared.js'

export const GET = withAuditRoute(options, async () => Response.json(await shared().app.context()))
