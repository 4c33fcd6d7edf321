import { headersOf } from './headers.ts'
import { HTTP_PROBLEMS, problem } from './problem.ts'

/** What whoever looks can do about it. */
const advice = {
  UNAUTHORIZED: 'Sign in to the application, then open this page again.',
  FORBIDDEN: 'Ask those who run the application to give you access, or sign in as somebody else.',
} as const

/**
 * The answer to whoever may not look: of what is here, or is not, it tells nothing. A browser that opens an
 * address by itself has somebody in front of it, who gets a page.
 */
export function refusal(request: Request, code: keyof typeof advice): Response {
  const isRead = request.method === 'GET' || request.method === 'HEAD'
  if (!isRead || !/\btext\/html\b/i.test(request.headers.get('Accept') ?? '')) return problem(code)
  const { status, title } = HTTP_PROBLEMS[code]
  const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>${title}</title>
  </head>
  <body>
    <main>
      <h1>${title}</h1>
      <p>${advice[code]}</p>
    </main>
  </body>
</html>
`
  const headers = headersOf({
    'Content-Type': 'text/html; charset=utf-8',
    'Cache-Control': 'no-store',
  })
  return new Response(page, { status, headers })
}
