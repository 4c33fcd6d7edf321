import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createRequestListener } from '@remix-run/node-fetch-server'
import type { AuditScope } from '../../src/http/index.ts'
import { type AuditHandlerOptions, createAuditHandler } from '../../src/http/index.ts'
import type { AuditedClient } from '../capture/audited.ts'

/** Whoever looks, unless a test says otherwise. */
export const auditor: AuditScope = {
  tenants: 'all',
  mayExport: true,
  mayRevert: true,
  viewer: { id: 'auditor', name: 'An auditor' },
}

export interface Site {
  /** Of the site, without a slash at its end; the handler is at `/audit`. */
  readonly url: string
  /** What `authorize` answers from now on. */
  scope: AuditScope | 401 | 403
  /** Pages of an application, by their paths. */
  readonly pages: Map<string, string>
  /** Scripts of these pages, by their paths. */
  readonly scripts: Map<string, string>
  /** What the handler could not do. */
  readonly errors: unknown[]
  /** Asked before the handler is: an answer in its place, or a wait. */
  intercept:
    | ((request: Request) => Promise<Response | undefined> | Response | undefined)
    | undefined
  close(): Promise<void>
}

/** A site on this machine that serves the trail, and pages around it. */
export async function openSite(
  prisma: AuditedClient,
  options: Partial<AuditHandlerOptions> = {},
): Promise<Site> {
  const handler = createAuditHandler({
    client: prisma,
    authorize: () => site.scope,
    onError: (error) => site.errors.push(error),
    limits: { interval: 100 },
    ...options,
  })
  const server = createServer(
    createRequestListener(async (request) => {
      const script = site.scripts.get(new URL(request.url).pathname)
      if (script !== undefined) {
        return new Response(script, { headers: { 'Content-Type': 'text/javascript' } })
      }
      const page = site.pages.get(new URL(request.url).pathname)
      if (page !== undefined) {
        const policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'"
        return new Response(page, {
          headers: {
            'Content-Type': 'text/html; charset=utf-8',
            'Content-Security-Policy': policy,
          },
        })
      }
      // Browsers ask for it by themselves.
      if (new URL(request.url).pathname === '/favicon.ico')
        return new Response(null, { status: 204 })
      return (await site.intercept?.(request)) ?? handler(request)
    }),
  )
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const site: Site = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    scope: auditor,
    pages: new Map(),
    scripts: new Map(),
    errors: [],
    intercept: undefined,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
  return site
}
