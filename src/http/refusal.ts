import { headersOf } from './headers.ts'
import { languageFor, type PageLanguage } from './page-language.ts'
import { HTTP_PROBLEMS, problem } from './problem.ts'

type Refusal = 'UNAUTHORIZED' | 'FORBIDDEN'

/** What there is to say, and what whoever looks can do about it. */
const texts: Readonly<
  Record<PageLanguage, Record<Refusal, readonly [title: string, advice: string]>>
> = {
  en: {
    UNAUTHORIZED: [
      HTTP_PROBLEMS.UNAUTHORIZED.title,
      'Sign in to the application, then open this page again.',
    ],
    FORBIDDEN: [
      HTTP_PROBLEMS.FORBIDDEN.title,
      'Ask those who run the application to give you access, or sign in as somebody else.',
    ],
  },
  zh: {
    UNAUTHORIZED: ['您尚未登录。', '请登录应用，然后重新打开此页面。'],
    FORBIDDEN: ['您无权访问。', '请向应用的管理员申请权限，或使用其他账号登录。'],
  },
}

/**
 * The answer to whoever may not look: of what is here, or is not, it tells nothing. A browser that opens an
 * address by itself has somebody in front of it, who gets a page.
 */
export function refusal(request: Request, code: Refusal): Response {
  const isRead = request.method === 'GET' || request.method === 'HEAD'
  if (!isRead || !/\btext\/html\b/i.test(request.headers.get('Accept') ?? '')) return problem(code)
  const { tag, language } = languageFor(request)
  const [title, advice] = texts[language][code]
  const page = `<!doctype html>
<html lang="${tag}">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>${title}</title>
  </head>
  <body>
    <main>
      <h1>${title}</h1>
      <p>${advice}</p>
    </main>
  </body>
</html>
`
  const headers = headersOf({
    'Content-Type': 'text/html; charset=utf-8',
    'Cache-Control': 'no-store',
  })
  headers.append('Vary', 'Accept-Language')
  return new Response(page, { status: HTTP_PROBLEMS[code].status, headers })
}
