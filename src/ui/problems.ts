import { AuditClientError } from '../http/client-error.ts'
import type { Messages } from './messages/messages.ts'

/** What went wrong and what to do, in the viewer's language. */
export function problemText({ common }: Messages, error: unknown): string {
  if (!(error instanceof AuditClientError)) return common.unreachable
  // A page of somebody else's in place of the answer: to sign in, as a rule.
  if (error.status >= 200 && error.status < 300) return common.unauthorized
  switch (error.status) {
    case 401:
      return common.unauthorized
    case 403:
      return common.forbidden
    case 404:
      return common.notFound
    default:
      return error.code === 'QUERY_TIMEOUT' ? common.tooSlow : common.failed(error.message)
  }
}

/** Whether the viewer may see nothing at all, so that nothing else has to be asked. */
export function isForbidden(error: unknown): boolean {
  return error instanceof AuditClientError && (error.status === 401 || error.status === 403)
}

/** Whether it only says that nobody waits for the answer any more. */
export function isAborted(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError'
}
