/**
 * Who calls: a user by e-mail and password, a service account by token, or a browser by its session. The
 * request then runs inside `withAudit`, so that every change that it makes is recorded as made by that account.
 */
import type { HttpBindings } from '@hono/node-server'
import type { Context, MiddlewareHandler } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { RequestIdVariables } from 'hono/request-id'
import { auth as readBasic } from 'hono/utils/basic-auth'
// An application writes: import { type Actor, withAudit } from 'prisma-extension-audit'
import { type Actor, withAudit } from '../../src/index.ts'
import { hashToken, isPassword } from './credentials.ts'
import type { Database } from './database.ts'
import type { Role } from './generated/client.ts'
import { isSameOrigin, type Sessions } from './sessions.ts'

export const scopes = ['read', 'write', 'admin'] as const
export type Scope = (typeof scopes)[number]

export interface Account {
  readonly id: number
  readonly type: 'user' | 'service'
  readonly name: string
  readonly scopes: readonly string[]
}

export interface AppEnv {
  Bindings: Partial<HttpBindings>
  Variables: RequestIdVariables & { account: Account }
}

const scopesOfRole: Record<Role, readonly Scope[]> = {
  viewer: ['read'],
  operator: ['read', 'write'],
  admin: ['read', 'write', 'admin'],
}

/** Refuses a request without a known account, and runs any other as that account. */
export function authenticate(
  prisma: Database,
  sessions: Sessions,
  tenant: string,
): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const account =
      (await findUser(prisma, c)) ??
      (await findServiceAccount(prisma, c)) ??
      (await findSession(prisma, sessions, c))
    if (!account) return unauthorized(c)
    c.set('account', account)
    const ticket = c.req.header('X-Ticket')
    const reason = c.req.header('X-Reason')
    await withAudit(
      {
        actor: await actorOf(prisma, c, account),
        tenant,
        request: {
          id: c.get('requestId'),
          method: c.req.method,
          path: c.req.path,
          ip: c.env.incoming?.socket.remoteAddress ?? '',
          userAgent: c.req.header('User-Agent') ?? '',
        },
        ...(ticket && { tags: { ticket } }),
        ...(reason && { reason }),
      },
      next,
    )
  }
}

/** Refuses an account that lacks `scope`. */
export function requires(scope: Scope): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    if (!c.get('account').scopes.includes(scope)) {
      throw new HTTPException(403, { message: `This needs the scope \`${scope}\`.` })
    }
    await next()
  }
}

/** What reads needs the scope `read`, all else `write`. */
export function requiresByMethod(): MiddlewareHandler<AppEnv> {
  return (c, next) => requires(c.req.method === 'GET' ? 'read' : 'write')(c, next)
}

/** What an account may do by now: since it has signed in, it may have lost what it could. */
export async function currentScopes(
  prisma: Database,
  account: Account,
): Promise<readonly string[]> {
  const where = { id: account.id }
  if (account.type === 'service') {
    const found = await prisma.serviceAccount.findUnique({ where })
    return found?.scopes.split(' ') ?? []
  }
  const user = await prisma.user.findUnique({ where })
  return user ? scopesOfRole[user.role] : []
}

/** A browser is led to where one signs in; its own dialog for passwords would be in the way of that. */
function unauthorized(c: Context): Response {
  const isBrowser = c.req.header('Sec-Fetch-Mode') !== undefined
  if (c.req.method === 'GET' && wantsPage(c)) {
    const { pathname, search } = new URL(c.req.url)
    const to = pathname + search
    return c.redirect(`/app/sign-in?${new URLSearchParams({ to })}`, 303)
  }
  if (!isBrowser) c.header('WWW-Authenticate', 'Basic realm="orchestrator"')
  throw new HTTPException(401, { message: 'Sign in with a user or a service account.' })
}

/** Whether a person asks by the address bar or a link, and not a program. */
export function wantsPage(c: Context): boolean {
  return /\btext\/html\b/.test(c.req.header('Accept') ?? '')
}

/** A cookie is sent with requests of other sites' pages, too: from these, nothing is changed. */
async function findSession(
  prisma: Database,
  sessions: Sessions,
  c: Context,
): Promise<Account | undefined> {
  const id = await sessions.userOf(c)
  if (id === undefined) return undefined
  if (!['GET', 'HEAD', 'OPTIONS'].includes(c.req.method) && !isSameOrigin(c)) {
    throw new HTTPException(403, { message: 'This came from the page of another site.' })
  }
  const user = await prisma.user.findUnique({ where: { id } })
  if (!user) return undefined
  return { id, type: 'user', name: user.name, scopes: scopesOfRole[user.role] }
}

async function findUser(prisma: Database, c: Context): Promise<Account | undefined> {
  const given = readBasic(c.req.raw)
  if (!given) return undefined
  const user = await prisma.user.findUnique({
    where: { email: given.username },
    omit: { passwordHash: false },
  })
  if (!user || !(await isPassword(given.password, user.passwordHash))) return undefined
  return { id: user.id, type: 'user', name: user.name, scopes: scopesOfRole[user.role] }
}

async function findServiceAccount(prisma: Database, c: Context): Promise<Account | undefined> {
  const token = /^Bearer (\S+)$/.exec(c.req.header('Authorization') ?? '')?.[1]
  if (!token) return undefined
  const found = await prisma.serviceAccount.findUnique({ where: { tokenHash: hashToken(token) } })
  if (!found) return undefined
  return { id: found.id, type: 'service', name: found.name, scopes: found.scopes.split(' ') }
}

/** An administrator may act in another user's name; the trail then knows both. */
async function actorOf(prisma: Database, c: Context, account: Account): Promise<Actor> {
  const { id, type, name } = account
  const email = c.req.header('X-On-Behalf-Of')
  if (!email) return { id, type, name }
  if (!account.scopes.includes('admin')) {
    throw new HTTPException(403, { message: 'Only an administrator acts for somebody else.' })
  }
  const user = await prisma.user.findUnique({ where: { email } })
  if (!user) throw new HTTPException(400, { message: 'X-On-Behalf-Of names an unknown user.' })
  return { id, type, name, onBehalfOf: user.id }
}
