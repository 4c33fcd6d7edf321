/**
 * What all pages have around them. `html` escapes what it is given.
 */
import type { Context } from 'hono'
import { html } from 'hono/html'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { AppEnv } from '../authentication.ts'

export type Markup = ReturnType<typeof html>

/**
 * Scripts and styles of this origin, and nothing else. The elements of the audit trail need no more; with
 * Trusted Types, they name the one policy that makes their markup.
 */
export const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types lit-html',
].join('; ')

export interface PageOptions {
  readonly title: string
  /** Which place of the navigation it belongs to. */
  readonly place?: 'resources' | 'templates' | 'users' | 'audit'
  /** The module of the page. */
  readonly script?: string
  /** Without the margins of a page with cards. */
  readonly isWide?: boolean
  readonly status?: ContentfulStatusCode
}

/** A page for whoever has signed in. */
export async function page(
  c: Context<AppEnv>,
  { title, place, script, isWide = false, status = 200 }: PageOptions,
  content: Markup,
): Promise<Response> {
  const { name, scopes } = c.get('account')
  const link = (to: string, key: PageOptions['place'], text: string) =>
    html`<a href="${to}" ${place === key ? html`aria-current="page"` : ''}>${text}</a>`
  const header = html`
    <a class="skip" href="#content">To the content</a>
    <header class="bar">
      <a class="brand" href="/app/">Orchestrator</a>
      <nav aria-label="Places">
        ${link('/app/', 'resources', 'Resources')}
        ${link('/app/templates', 'templates', 'Templates')}
        ${scopes.includes('admin') ? link('/app/users', 'users', 'Users') : ''}
        ${link('/app/audit?filter=-action:audit.view', 'audit', 'Audit log')}
      </nav>
      <form class="person" method="post" action="/app/sign-out">
        <span>${name}</span>
        <button>Sign out</button>
      </form>
    </header>`
  const main = html`<main id="content" tabindex="-1" class="${isWide ? 'wide' : 'narrow'}">${content}</main>`
  return send(c, await shell({ title, script, content: html`${header}${main}` }), status)
}

/** A page for whoever has not. */
export async function plainPage(
  c: Context,
  { title, status = 200 }: { readonly title: string; readonly status?: ContentfulStatusCode },
  content: Markup,
): Promise<Response> {
  const main = html`<main id="content" class="narrow">${content}</main>`
  return send(c, await shell({ title, script: undefined, content: main }), status)
}

function shell(given: {
  readonly title: string
  readonly script: string | undefined
  readonly content: Markup
}): Markup {
  const { title, script, content } = given
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} · Orchestrator</title>
        <link rel="icon" href="/app/icon.svg" />
        <link rel="stylesheet" href="/app/style.css" />
        ${script ? html`<script type="module" src="/app/${script}"></script>` : ''}
      </head>
      <body>
        ${content}
      </body>
    </html> `
}

function send(c: Context, text: string, status: ContentfulStatusCode): Response {
  return c.body(text, status, {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': policy,
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'same-origin',
  })
}
