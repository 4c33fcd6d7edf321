/**
 * Hono: who makes a request is on every row that it changes.
 */
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
// An application writes: import { auditContext, ... } from 'prisma-extension-audit/hono'
// and: import { createAuditHandler } from 'prisma-extension-audit/http'
import { auditContext, auditRoutes, originalRequest } from '../../src/frameworks/hono.ts'
import { createAuditHandler } from '../../src/http/index.ts'
import { openDatabase } from './database.ts'

interface SignedIn {
  Variables: { user: { id: string; name: string } }
}

const users = new Map([
  ['Bearer ada-token', { id: '1', name: 'Ada Lovelace' }],
  ['Bearer grace-token', { id: '2', name: 'Grace Hopper' }],
])

const { prisma, close } = await openDatabase()
const app = new Hono<SignedIn>()

app.use(async (c, next) => {
  const user = users.get(c.req.header('authorization') ?? '')
  if (!user) return c.json({ error: 'Sign in.' }, 401)
  c.set('user', user)
  await next()
})
app.use(auditContext<SignedIn>({ actor: (c) => c.var.user, trustProxy: 'loopback' }))

app.post('/notes', async (c) => {
  const { text } = await c.req.json()
  return c.json(await prisma.note.create({ data: { text: String(text) } }), 201)
})
app.patch('/notes/:id', async (c) => {
  const { isDone } = await c.req.json()
  const where = { id: Number(c.req.param('id')) }
  return c.json(await prisma.note.update({ where, data: { isDone: Boolean(isDone) } }))
})
app.get('/notes/:id/activity', async (c) =>
  sendPage(await prisma.note.activity({ where: { id: Number(c.req.param('id')) } })),
)
const handler = createAuditHandler({
  client: prisma,
  authorize: (request) =>
    originalRequest<SignedIn>(request).var.user ? { tenants: 'all', mayRevert: true } : 401,
})
app.all('/audit/*', auditRoutes(handler))

/** The numbers of a page are bigints, which JSON lacks. */
function sendPage(page: object): Response {
  const text = JSON.stringify(page, (_, value) =>
    typeof value === 'bigint' ? String(value) : value,
  )
  return new Response(text, { headers: { 'content-type': 'application/json' } })
}

const options = { fetch: app.fetch, port: Number(process.env.PORT || 3000), hostname: '127.0.0.1' }
const server = serve(options, ({ port }: AddressInfo) => {
  console.log(`Notes with Hono on http://127.0.0.1:${port}\nPress Ctrl+C to stop.`)
})
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    server.close(() => close())
    if ('closeAllConnections' in server) server.closeAllConnections()
  })
}
