/**
 * NestJS: who makes a request is on every row that it changes.
 */
import 'reflect-metadata'
import {
  applyDecorators,
  Body,
  Controller,
  type ExecutionContext,
  Get,
  Module,
  Param,
  Patch,
  Post,
  UnauthorizedException,
} from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import type { NestExpressApplication } from '@nestjs/platform-express'
import type { Request } from 'express'
// An application writes: import { AuditInterceptor } from 'prisma-extension-audit/nestjs'
import { AuditInterceptor } from '../../src/frameworks/nestjs.ts'
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
  trail() {
    return prisma.$audit.entries()
  }
}

// An application writes decorators, `@Post('notes') create(@Body('text') text: string) { ... }`, which
// TypeScript compiles with the option `experimentalDecorators`. The example does without that.
Controller()(NotesController)
decorate('create', Post('notes'))(Body('text'))
decorate('update', Patch('notes/:id'))(Param('id'), Body('isDone'))
decorate('activity', Get('notes/:id/activity'))(Param('id'))
decorate('trail', Get('audit'))()

class AppModule {}
Module({ controllers: [NotesController] })(AppModule)

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

function decorate(name: keyof NotesController, method: MethodDecorator) {
  const { prototype } = NotesController
  applyDecorators(method)(prototype, name, Object.getOwnPropertyDescriptor(prototype, name))
  return (...parameters: ParameterDecorator[]) => {
    for (const [index, parameter] of parameters.entries()) parameter(prototype, name, index)
  }
}
