import { createHash } from 'node:crypto'
import { headersOf } from './headers.ts'

/**
 * JSON that a browser may keep, but has to ask about each time: the answer to that is 304 as long as it
 * would be the same. The tag is weak, so that a proxy may compress the body.
 */
export function jsonResponse(request: Request, value: unknown): Response {
  const body = JSON.stringify(value)
  const etag = `W/"${createHash('sha256').update(body).digest('base64url')}"`
  const headers = headersOf({ 'Cache-Control': 'private, no-cache', ETag: etag })
  if (isKnown(request.headers.get('If-None-Match'), etag)) {
    return new Response(null, { status: 304, headers })
  }
  headers.set('Content-Type', 'application/json')
  return new Response(body, { headers })
}

/** Whether a list of tags has this one, compared weakly as RFC 9110 asks for. */
export function isKnown(tags: string | null, etag: string): boolean {
  if (tags === null) return false
  const opaque = (tag: string) => tag.trim().replace(/^W\//, '')
  return tags.trim() === '*' || tags.split(',').map(opaque).includes(opaque(etag))
}
