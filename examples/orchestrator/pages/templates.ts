import { Hono } from 'hono'
import { html } from 'hono/html'
import type { AppEnv } from '../authentication.ts'
import type { Database } from '../database.ts'
import { idPath } from '../validation.ts'
import { activity, badge, details, gone, time } from './details.ts'
import { page } from './layout.ts'

export function templatePages(prisma: Database) {
  return new Hono<AppEnv>()
    .get('/', async (c) => {
      const all = await prisma.template.findMany({
        include: { _count: { select: { resources: true } } },
        orderBy: { name: 'asc' },
      })
      return page(
        c,
        { title: 'Templates', place: 'templates', script: 'times.js' },
        html`
          <h1>Templates</h1>
          <div class="card scroll" tabindex="0" role="region" aria-label="All templates">
            <table>
              <thead>
                <tr><th>Name</th><th>Kind</th><th>Version</th><th>Resources</th><th>Made</th></tr>
              </thead>
              <tbody>
                ${all.map(
                  ({ id, name, kind, version, createdAt, _count }) => html`
                    <tr>
                      <td><a href="/app/templates/${id}">${name}</a></td>
                      <td>${kind}</td>
                      <td>${version}</td>
                      <td>${_count.resources}</td>
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
      const template = await prisma.template.findUnique({
        where: { id },
        include: { resources: { orderBy: { name: 'asc' } } },
      })
      const tab = activity('Template', id)
      if (!template) return gone(c, 'templates', 'This template', tab)
      const { name, kind, version, parameters, resources, createdAt } = template
      return page(
        c,
        { title: name, place: 'templates', script: 'entity.js' },
        html`
          <p class="crumbs"><a href="/app/templates">Templates</a></p>
          <div class="title"><h1>${name}</h1>${badge(`version ${version}`)}</div>
          <div class="columns">
            <section class="card" aria-label="Details">
              <h2>Details</h2>
              ${details([
                ['Id', id],
                ['Kind', kind],
                ['Parameters', Object.keys(Object(parameters)).join(', ')],
                ['Made', time(createdAt)],
              ])}
            </section>
            <section class="card" aria-label="Resources">
              <h2>Resources</h2>
              <ul class="plain">
                ${resources.map(
                  (each) => html`
                    <li><a href="/app/resources/${each.id}">${each.name}</a> ${badge(each.status)}</li>
                  `,
                )}
              </ul>
            </section>
          </div>
          ${tab}
        `,
      )
    })
}
