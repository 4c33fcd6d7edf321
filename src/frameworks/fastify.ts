import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { withAudit } from '../context.ts'
import {
  checkRequestOptions,
  contextOf,
  nodeHeaders,
  type RequestContextOptions,
} from './request.ts'

export type { RequestContextOptions } from './request.ts'

/**
 * Plugin for Fastify 5 and 4: `app.register(auditContext, options)`. What runs once the body is
 * parsed, from `preValidation` hooks to handlers and `onSend` hooks, runs in the context of its
 * request. What an `onRequest` hook has found, such as the user, is there for `options` to tell.
 *
 * Without the option `trustProxy`, the address is `request.ip`, for which Fastify's own option
 * `trustProxy` decides. Without `requestIdHeader`, the id is `request.id`, unless Fastify counted it
 * (`req-1`), which begins again with each process.
 *
 * @throws {AuditError} `OPTION_INVALID`, when the application gets ready.
 */
export const auditContext: FastifyPluginAsync<RequestContextOptions<FastifyRequest>> = async (
  app,
  options,
) => {
  checkRequestOptions(options)
  // The first hook after those that authenticate as the request arrives, before its body is read.
  app.addHook('preValidation', (request, _, done) => {
    contextOf(options, request, {
      method: request.method,
      path: request.originalUrl,
      headers: nodeHeaders(request.headers),
      remoteAddress: request.socket.remoteAddress,
      ip: request.ip,
      id: /^req-[0-9a-z]+$/.test(request.id) ? undefined : request.id,
    }).then((context) => withAudit(context, () => done()), done)
  })
}

// What fastify-plugin does: the hook is the parent's too, not of this plugin alone.
Object.assign(auditContext, {
  [Symbol.for('skip-override')]: true,
  [Symbol.for('fastify.display-name')]: 'prisma-extension-audit',
})
