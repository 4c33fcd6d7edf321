import type { AuditClient, ViewerJson } from '../http/client.ts'
import type { EntityHref } from './defaults.ts'
import type { Messages } from './messages/messages.ts'

/** What all parts of one element share. It is another object where anything of it has changed. */
export interface Shared {
  readonly client: AuditClient
  readonly text: Messages
  /** BCP 47, for `Intl`. */
  readonly locale: string
  readonly zone: 'local' | 'utc'
  /** What the viewer may do; `null` until it is known. */
  readonly viewer: ViewerJson | null
  readonly entityHref: EntityHref
}
