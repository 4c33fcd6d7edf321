/**
 * Express: who makes a request is on every row that it changes.
 */
import type { AddressInfo } from 'node:net'
import express, { type Request } from 'express'
// An application writes: import { auditContext, ... } from 'prisma-extension-audit/express'
// and: import { createAuditHandler } from 'prisma-extension-audit/http'
import { auditContext, auditRoutes, originalRequest } from '../../src/frameworks/express.ts'
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
const app = express()
app.set('json replacer', (_: string, value: unknown) =>
  typeof value === 'bigint' ? String(value) : value,
)

app.use(express.json())
app.use((request: SignedIn, response, next) => {
  request.user = users.get(request.get('authorization') ?? '')
  if (request.user) next()
  else response.status(401).json({ error: 'Sign in.' })
})
app.use(auditContext({ actor: (request: SignedIn) => request.user, trustProxy: 'loopback' }))

app.post('/notes', async (request, response) => {
  const note = await prisma.note.create({ data: { text: String(request.body.text) } })
  response.status(201).json(note)
})
app.patch('/notes/:id', async (request, response) => {
  const where = { id: Number(request.params.id) }
  response.json(await prisma.note.update({ where, data: { isDone: Boolean(request.body.isDone) } }))
})
app.get('/notes/:id/activity', async (request, response) => {
  response.json(await prisma.note.activity({ where: { id: Number(request.params.id) } }))
})
const handler = createAuditHandler({
  client: prisma,
  authorize: (request) =>
    originalRequest<SignedIn>(request).user ? { tenants: 'all', mayRevert: true } : 401,
})
app.use('/audit', auditRoutes(handler))

const server = app.listen(Number(process.env.PORT || 3000), '127.0.0.1', (error) => {
  if (error) throw error
  const { port } = server.address() as AddressInfo
  console.log(`Notes with Express on http://127.0.0.1:${port}\nPress Ctrl+C to stop.`)
})
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    server.close(() => close())
    server.closeAllConnections()
  })
}
