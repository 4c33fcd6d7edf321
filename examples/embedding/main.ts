/**
 * Three pages about the same note, by React, by Vue and in plain HTML, each with its activity.
 */
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
// An application writes: import { auditContext, ... } from 'prisma-extension-audit/hono'
// and: import { createAuditHandler } from 'prisma-extension-audit/http'
import { auditContext, auditRoutes, originalRequest } from '../../src/frameworks/hono.ts'
import { createAuditHandler } from '../../src/http/index.ts'
import { openDatabase } from '../integrations/database.ts'
import { bundledPages } from './pages.ts'
import { seed } from './seed.ts'

interface User {
  readonly id: string
  readonly name: string
  readonly isAuditor: boolean
}

interface SignedIn {
  Variables: { user: User | undefined }
}

/** By the secret of their session; one that an application makes is random, and stored. */
const sessions = new Map<string, User>([
  ['session-of-ada', { id: 'ada', name: 'Ada Lovelace', isAuditor: true }],
  ['session-of-eve', { id: 'eve', name: 'Eve', isAuditor: false }],
])

const { prisma, close } = await openDatabase()
await seed(prisma)
const pages = await bundledPages()
const app = new Hono<SignedIn>()

app.use(async (c, next) => {
  c.set('user', sessions.get(getCookie(c, 'session') ?? ''))
  await next()
})

app.get('/sign-in/:name', (c) => {
  const secret = `session-of-${c.req.param('name')}`
  if (sessions.has(secret)) {
    setCookie(c, 'session', secret, { httpOnly: true, sameSite: 'Lax', path: '/' })
  } else deleteCookie(c, 'session')
  return c.redirect('/')
})

app.use(auditContext<SignedIn>({ actor: (c) => c.var.user, trustProxy: 'loopback' }))

app.get('/notes/:id', async (c) => {
  if (!c.var.user) return c.json({ error: 'Sign in.' }, 401)
  const note = await prisma.note.findUnique({ where: { id: Number(c.req.param('id')) } })
  return note ? c.json(note) : c.json({ error: 'There is no such note.' }, 404)
})
app.patch('/notes/:id', async (c) => {
  if (!c.var.user) return c.json({ error: 'Sign in.' }, 401)
  const { isDone } = await c.req.json()
  const where = { id: Number(c.req.param('id')) }
  return c.json(await prisma.note.update({ where, data: { isDone: Boolean(isDone) } }))
})

const handler = createAuditHandler({
  client: prisma,
  authorize: (request) => {
    const { user } = originalRequest<SignedIn>(request).var
    if (!user) return 401
    if (!user.isAuditor) return 403
    return { tenants: 'all', mayRevert: true, viewer: { id: user.id, name: user.name } }
  },
})
app.all('/audit/*', auditRoutes(handler))

/** Scripts and styles from here, and nothing else. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:"
app.get('*', (c) => {
  const page = pages.get(c.req.path)
  if (!page) return c.notFound()
  return c.body(page.content, 200, {
    'Content-Type': page.type,
    'Content-Security-Policy': policy,
  })
})

const options = { fetch: app.fetch, port: Number(process.env.PORT || 3000), hostname: '127.0.0.1' }
const server = serve(options, ({ port }: AddressInfo) => {
  console.log(`A note with its activity on http://127.0.0.1:${port}\nPress Ctrl+C to stop.`)
})
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    server.close(() => close())
    if ('closeAllConnections' in server) server.closeAllConnections()
  })
}
