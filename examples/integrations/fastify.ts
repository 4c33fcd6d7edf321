/**
 * Fastify: who makes a request is on every row that it changes.
 */
import fastify from 'fastify'
// An application writes: import { auditContext, ... } from 'prisma-extension-audit/fastify'
// and: import { createAuditHandler } from 'prisma-extension-audit/http'
import { auditContext, auditRoutes, originalRequest } from '../../src/frameworks/fastify.ts'
import { createAuditHandler } from '../../src/http/index.ts'
import { openDatabase } from './database.ts'

declare module 'fastify' {
  interface FastifyRequest {
    user?: { id: string; name: string } | undefined
  }
}

const users = new Map([
  ['Bearer ada-token', { id: '1', name: 'Ada Lovelace' }],
  ['Bearer grace-token', { id: '2', name: 'Grace Hopper' }],
])

const { prisma, close } = await openDatabase()
const app = fastify({ forceCloseConnections: true })
app.setReplySerializer((payload) =>
  JSON.stringify(payload, (_, value) => (typeof value === 'bigint' ? String(value) : value)),
)

app.decorateRequest('user', undefined)
app.register(auditContext, { actor: (request) => request.user, trustProxy: 'loopback' })
app.addHook('onRequest', async (request, reply) => {
  request.user = users.get(request.headers.authorization ?? '')
  if (!request.user) return reply.status(401).send({ error: 'Sign in.' })
})

app.post<{ Body: { text: string } }>('/notes', async (request, reply) => {
  reply.status(201)
  return prisma.note.create({ data: { text: String(request.body.text) } })
})
app.patch<{ Params: { id: string }; Body: { isDone: boolean } }>('/notes/:id', async (request) => {
  const where = { id: Number(request.params.id) }
  return prisma.note.update({ where, data: { isDone: Boolean(request.body.isDone) } })
})
app.get<{ Params: { id: string } }>('/notes/:id/activity', async (request) =>
  prisma.note.activity({ where: { id: Number(request.params.id) } }),
)
const handler = createAuditHandler({
  client: prisma,
  authorize: (request) =>
    originalRequest(request).user ? { tenants: 'all', mayRevert: true } : 401,
})
app.register(auditRoutes(handler), { prefix: '/audit' })

app.addHook('onClose', close)
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => app.close())
const url = await app.listen({ port: Number(process.env.PORT || 3000), host: '127.0.0.1' })
console.log(`Notes with Fastify on ${url}\nPress Ctrl+C to stop.`)
