import { withAuditRoute } from '../../../../../src/frameworks/next.ts'
import { currentAudit } from '../../../../../src/index.ts'
import { options, shared } from '../../shared.js'

/** The package in the bundle of Next, beside that of the test. */
export const GET = withAuditRoute(options, () => {
  const isOneCopy = currentAudit === shared().currentAudit
  return Response.json({ isOneCopy, bundled: currentAudit(), outside: shared().currentAudit() })
})
