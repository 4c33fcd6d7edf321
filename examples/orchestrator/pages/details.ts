/**
 * What pages are made of: statuses, times, lists of details, and the tab with the history.
 */
import type { Context } from 'hono'
import { html } from 'hono/html'
import type { AppEnv } from '../authentication.ts'
import { type Markup, type PageOptions, page } from './layout.ts'

const tones: Readonly<Record<string, string>> = {
  active: 'good',
  succeeded: 'good',
  failed: 'bad',
  destroyed: 'bad',
  admin: 'notable',
  maintenance: 'waiting',
  provisioning: 'busy',
  restarting: 'busy',
  destroying: 'busy',
  running: 'busy',
}

export function badge(status: string): Markup {
  return html`<span class="badge ${tones[status] ?? 'calm'}">${status}</span>`
}

/** The script shows it in the zone of the browser. */
export function time(date: Date): Markup {
  const iso = date.toISOString()
  return html`<time datetime="${iso}">${iso.slice(0, 16).replace('T', ' ')} UTC</time>`
}

export function details(rows: readonly (readonly [string, unknown])[]): Markup {
  return html`<dl class="details">
    ${rows.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}
  </dl>`
}

/** The history of an entity: the one tag that an application pastes. */
export function activity(entity: string, id: number, include?: string): Markup {
  return html`<audit-activity
    live
    entity="${entity}"
    entity-id="${id}"
    ${include ? html`include="${include}"` : ''}
  ></audit-activity>`
}

/** What was deleted has its history still. */
export function gone(
  c: Context<AppEnv>,
  place: NonNullable<PageOptions['place']>,
  what: string,
  tab: Markup,
): Promise<Response> {
  return page(
    c,
    { title: what, place, script: 'entity.js', status: 404 },
    html`
      <h1>${what} is not there</h1>
      <p>It was deleted, or never existed. What the audit trail knows of it:</p>
      ${tab}
    `,
  )
}
