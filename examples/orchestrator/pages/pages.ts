/**
 * The pages for browsers, below `/app/`. What they change, they change by the API.
 */
import { Hono } from 'hono'
import { html } from 'hono/html'
import { type AppEnv, requires } from '../authentication.ts'
import type { Database } from '../database.ts'
import { page } from './layout.ts'
import { resourcePages } from './resources.ts'
import { templatePages } from './templates.ts'
import { userPages } from './users.ts'

export function pages(prisma: Database) {
  return new Hono<AppEnv>()
    .use(requires('read'))
    .get('/audit', (c) =>
      page(
        c,
        { title: 'Audit log', place: 'audit', script: 'audit-log.js', isWide: true },
        html`
          <audit-log></audit-log>
          <p class="note">
            An element on a page of the application, whose entities lead to its pages. The audit handler also
            serves <a href="/audit/">a page of its own</a>.
          </p>
        `,
      ),
    )
    .route('/users', userPages(prisma))
    .route('/templates', templatePages(prisma))
    .route('/', resourcePages(prisma))
}
