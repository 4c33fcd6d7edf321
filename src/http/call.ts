import type { AuditApi, ScopedAudit } from '../audit-api.ts'
import { type AuditContext, currentAudit } from '../context.ts'
import type { AuditScope } from '../query/scope.ts'
import type { Authorize } from './authorize.ts'
import type { Limits, Places } from './limits.ts'
import type { SavedViews } from './saved-views.ts'

/** A Prisma client that is extended with `audit()`, as far as the handler needs it. */
export interface AuditedClient {
  readonly $audit: Pick<AuditApi, 'scoped' | 'record' | 'run'>
}

/** What all requests to one handler share. */
export interface Service {
  readonly client: AuditedClient
  readonly authorize: Authorize
  readonly limits: Limits
  /** `undefined` where the application keeps none. */
  readonly views: SavedViews | undefined
  /** Ends each what lasts: a stream, an export. */
  readonly lasting: Set<() => void>
  /** Whether nothing that lasts may begin any more. */
  readonly isEnding: () => boolean
  readonly exports: Places
  readonly streams: Places
  /** Is told of what the caller is not: every 500, and what could not be recorded. Never throws. */
  readonly tell: (error: unknown, request: Request) => void
}

/** One request to a route, after its scope and its parameters were checked. */
export interface Call<Parameters> {
  readonly request: Request
  /** Whether no body is to be sent, so that nothing has to be opened for it. */
  readonly isHead: boolean
  readonly parameters: Parameters
  readonly scope: AuditScope
  /** The only way to the trail: within the scope. */
  readonly audit: ScopedAudit
  /** What entries about this request are recorded with. */
  readonly context: AuditContext
  readonly service: Service
}

/** What the trail's own entries are about. */
export const TRAIL = 'AuditLog'

/** Who looks, and from where: what a framework's adapter knows already is kept. */
export function contextOf({ tenants, viewer }: AuditScope, request: Request): AuditContext {
  const [tenant, ...others] = tenants === 'all' ? [] : tenants
  return {
    ...(viewer && { actor: viewer }),
    ...(tenant !== undefined && others.length === 0 && { tenant }),
    ...(currentAudit()?.request === undefined && {
      request: {
        method: request.method,
        path: new URL(request.url).pathname.slice(0, 2048),
        userAgent: request.headers.get('User-Agent')?.slice(0, 512),
      },
    }),
  }
}
