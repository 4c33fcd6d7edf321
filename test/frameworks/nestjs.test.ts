import 'reflect-metadata'
import { AsyncResource } from 'node:async_hooks'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { setImmediate as immediate } from 'node:timers/promises'
import {
  All,
  type ArgumentsHost,
  applyDecorators,
  Body,
  Catch,
  Controller,
  type ExecutionContext,
  ForbiddenException,
  Get,
  HttpCode,
  type INestApplication,
  type MiddlewareConsumer,
  Module,
  type NestInterceptor,
  Next,
  Param,
  Post,
  Req,
  Res,
  Sse,
} from '@nestjs/common'
import { ExternalContextCreator, NestFactory } from '@nestjs/core'
import type { NextFunction, Request, Response } from 'express'
import { concatMap, finalize, from, timer } from 'rxjs'
import { afterEach, describe, expect, test } from 'vitest'
import {
  AuditInterceptor,
  type AuditInterceptorOptions,
  auditContext,
  auditRoutes,
} from '../../src/frameworks/nestjs.ts'
import { type AuditContext, type AuditError, currentAudit, withAudit } from '../../src/index.ts'
import { describeAuditRoutes } from './audit-routes.ts'
import { type ConformanceApp, describeFramework, listen } from './conformance.ts'
import { describeMounting, type StartMounted } from './mounting.ts'

type Class = abstract new (...args: never[]) => object

interface Parts {
  readonly controller: Class
  /** As an application applies it in `configure`. */
  readonly middleware?: ReturnType<typeof auditContext>
  readonly interceptor?: NestInterceptor
}

async function createApp({ controller, middleware, interceptor }: Parts) {
  class AppModule {
    configure(consumer: MiddlewareConsumer) {
      if (middleware) consumer.apply(middleware).forRoutes('*')
    }
  }
  Module({ controllers: [controller as never] })(AppModule)
  const app = await NestFactory.create(AppModule, { logger: false, forceCloseConnections: true })
  if (interceptor) app.useGlobalInterceptors(interceptor)
  return app
}

async function start(app: INestApplication) {
  await app.listen(0, '127.0.0.1')
  return { url: await app.getUrl(), close: () => app.close() }
}

/** `@First() @Second() name() {}`, which is not plain JavaScript. */
function decorate({ prototype }: Class, name: string, ...decorators: MethodDecorator[]): void {
  const descriptor = Object.getOwnPropertyDescriptor(prototype, name)
  applyDecorators(...decorators)(prototype, name, descriptor)
}

function conformanceController(app: ConformanceApp) {
  class Work {
    work(n: string, body: unknown) {
      return app.work(Number(n), body)
    }
    context() {
      return app.context()
    }
    fails() {
      return app.fails()
    }
  }
  Controller()(Work)
  Param('n')(Work.prototype, 'work', 0)
  Body()(Work.prototype, 'work', 1)
  decorate(Work, 'work', Post('work/:n'), HttpCode(200))
  decorate(Work, 'context', Get('context'))
  decorate(Work, 'fails', Post('fails'))
  return Work
}

const header = (request: Request, name: string) => request.get(name)

describeFramework('The middleware of NestJS', async (app) => {
  const middleware = auditContext(app.options(header))
  return start(await createApp({ controller: conformanceController(app), middleware }))
})

describeFramework('The interceptor of NestJS', async (app) => {
  const interceptor = new AuditInterceptor(app.options(header))
  return start(await createApp({ controller: conformanceController(app), interceptor }))
})

const mounted: StartMounted = async (handler) => {
  const routes = auditRoutes(handler)
  class Trail {
    answer(request: Request, response: Response, next: NextFunction) {
      routes(request, response, next)
    }
  }
  Controller('parsed')(Trail)
  Req()(Trail.prototype, 'answer', 0)
  Res()(Trail.prototype, 'answer', 1)
  Next()(Trail.prototype, 'answer', 2)
  decorate(Trail, 'answer', All(['', '*path']))
  const app = await createApp({ controller: Trail })
  const context = auditContext<Request>({ actor: (request) => ({ id: request.get('x-user-id') }) })
  return start(app.use('/audit', context, routes))
}
describeMounting('NestJS', mounted)
describeAuditRoutes('NestJS', mounted)

describe('The interceptor of NestJS', () => {
  const opened: INestApplication[] = []
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((app) => app.close()))
  })

  interface SignedIn extends Request {
    user?: { readonly id: string }
  }
  const interceptor = new AuditInterceptor<SignedIn>({ actor: ({ user }) => user })

  /** What guard and exception filter of the last request knew. */
  const known: { guard?: AuditContext | undefined; filter?: AuditContext | undefined } = {}

  class Guard {
    async canActivate(execution: ExecutionContext) {
      known.guard = currentAudit()
      const request: SignedIn = execution.switchToHttp().getRequest()
      const id = request.get('x-user-id')
      if (id) request.user = { id }
      return true
    }
  }
  class Filter {
    catch(_: unknown, host: ArgumentsHost) {
      known.filter = currentAudit()
      host.switchToHttp().getResponse<Response>().sendStatus(403)
    }
  }
  Catch()(Filter)

  let ended = () => {}
  class Seen {
    async context() {
      await immediate()
      return currentAudit()
    }
    async refused() {
      throw new ForbiddenException()
    }
    stream() {
      return timer(0, 1).pipe(
        concatMap(() => from(this.context().then((data) => ({ data })))),
        finalize(() => ended()),
      )
    }
  }
  Controller()(Seen)
  decorate(Seen, 'context', Get('context'))
  decorate(Seen, 'refused', Get('refused'))
  decorate(Seen, 'stream', Sse('stream'))

  async function open(parts: Omit<Parts, 'controller'>) {
    const app = await createApp({ controller: Seen, ...parts })
    opened.push(app.useGlobalGuards(new Guard()).useGlobalFilters(new Filter()))
    return app
  }
  function send(url: string, userId?: string, init: RequestInit = {}) {
    return fetch(url, { ...init, headers: userId ? { 'x-user-id': userId } : {} })
  }
  async function contextAt(url: string, userId?: string) {
    return (await (await send(`${url}/context`, userId)).json()) as AuditContext
  }

  test('knows the user whom a guard has found', async () => {
    const { url } = await start(await open({ interceptor }))
    const request = { method: 'GET', path: '/context' }
    expect(await contextAt(url, 'ada')).toMatchObject({ actor: { id: 'ada' }, request })
    expect(known.guard).toBeUndefined()
  })

  test('adds to the context of the middleware, for exception filters too', async () => {
    const middleware = auditContext({ tenant: () => 'acme', tags: () => ({ by: 'middleware' }) })
    const { url } = await start(await open({ middleware, interceptor }))
    const { actor, ...context } = await contextAt(url, 'ada')
    expect(actor).toEqual({ id: 'ada' })
    expect(context).toMatchObject({ tenant: 'acme', tags: { by: 'middleware' } })
    expect(context.request?.id).toMatch(/^[0-9a-f-]{36}$/)
    expect(known.guard).toEqual(context)

    expect((await send(`${url}/refused`, 'ada')).status).toBe(403)
    expect(known.filter).toMatchObject({ actor, tenant: 'acme', request: { path: '/refused' } })
  })

  test('leaves the context alone in which the server was started', async () => {
    const app = await open({ interceptor })
    const actor = { type: 'system', name: 'start' } as const
    const started = withAudit({ actor }, () => ({
      running: start(app),
      context: AsyncResource.bind(() => currentAudit()),
    }))
    const { url } = await started.running
    const users = Array.from({ length: 50 }, (_, i) => `user-${i}`)
    const contexts = await Promise.all(users.map((user) => contextAt(url, user)))
    expect(contexts.map((context) => context.actor?.id)).toEqual(users)
    expect(started.context()).toEqual({ actor })
  })

  test('runs a stream of events in the context of its request', async () => {
    const { url } = await start(await open({ interceptor }))
    const users = Array.from({ length: 20 }, (_, i) => `user-${i}`)
    const streams = await Promise.all(users.map((user) => eventsOf(user)))
    for (const [i, events] of streams.entries()) {
      expect(events.map(({ actor }) => actor?.id)).toEqual(events.map(() => users[i]))
      expect(events.length).toBeGreaterThanOrEqual(3)
    }

    async function eventsOf(user: string): Promise<AuditContext[]> {
      const { body } = await send(`${url}/stream`, user)
      let text = ''
      for await (const chunk of body ?? []) {
        text += Buffer.from(chunk).toString()
        if (text.split('\n\n').length > 3) break
      }
      const whole = text.slice(0, text.lastIndexOf('\n\n'))
      return [...whole.matchAll(/^data: (.*)$/gm)].map(([, json = '']) => JSON.parse(json))
    }
  })

  test('ends a stream whose reader goes away', async () => {
    const { url } = await start(await open({ interceptor }))
    const end = new Promise<void>((resolve) => {
      ended = resolve
    })
    const { body } = await send(`${url}/stream`, 'ada')
    await body?.cancel()
    await end
  })

  test('is told of the request where the call is not one by HTTP, and leaves others alone', async () => {
    const request = { method: 'POST', originalUrl: '/graphql', headers: {}, socket: {} }
    const outside = new AuditInterceptor({
      actor: () => ({ id: 'ada' }),
      request: (execution) => execution.getArgs<[{ req?: typeof request }]>()[0].req,
    })
    const app = await open({ interceptor: outside })
    await app.init()
    const resolver = new Seen()
    // As the resolvers of GraphQL are called.
    const call = app.get(ExternalContextCreator).create(
      resolver,
      resolver.context,
      'context',
      undefined,
      undefined,
      undefined,
      undefined,
      {
        guards: false,
        interceptors: true,
        filters: false,
      },
      'graphql',
    )
    expect(await call.call(resolver, { req: request })).toMatchObject({
      actor: { id: 'ada' },
      request: { method: 'POST', path: '/graphql' },
    })
    expect(await call.call(resolver, {})).toBeUndefined()
  })

  test('and the middleware are refused with a wrong option', () => {
    const wrong = { actors: () => undefined } as AuditInterceptorOptions
    const invalid = expect.objectContaining({ code: 'OPTION_INVALID' })
    expect(() => new AuditInterceptor(wrong)).toThrow(invalid)
    expect(() => auditContext(wrong)).toThrow(invalid)
  })
})

test('The routes of NestJS refuse a request of Fastify itself', () => {
  const routes = auditRoutes(async () => new Response())
  const request = { raw: {} } as unknown as IncomingMessage
  const errors: unknown[] = []
  routes(request, {} as ServerResponse, (error) => errors.push(error))
  expect(errors).toMatchObject([{ code: 'RUNTIME_UNSUPPORTED' }])
})

test('The middleware of NestJS fails a request of Fastify, whose context it could not keep', async () => {
  const middleware = auditContext()
  // What Fastify hands to a middleware.
  const server = await listen(
    createServer((request: IncomingMessage, response) => {
      middleware(request, response, (error) => response.end((error as AuditError).code))
    }),
  )
  try {
    expect(await (await fetch(server.url)).text()).toBe('RUNTIME_UNSUPPORTED')
  } finally {
    await server.close()
  }
})
