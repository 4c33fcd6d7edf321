import { createHash } from 'node:crypto'
import { assets } from '../ui/generated/assets.ts'
import type { Call } from './call.ts'
import { isKnown } from './etag.ts'
import { headersOf } from './headers.ts'
import { languageFor, type PageLanguage, type Shown } from './page-language.ts'

/** Scripts and styles of its own, and nothing else: not even a style that is said in the page. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
  "require-trusted-types-for 'script'",
  'trusted-types lit-html',
].join('; ')

/** What the page says until its elements are there. */
const texts: Readonly<Record<PageLanguage, { readonly title: string; readonly noScript: string }>> =
  {
    en: { title: 'Audit log', noScript: 'This page needs JavaScript.' },
    zh: { title: '审计日志', noScript: '此页面需要 JavaScript。' },
  }

/** `folder` is where the assets are, as seen from the page. */
const page = (folder: string, { tag, language }: Shown) => `<!doctype html>
<html lang="${tag}">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>${texts[language].title}</title>
    <link rel="stylesheet" href="${folder}page.css">
${preloaded.map((file) => `    <link rel="modulepreload" href="${folder}${file}">\n`).join('')}\
    <script type="module" src="${folder}elements.js"></script>
  </head>
  <body>
    <main><audit-log heading-level="1" sets-title></audit-log></main>
    <noscript>${texts[language].noScript}</noscript>
  </body>
</html>
`

/** What the module of the page imports at once, so that a browser need not read it first. */
const preloaded = [...importsOf('elements.js')]

function importsOf(file: string, known = new Set<string>()): ReadonlySet<string> {
  for (const [, other = ''] of (assets[file] ?? '').matchAll(/(?:from|import)"\.\/([^"]+\.js)"/g)) {
    if (known.has(other) || !Object.hasOwn(assets, other)) continue
    known.add(other)
    importsOf(other, known)
  }
  return known
}

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
}

const asked = 'private, no-cache'
const kept = 'private, max-age=31536000, immutable'

/**
 * The page with the whole trail, at the path of the handler with a slash behind it or without: what redirects
 * from one to the other, as frameworks do, is left alone. Its addresses are relative to either, since a proxy
 * may serve it below another path.
 */
export async function pageResponse({ request }: Call<object>): Promise<Response> {
  const { pathname } = new URL(request.url)
  const last = pathname.slice(pathname.lastIndexOf('/') + 1)
  const folder = last === '' ? 'ui/' : `./${last.replaceAll('&', '&amp;')}/ui/`
  const response = fileResponse(request, page(folder, languageFor(request)), 'html', asked)
  response.headers.append('Vary', 'Accept-Language')
  return response
}

/** One of the files that the page, or an application's, is made of. */
export async function assetResponse({
  request,
  parameters: { file },
}: Call<{ readonly file: string }>): Promise<Response | null> {
  if (!Object.hasOwn(assets, file)) return null
  // Chunks have the hash of what is in them in their name.
  const caching = /-[A-Z0-9]{8}\.js$/.test(file) ? kept : asked
  return fileResponse(request, assets[file] as string, file.split('.').at(-1) ?? '', caching)
}

function fileResponse(request: Request, text: string, type: string, caching: string): Response {
  const ETag = `W/"${createHash('sha256').update(text).digest('base64url')}"`
  const headers = headersOf({
    'Content-Security-Policy': policy,
    'Cache-Control': caching,
    ETag,
  })
  if (isKnown(request.headers.get('If-None-Match'), ETag)) {
    return new Response(null, { status: 304, headers })
  }
  headers.set('Content-Type', types[type] ?? 'application/octet-stream')
  return new Response(text, { headers })
}
