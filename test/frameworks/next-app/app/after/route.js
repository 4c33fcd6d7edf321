import { after } from 'next/server'
import { withAuditRoute } from '../../../../../src/frameworks/next.ts'
import { options, shared } from '../../shared.js'

export const POST = withAuditRoute(options, () => {
  after(() => shared().write('after'))
  return new Response(null, { status: 204 })
})
