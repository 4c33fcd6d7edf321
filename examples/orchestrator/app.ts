/**
 * The HTTP API and the pages: their routes, who may use them, and how errors are answered.
 */
import { type Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { html } from 'hono/html'
import { HTTPException } from 'hono/http-exception'
import { requestId } from 'hono/request-id'
// An application writes: import { AuditError } from 'prisma-extension-audit'
import { AuditError } from '../../src/index.ts'
import { auditTrail } from './audit-trail.ts'
import {
  type AppEnv,
  authenticate,
  requires,
  requiresByMethod,
  wantsPage,
} from './authentication.ts'
import type { Database } from './database.ts'
import { type Executor, executions } from './executions.ts'
import { Prisma } from './generated/client.ts'
import { sendJson } from './json.ts'
import type { Logging } from './logging.ts'
import { assets } from './pages/assets.ts'
import { plainPage } from './pages/layout.ts'
import { pages } from './pages/pages.ts'
import { signIn } from './pages/sign-in.ts'
import { resources } from './resources.ts'
import { serviceAccounts } from './service-accounts.ts'
import { openSessions } from './sessions.ts'
import { templates } from './templates.ts'
import { traces } from './traces.ts'
import { users } from './users.ts'

export interface AppOptions {
  readonly prisma: Database
  readonly logging: Logging
  readonly executor: Executor
  /** One for the whole process here; where accounts have one, it comes from there. */
  readonly tenant: string
}

export function createApp({ prisma, logging, executor, tenant }: AppOptions): Hono<AppEnv> {
  const sessions = openSessions()
  const app = new Hono<AppEnv>({ strict: false })
  app.onError((error, c) => sendError(c, error))
  app.notFound((c) => sendError(c, new HTTPException(404, { message: 'There is no such route.' })))
  app.get('/', (c) => (wantsPage(c) ? c.redirect('/app/') : sendJson(c, { routes })))
  app.get('/favicon.ico', (c) => c.redirect('/app/icon.svg'))

  app.use(requestId(), bodyLimit({ maxSize: 100_000, onError: tooLarge }))
  app.route('/app', assets())
  app.route('/app', signIn(prisma, sessions, tenant))
  app.use(authenticate(prisma, sessions, tenant))
  for (const path of ['/resources/*', '/templates/*', '/executions/*', '/traces/*']) {
    app.use(path, requiresByMethod())
  }
  for (const path of ['/users/*', '/service-accounts/*']) {
    app.use(path, requires('admin'))
  }
  app.route('/resources', resources(prisma))
  app.route('/', executions(prisma, executor))
  app.route('/traces', traces(prisma, logging))
  app.route('/templates', templates(prisma))
  app.route('/users', users(prisma))
  app.route('/service-accounts', serviceAccounts(prisma))
  app.route('/app', pages(prisma))
  app.all('/audit/*', auditTrail(prisma, tenant))
  return app
}

const routes = {
  resources: 'GET POST PATCH /resources, GET PATCH DELETE /resources/:id',
  executions: 'GET POST /resources/:id/executions, GET /executions/:id',
  templates: 'GET POST /templates, GET PATCH DELETE /templates/:id',
  users: 'GET POST /users, GET PATCH DELETE /users/:id',
  serviceAccounts: 'GET POST /service-accounts, GET PATCH DELETE /service-accounts/:id',
  traces: 'GET /traces/:traceId?take=&cursor=&logsTake=&logsCursor=',
  activity: 'GET /<any of these>/:id/activity?take=&cursor=',
  pages: 'GET /app/ for browsers',
  audit:
    'GET /audit/openapi.json tells of entries, facets, traces, as-of, export, stream and reverts',
}

function tooLarge(): never {
  throw new HTTPException(413, { message: 'The body is too large.' })
}

function sendError(c: Context, error: Error): Response | Promise<Response> {
  if (error instanceof HTTPException && c.req.path.startsWith('/app/') && wantsPage(c)) {
    const back = html`<h1>${error.message}</h1><p><a href="/app/">To the resources</a></p>`
    return plainPage(c, { title: error.message, status: error.status }, back)
  }
  if (error instanceof HTTPException) {
    return sendJson(c, { error: error.message }, error.status)
  }
  if (error instanceof AuditError && error.code === 'QUERY_INVALID') {
    return sendJson(c, { error: error.message }, 400)
  }
  switch (error instanceof Prisma.PrismaClientKnownRequestError && error.code) {
    case 'P2002':
      return sendJson(c, { error: 'There is one with this name already.' }, 409)
    case 'P2003':
      return sendJson(c, { error: 'It is in use, or what it refers to does not exist.' }, 409)
    case 'P2025':
      return sendJson(c, { error: 'There is no such entity.' }, 404)
    default:
      console.error(error)
      return sendJson(c, { error: 'Something went wrong.' }, 500)
  }
}
