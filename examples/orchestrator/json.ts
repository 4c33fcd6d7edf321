/**
 * The one place where an answer becomes JSON.
 */
import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'

/**
 * Answers with `value`. An entry's `seq` and a page's `nextCursor` are bigints, which JSON lacks:
 * they are sent as text.
 */
export function sendJson(c: Context, value: unknown, status: ContentfulStatusCode = 200): Response {
  const replace = (_: string, inner: unknown) => (typeof inner === 'bigint' ? String(inner) : inner)
  const text = JSON.stringify(value, replace, 2)
  return c.body(`${text}\n`, status, { 'Content-Type': 'application/json; charset=utf-8' })
}
