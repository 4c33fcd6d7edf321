// An application writes: import type { NextContextOptions } from 'prisma-extension-audit/next'
import type { NextContextOptions } from '../../../../src/frameworks/next.ts'

const users = new Map([
  ['ada-token', { id: '1', name: 'Ada Lovelace' }],
  ['grace-token', { id: '2', name: 'Grace Hopper' }],
])

/** Who has signed in: by a header to the API, by a cookie on the page. */
export function userOf(headers: Headers) {
  const bearer = /^Bearer (\S+)$/.exec(headers.get('authorization') ?? '')?.[1]
  const cookie = /(?:^|; )token=([\w-]+)/.exec(headers.get('cookie') ?? '')?.[1]
  return users.get(bearer ?? cookie ?? '')
}

/** Of all route handlers and server actions. */
export const auditOptions: NextContextOptions = {
  actor: ({ headers }) => userOf(headers),
  // One proxy in front of the application.
  trustProxy: 1,
}
