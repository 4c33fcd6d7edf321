import type { AuditScope } from '../../src/http/index.ts'
import { type AuditHandlerOptions, createAuditHandler } from '../../src/http/index.ts'
import { type AuditedClient, auditedClient } from '../capture/audited.ts'
import type { Database } from '../database/each.ts'

/** What a test asks a handler. */
export interface Asking {
  /** @default one that sees tenant `alpha`, and may export and revert */
  readonly scope?: AuditScope | 401 | 403 | null
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as JSON. */
  readonly body?: unknown
  readonly signal?: AbortSignal
}

export const alpha: AuditScope = {
  tenants: ['alpha'],
  mayExport: true,
  mayRevert: true,
  viewer: { id: 'auditor', name: 'An auditor' },
}

/** The header by which tests tell `authorize` its answer. */
const header = 'x-scope'

export type Served = ReturnType<typeof serve>

/** A handler on a database of a suite, whose callers say themselves how far they may look. */
export function serve(db: Database, { prisma = auditedClient(db), ...options }: ServeOptions = {}) {
  const errors: unknown[] = []
  const handler = createAuditHandler({
    client: prisma,
    authorize: (request) => JSON.parse(request.headers.get(header) ?? 'null'),
    onError: (error) => errors.push(error),
    ...options,
  })
  const requestOf = (path: string, asking: Asking = {}) => {
    const { scope = alpha, method, headers, body, signal } = asking
    return new Request(`http://localhost/audit${path}`, {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers: {
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
        [header]: JSON.stringify(scope),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signal && { signal }),
    })
  }
  const ask = (path: string, asking?: Asking) => handler(requestOf(path, asking))
  // biome-ignore lint/suspicious/noExplicitAny: what a test expects of it, it says itself
  const json = async (path: string, asking?: Asking): Promise<any> =>
    (await ask(path, asking)).json()
  return { prisma, handler, errors, requestOf, ask, json }
}

interface ServeOptions extends Partial<AuditHandlerOptions> {
  readonly prisma?: AuditedClient
}
