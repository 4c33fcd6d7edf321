/**
 * Who calls: a user by e-mail and password, or a service account by token. The request then runs
 * inside `withAudit`, so that every change that it makes is recorded as made by that account.
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
export function authenticate(prisma: Database, tenant: string): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const account = (await findUser(prisma, c)) ?? (await findServiceAccount(prisma, c))
    if (!account) {
      c.header('WWW-Authenticate', 'Basic realm="orchestrator"')
      throw new HTTPException(401, { message: 'Sign in with a user or a service account.' })
    }
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
