import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { withAudit } from '../context.ts'
import { type FetchHandler, isEventStream, originalOf } from '../http/fetch-handler.ts'
import { answerNodeRequest } from '../http/node.ts'
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

/**
 * Mounts the handler of `createAuditHandler()` in Fastify 5 and 4:
 * `app.register(auditRoutes(handler), { prefix: '/audit' })`.
 *
 * The handler's option `basePath` is the whole path, with the prefixes of outer plugins. Hooks run up to
 * `preHandler`, and `onResponse`; `onSend` does not, since the answer is not Fastify's to serialize.
 */
export function auditRoutes(handler: FetchHandler): FastifyPluginAsync {
  return async (app) => {
    // Of this plugin alone: the body is the handler's to read.
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', (_, payload, done) => done(null, payload))
    // They would last, and Fastify closes once all has been answered.
    const streams = new Set<FastifyReply['raw']>()
    app.addHook('preClose', (done) => {
      for (const outgoing of streams) outgoing.destroy()
      done()
    })
    const answer = (request: FastifyRequest, reply: FastifyReply) => {
      const { raw } = reply
      const noting: FetchHandler = async (asked) => {
        const response = await handler(asked)
        if (isEventStream(response)) streams.add(raw.once('close', () => streams.delete(raw)))
        return response
      }
      return answerFastify(noting, request, reply)
    }
    for (const path of ['/', '/*']) app.all(path, answer)
  }
}

/**
 * Fastify's own request behind the one that `authorize` is given, with what hooks have put on it:
 * `originalRequest(request).user`.
 *
 * @throws {AuditError} `RUNTIME_UNSUPPORTED` for any other request.
 */
export function originalRequest(request: Request): FastifyRequest {
  return originalOf(request) as FastifyRequest
}

async function answerFastify(handler: FetchHandler, request: FastifyRequest, reply: FastifyReply) {
  const { raw: incoming, originalUrl: url, protocol, body } = request
  const { raw: outgoing } = reply
  const onAnswer = () => {
    reply.hijack()
    // What hooks have set, as for CORS.
    for (const [name, value] of Object.entries(reply.getHeaders())) {
      if (value !== undefined) outgoing.setHeader(name, value)
    }
  }
  const exchange = { incoming, outgoing, original: request, url, protocol, body, onAnswer }
  await answerNodeRequest(handler, exchange)
  // Where the caller went away, nothing was answered.
  reply.hijack()
}
