import { withAuditRoute } from '../../../../../../src/frameworks/next.ts'
import { options, shared } from '../../../shared.js'

export const POST = withAuditRoute(options, async (request, { params }) => {
  const { n } = await params
  return Response.json(await shared().app.work(Number(n), await request.json()))
})
