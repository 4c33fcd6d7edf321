/**
 * The pages of resources: a list, and for each one what it is, what can be done to it, and what was done.
 */
import { Hono } from 'hono'
import { html } from 'hono/html'
import type { AppEnv } from '../authentication.ts'
import type { Database } from '../database.ts'
import { statusesOf } from '../executor.ts'
import type { Execution, ExecutionAction, Resource } from '../generated/client.ts'
import { idPath } from '../validation.ts'
import { activity, badge, details, gone, time } from './details.ts'
import { page } from './layout.ts'

export function resourcePages(prisma: Database) {
  return new Hono<AppEnv>()
    .get('/', async (c) => {
      const executions = { take: 1, orderBy: { id: 'desc' } } as const
      const all = await prisma.resource.findMany({
        include: { executions, template: true },
        orderBy: { name: 'asc' },
      })
      return page(
        c,
        { title: 'Resources', place: 'resources', script: 'times.js' },
        html`
          <h1>Resources</h1>
          <div class="card scroll" tabindex="0" role="region" aria-label="All resources">
            <table>
              <thead>
                <tr>
                  <th>Name</th>
                  <th>Kind</th>
                  <th>Status</th>
                  <th>Template</th>
                  <th>Last execution</th>
                  <th>Began</th>
                </tr>
              </thead>
              <tbody>
                ${all.map(
                  (each) => html`
                    <tr>
                      <td><a href="/app/resources/${each.id}">${each.name}</a></td>
                      <td>${each.kind}</td>
                      <td>${badge(each.status)}</td>
                      <td>${each.template.name}</td>
                      <td>${each.executions.map(lastExecution)}</td>
                      <td>${each.executions.map(({ startedAt }) => time(startedAt))}</td>
                    </tr>
                  `,
                )}
              </tbody>
            </table>
          </div>
        `,
      )
    })
    .get(`/resources${idPath}`, async (c) => {
      const id = Number(c.req.param('id'))
      const where = { id }
      const resource = await prisma.resource.findUnique({ where, include: { template: true } })
      const tab = activity('Resource', id, 'executions')
      if (!resource) return gone(c, 'resources', 'This resource', tab)
      const { name, kind, status, template, config, createdAt } = resource
      const mayWrite = c.get('account').scopes.includes('write')
      const parameters = [
        ...new Set([...Object.keys(Object(template.parameters)), ...Object.keys(Object(config))]),
      ]
      return page(
        c,
        { title: name, place: 'resources', script: 'resource.js' },
        html`
          <p class="crumbs"><a href="/app/">Resources</a></p>
          <div class="title">
            <h1>${name}</h1>
            <span id="status">${badge(status)}</span>
          </div>
          <div class="columns" id="resource" data-id="${id}" data-status="${status}">
            <section class="card" aria-label="Details">
              <h2>Details</h2>
              ${details([
                ['Id', id],
                ['Kind', kind],
                [
                  'Template',
                  html`<a href="/app/templates/${template.id}">${template.name} ${template.version}</a>`,
                ],
                ['Made', time(createdAt)],
              ])}
              ${mayWrite ? executionButtons(resource) : ''}
              <p id="execution" role="status"></p>
            </section>
            <form class="card" id="config" aria-label="Configuration">
              <h2>Configuration</h2>
              ${parameters.map((key) => parameter(key, Object(config)[key], mayWrite))}
              ${mayWrite ? html`<button disabled>Save</button>` : ''}
              <p id="saved" role="status"></p>
            </form>
          </div>
          ${tab}
        `,
      )
    })
    .get(`/executions${idPath}`, async (c) => {
      const where = { id: Number(c.req.param('id')) }
      const execution = await prisma.execution.findUnique({ where, include: { resource: true } })
      const tab = activity('Execution', where.id)
      if (!execution) return gone(c, 'resources', 'This execution', tab)
      const { action, status, resource, traceId, startedAt, endedAt } = execution
      return page(
        c,
        { title: `${action} ${resource.name}`, place: 'resources', script: 'entity.js' },
        html`
          <p class="crumbs"><a href="/app/resources/${resource.id}">${resource.name}</a></p>
          <div class="title">
            <h1>${action} ${resource.name}</h1>
            ${badge(status)}
          </div>
          <section class="card" aria-label="Details">
            ${details([
              ['Id', where.id],
              ['Resource', html`<a href="/app/resources/${resource.id}">${resource.name}</a>`],
              ['Began', time(startedAt)],
              ['Ended', endedAt ? time(endedAt) : 'It is running'],
              [
                'Trace',
                html`<a class="mono" href="/app/audit?filter=trace:${traceId}">${traceId}</a>`,
              ],
            ])}
          </section>
          ${tab}
        `,
      )
    })
}

function lastExecution({ id, action, status }: Execution) {
  return html`<a href="/app/executions/${id}">${action}</a> ${badge(status)}`
}

const actions: readonly ExecutionAction[] = ['deploy', 'restart', 'destroy']

/** The script of the page enables those that are possible, when it is there to hear them. */
function executionButtons({ name }: Resource) {
  return html`
    <div class="buttons" role="group" aria-label="Executions">
      ${actions.map(
        (action) => html`<button
          type="button"
          data-action="${action}"
          data-from="${statusesOf[action].from.join(' ')}"
          class="${action === 'destroy' ? 'danger' : ''}"
          disabled
          aria-label="${action} ${name}"
        >
          ${action}
        </button>`,
      )}
    </div>
  `
}

/** Numbers stay numbers, and what has a structure of its own is shown only. */
function parameter(key: string, value: unknown, mayWrite: boolean) {
  const isNumber = typeof value === 'number' || /replicas|Gb$/.test(key)
  const isSimple = value === undefined || ['string', 'number'].includes(typeof value)
  return html`
    <label>
      <span>${key}</span>
      <input
        name="${key}"
        type="${isNumber ? 'number' : 'text'}"
        value="${isSimple ? (value ?? '') : JSON.stringify(value)}"
        ${mayWrite && isSimple ? '' : html`readonly`}
      />
    </label>
  `
}
