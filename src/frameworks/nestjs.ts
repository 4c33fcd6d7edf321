/**
 * NestJS: the interceptor gives each call of a handler its context, on Express as well as on Fastify;
 * the middleware, on Express, gives it to guards and pipes too.
 */
import type { IncomingHttpHeaders } from 'node:http'
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common'
import { Observable } from 'rxjs'
import { currentAudit, updateAudit, withAudit } from '../context.ts'
import { AuditError } from '../errors.ts'
import {
  type ExpressMiddleware,
  auditContext as expressContext,
  auditRoutes as expressRoutes,
} from './express.ts'
import {
  checkRequestOptions,
  contextOf,
  nodeHeaders,
  type RequestContextOptions,
} from './request.ts'

export { originalRequest } from './express.ts'
export type { RequestContextOptions } from './request.ts'

/** What the requests of Express and of Fastify have in common. */
export interface NestRequest {
  readonly method: string
  readonly originalUrl: string
  readonly headers: IncomingHttpHeaders
  readonly socket: { readonly remoteAddress?: string | undefined }
  readonly ip?: string | undefined
  readonly id?: unknown
}

export interface AuditInterceptorOptions<Req extends NestRequest = NestRequest>
  extends RequestContextOptions<Req> {
  /**
   * The request that a call belongs to; a call without one is left alone. For GraphQL:
   * `(execution) => GqlExecutionContext.create(execution).getContext().req`.
   *
   * @default that of a call by HTTP
   */
  readonly request?: ((execution: ExecutionContext) => Req | undefined) | undefined
}

/**
 * Runs handlers in the context of their request: `app.useGlobalInterceptors(new AuditInterceptor(options))`.
 *
 * It asks after guards have run, so that the options see the user whom they have put on the request.
 * Where the request has a context already, by the middleware for example, it adds the actor, the tenant
 * and the tags to that, which exception filters see as well.
 *
 * Without the options `trustProxy` and `requestIdHeader`, the address and the id are `request.ip` and
 * `request.id`, for which the settings of Express or Fastify decide.
 *
 * @throws {AuditError} `OPTION_INVALID`, at construction.
 */
export class AuditInterceptor<Req extends NestRequest = NestRequest> implements NestInterceptor {
  readonly #options: AuditInterceptorOptions<Req>

  constructor(options: AuditInterceptorOptions<Req> = {}) {
    checkRequestOptions(options, ['request'])
    this.#options = options
  }

  async intercept(execution: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const { request: requestOf = httpRequest } = this.#options
    const request = requestOf(execution)
    if (!request) return next.handle()
    const context = await contextOf(this.#options, request, {
      method: request.method,
      path: request.originalUrl,
      headers: nodeHeaders(request.headers),
      remoteAddress: request.socket.remoteAddress,
      ip: request.ip,
      id: idOf(request),
    })
    // Without a request, the running context is not of this one alone: the server was started in it.
    if (currentAudit()?.request) {
      const { actor, tenant, tags } = context
      updateAudit({ actor, tenant, tags })
      return next.handle()
    }
    // Nest runs the handler when it subscribes, which is later.
    return new Observable((subscriber) =>
      withAudit(context, () => next.handle().subscribe(subscriber)),
    )
  }
}

/**
 * Middleware for Nest on Express: `consumer.apply(auditContext(options)).forRoutes('*')`. All that comes
 * after it runs in the context of its request: guards, pipes, handlers and exception filters.
 *
 * On Fastify, register `auditContext` of `prisma-extension-audit/fastify` instead: the context of a
 * middleware is lost there while the body is parsed, so a request that this one gets is failed.
 *
 * @throws {AuditError} `OPTION_INVALID`
 */
export const auditContext: typeof expressContext = (options) => {
  const middleware = expressContext(options)
  return ((request, response, next) => {
    if ('app' in request) middleware(request, response, next)
    else next(new AuditError('RUNTIME_UNSUPPORTED', onFastify))
  }) satisfies ExpressMiddleware
}

const onFastify =
  'The middleware `auditContext()` of prisma-extension-audit/nestjs is for Nest on Express. On Fastify, register ' +
  'the plugin: `app.register(auditContext, options)`, with auditContext of prisma-extension-audit/fastify.'

/**
 * Mounts the handler of `createAuditHandler()` in Nest on Express: `app.use('/audit', auditRoutes(handler))`;
 * or, where guards are to run before, as a controller's method of `@All(['', '*path'])` with `@Req()`,
 * `@Res()` and `@Next()`.
 *
 * On Fastify, register `auditRoutes` of `prisma-extension-audit/fastify` instead.
 */
export const auditRoutes: typeof expressRoutes = (handler) => {
  const routes = expressRoutes(handler)
  return (request, response, next) => {
    // That of Fastify itself, as a controller is given.
    if ('raw' in request) next(new AuditError('RUNTIME_UNSUPPORTED', noRoutesOnFastify))
    else routes(request, response, next)
  }
}

const noRoutesOnFastify =
  'auditRoutes() of prisma-extension-audit/nestjs is for Nest on Express. On Fastify, register the plugin: ' +
  "`app.register(auditRoutes(handler), { prefix: '/audit' })`, with auditRoutes of prisma-extension-audit/fastify."

function httpRequest<Req>(execution: ExecutionContext): Req | undefined {
  return execution.getType() === 'http' ? execution.switchToHttp().getRequest<Req>() : undefined
}

/** Fastify counts requests, which begins again with each process; that is no id. */
function idOf({ id }: NestRequest): string | undefined {
  return typeof id === 'string' && !/^req-[0-9a-z]+$/.test(id) ? id : undefined
}
