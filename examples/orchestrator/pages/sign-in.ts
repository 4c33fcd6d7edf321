/**
 * Signing in without typing, which only an example may do: whoever opens it chooses who to be.
 */
import { type Context, Hono } from 'hono'
import { html } from 'hono/html'
import { HTTPException } from 'hono/http-exception'
// An application writes: import { withAudit } from 'prisma-extension-audit'
import { withAudit } from '../../../src/index.ts'
import type { AppEnv } from '../authentication.ts'
import type { Database } from '../database.ts'
import { isSameOrigin, type Sessions } from '../sessions.ts'
import { plainPage } from './layout.ts'

/** Nobody else is signed in without a password. */
const people = [
  { email: 'ada@example.com', sees: 'An administrator: sees the whole trail, exports, reverts' },
  { email: 'grace@example.com', sees: 'An operator: sees infrastructure, e-mail addresses masked' },
  { email: 'alan@example.com', sees: 'An operator, too' },
]

export function signIn(prisma: Database, sessions: Sessions, tenant: string) {
  const known = { email: { in: people.map(({ email }) => email) } }
  return new Hono<AppEnv>()
    .get('/sign-in', async (c) => {
      const users = await prisma.user.findMany({ where: known, orderBy: { id: 'asc' } })
      const to = placeOf(c.req.query('to'))
      return plainPage(
        c,
        { title: 'Sign in' },
        html`
          <form class="card sign-in" method="post" action="/app/sign-in">
            <h1>Orchestrator</h1>
            <p>An example of prisma-extension-audit. Whom would you like to be?</p>
            <input type="hidden" name="to" value="${to}" />
            ${users.map(
              ({ id, name, role, email }) => html`
                <button class="choice" name="user" value="${id}">
                  <strong>Sign in as ${name} (${role})</strong>
                  <span>${people.find((each) => each.email === email)?.sees}</span>
                </button>
              `,
            )}
          </form>
        `,
      )
    })
    .post('/sign-in', async (c) => {
      // Otherwise the page of another site could sign somebody in as whom it likes.
      refuseOthers(c)
      const { user: id, to } = await c.req.parseBody()
      const user = await prisma.user.findFirst({ where: { ...known, id: Number(id) || 0 } })
      if (!user) throw new HTTPException(400, { message: 'There is no such user to be.' })
      const request = {
        method: 'POST',
        path: c.req.path,
        userAgent: c.req.header('User-Agent') ?? '',
      }
      const actor = { id: user.id, type: 'user', name: user.name } as const
      await withAudit({ actor, tenant, request }, () =>
        prisma.$audit.record({ action: 'sign-in', entity: 'User', entityId: user.id }),
      )
      await sessions.begin(c, user.id)
      return c.redirect(placeOf(to), 303)
    })
    .post('/sign-out', (c) => {
      refuseOthers(c)
      sessions.end(c)
      return c.redirect('/app/sign-in', 303)
    })
}

function refuseOthers(c: Context): void {
  if (isSameOrigin(c)) return
  throw new HTTPException(403, { message: 'This came from the page of another site.' })
}

/** A path of this site, and never another site. */
function placeOf(to: unknown): string {
  const base = 'http://here'
  if (typeof to !== 'string' || !to.startsWith('/') || !URL.canParse(to, base)) return '/app/'
  const { origin, pathname, search } = new URL(to, base)
  return origin === base && !pathname.startsWith('//') ? pathname + search : '/app/'
}
