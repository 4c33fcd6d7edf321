import { NextResponse } from 'next/server'
import { withAuditRoute } from '../../../../../src/frameworks/next.ts'
import { options, shared } from '../../shared.js'

/** Writes something before each part of the stream, after the handler has ended. */
export const GET = withAuditRoute(options, (request) => {
  const count = Number(request.nextUrl.searchParams.get('count'))
  const encoder = new TextEncoder()
  async function* parts() {
    try {
      for (let i = 0; i < count; i++) yield encoder.encode(`${await shared().write(`part ${i}`)}\n`)
    } finally {
      await shared().write('ends')
    }
  }
  const response = new NextResponse(ReadableStream.from(parts()), { status: 201 })
  response.headers.set('content-type', 'text/x-parts')
  response.cookies.set('one', '1')
  response.cookies.set('two', '2')
  return response
})
