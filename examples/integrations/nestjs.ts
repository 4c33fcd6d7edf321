/**
 * NestJS: who makes a request is on every row that it changes.
 */
import 'reflect-metadata'
import {
  All,
  applyDecorators,
  Body,
  Controller,
  type ExecutionContext,
  Get,
  Module,
  Next,
  Param,
  Patch,
  Post,
  Req,
  Res,
  UnauthorizedException,
} from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import type { NestExpressApplication } from '@nestjs/platform-express'
import type { NextFunction, Request, Response } from 'express'
// An application writes: import { AuditInterceptor, ... } from 'prisma-extension-audit/nestjs'
// and: import { createAuditHandler } from 'prisma-extension-audit/http'
import { AuditInterceptor, auditRoutes, originalRequest } from '../../src/frameworks/nestjs.ts'
import { createAuditHandler } from '../../src/http/index.ts'
import { openDatabase } from './database.ts'

interface SignedIn extends Request {
  user?: { id: string; name: string } | undefined
}

const users = new Map([
  ['Bearer ada-token', { id: '1', name: 'Ada Lovelace' }],
  ['Bearer grace-token', { id: '2', name: 'Grace Hopper' }],
])

const { prisma, close } = await openDatabase()

class SignedInGuard {
  canActivate(execution: ExecutionContext) {
    const request: SignedIn = execution.switchToHttp().getRequest()
    request.user = users.get(request.get('authorization') ?? '')
    if (!request.user) throw new UnauthorizedException()
    return true
  }
}

class NotesController {
  create(text: unknown) {
    return prisma.note.create({ data: { text: String(text) } })
  }
  update(id: string, isDone: unknown) {
    return prisma.note.update({ where: { id: Number(id) }, data: { isDone: Boolean(isDone) } })
  }
  activity(id: string) {
    return prisma.note.activity({ where: { id: Number(id) } })
  }
}

const routes = auditRoutes(
  createAuditHandler({
    client: prisma,
    authorize: (request) =>
      originalRequest<SignedIn>(request).user ? { tenants: 'all', mayRevert: true } : 401,
  }),
)

class AuditController {
  answer(request: Request, response: Response, next: NextFunction) {
    return routes(request, response, next)
  }
}

// An application writes decorators, `@Post('notes') create(@Body('text') text: string) { ... }`, which
// TypeScript compiles with the option `experimentalDecorators`. The example does without that.
Controller('notes')(NotesController)
decorate(NotesController, 'create', Post())(Body('text'))
decorate(NotesController, 'update', Patch(':id'))(Param('id'), Body('isDone'))
decorate(NotesController, 'activity', Get(':id/activity'))(Param('id'))
Controller('audit')(AuditController)
decorate(AuditController, 'answer', All(['', '*path']))(Req(), Res(), Next())

class AppModule {}
Module({ controllers: [NotesController, AuditController] })(AppModule)

const app = await NestFactory.create<NestExpressApplication>(AppModule, {
  logger: ['error', 'warn'],
  forceCloseConnections: true,
})
app.set('json replacer', (_: string, value: unknown) =>
  typeof value === 'bigint' ? String(value) : value,
)
app.useGlobalGuards(new SignedInGuard())
app.useGlobalInterceptors(
  new AuditInterceptor({ actor: (request: SignedIn) => request.user, trustProxy: 'loopback' }),
)

await app.listen(Number(process.env.PORT || 3000), '127.0.0.1')
console.log(`Notes with NestJS on ${await app.getUrl()}\nPress Ctrl+C to stop.`)
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, async () => {
    await app.close()
    await close()
  })
}

function decorate<T extends object>(
  { prototype }: { prototype: T },
  name: keyof T & string,
  method: MethodDecorator,
) {
  applyDecorators(method)(prototype, name, Object.getOwnPropertyDescriptor(prototype, name))
  return (...parameters: ParameterDecorator[]) => {
    for (const [index, parameter] of parameters.entries()) parameter(prototype, name, index)
  }
}
