/**
 * Sessions of browsers: a signed cookie that tells which user has signed in, until when. The key is made
 * anew at each start, so that a session ends with the process at the latest.
 */
import { randomBytes } from 'node:crypto'
import type { Context } from 'hono'
import { deleteCookie, getSignedCookie, setSignedCookie } from 'hono/cookie'

export interface Sessions {
  /** The id of the user whose session the request is of. */
  userOf(c: Context): Promise<number | undefined>
  begin(c: Context, userId: number): Promise<void>
  end(c: Context): void
}

const name = 'orchestrator-session'
const seconds = 8 * 60 * 60

export function openSessions(): Sessions {
  const key = randomBytes(32)
  // `secure` is left out since the example has no TLS; an application has it.
  const options = { httpOnly: true, sameSite: 'Strict', path: '/' } as const
  return {
    userOf: async (c) => {
      const value = await getSignedCookie(c, key, name)
      const [id, until] = (value || '').split('.').map(Number)
      return id && until && until > Date.now() ? id : undefined
    },
    begin: (c, userId) => {
      const value = `${userId}.${Date.now() + seconds * 1000}`
      return setSignedCookie(c, name, value, key, { ...options, maxAge: seconds })
    },
    end: (c) => void deleteCookie(c, name, options),
  }
}

/**
 * Whether a request is made by a page of this very origin. `SameSite` alone does not say so: other ports of
 * this machine are the same site.
 */
export function isSameOrigin(c: Context): boolean {
  const site = c.req.header('Sec-Fetch-Site')
  if (site !== undefined) return site === 'same-origin'
  return c.req.header('Origin') === new URL(c.req.url).origin
}
