import { Hono } from 'hono'
import { html } from 'hono/html'
import { type AppEnv, requires } from '../authentication.ts'
import type { Database } from '../database.ts'
import { idPath } from '../validation.ts'
import { activity, badge, details, gone, time } from './details.ts'
import { page } from './layout.ts'

const roles = ['viewer', 'operator', 'admin']

export function userPages(prisma: Database) {
  return new Hono<AppEnv>()
    .use(requires('admin'))
    .get('/', async (c) => {
      const all = await prisma.user.findMany({ orderBy: { name: 'asc' } })
      return page(
        c,
        { title: 'Users', place: 'users', script: 'times.js' },
        html`
          <h1>Users</h1>
          <div class="card scroll" tabindex="0" role="region" aria-label="All users">
            <table>
              <thead>
                <tr><th>Name</th><th>E-mail</th><th>Role</th><th>Since</th></tr>
              </thead>
              <tbody>
                ${all.map(
                  ({ id, name, email, role, createdAt }) => html`
                    <tr>
                      <td><a href="/app/users/${id}">${name}</a></td>
                      <td>${email}</td>
                      <td>${badge(role)}</td>
                      <td>${time(createdAt)}</td>
                    </tr>
                  `,
                )}
              </tbody>
            </table>
          </div>
        `,
      )
    })
    .get(idPath, async (c) => {
      const id = Number(c.req.param('id'))
      const user = await prisma.user.findUnique({ where: { id } })
      const tab = activity('User', id)
      if (!user) return gone(c, 'users', 'This user', tab)
      const { name, email, role, createdAt } = user
      return page(
        c,
        { title: name, place: 'users', script: 'user.js' },
        html`
          <p class="crumbs"><a href="/app/users">Users</a></p>
          <div class="title"><h1>${name}</h1>${badge(role)}</div>
          <div class="columns">
            <section class="card" aria-label="Details">
              <h2>Details</h2>
              ${details([
                ['Id', id],
                ['E-mail', email],
                ['Since', time(createdAt)],
                [
                  'Did',
                  html`<a href="/app/audit?filter=actor:${id}">Everything that ${name} did</a>`,
                ],
              ])}
            </section>
            <form class="card" id="user" data-id="${id}" aria-label="Role">
              <h2>Role</h2>
              <label>
                <span>Role</span>
                <select name="role">
                  ${roles.map((each) => html`<option ${each === role ? html`selected` : ''}>${each}</option>`)}
                </select>
              </label>
              <button disabled>Save</button>
              <p id="saved" role="status"></p>
            </form>
          </div>
          ${tab}
        `,
      )
    })
}
