import { addRoute, createRouter, findRoute } from 'rou3'
import { withAudit } from '../context.ts'
import { errorSummary } from '../error-summary.ts'
import { invalidOption } from '../errors.ts'
import { type Authorize, authorized } from './authorize.ts'
import { readBody } from './body.ts'
import { type AuditedClient, type Call, contextOf, type Service } from './call.ts'
import { jsonResponse } from './etag.ts'
import { headersOf } from './headers.ts'
import { checkedLimits, type HandlerLimits, Places } from './limits.ts'
import { openapiRoute } from './openapi.ts'
import { parseParameters } from './parameters.ts'
import { problem, problemOf } from './problem.ts'
import { refusal } from './refusal.ts'
import type { Route } from './route.ts'
import { routes } from './routes.ts'
import type { SavedViews } from './saved-views.ts'
import { ViewLog } from './view-log.ts'

export interface AuditHandlerOptions {
  /** The Prisma client, extended with `audit()`. */
  readonly client: AuditedClient
  /**
   * Who may look, and how far: asked about every request, before anything of it is looked at. If it throws,
   * the answer is 500. It must not read the body of the request: of `request.clone()` it may.
   */
  readonly authorize: Authorize
  /** Where the handler is, as the path of requests begins. @default '/audit' */
  readonly basePath?: string | undefined
  readonly limits?: HandlerLimits | undefined
  /** Where views are kept that users of the page save. @default none; the browser keeps them */
  readonly views?: SavedViews | undefined
  /**
   * Ends what is open when it is aborted, streams and exports, and refuses others: a server that closes would wait
   * for them. @default none
   */
  readonly signal?: AbortSignal | undefined
  /**
   * Is told of errors that callers are not told of: of each 500, and of what could not be recorded.
   * @default prints the name and the message to stderr
   */
  readonly onError?: ((error: unknown, request: Request) => void) | undefined
}

export type AuditHandler = (request: Request) => Promise<Response>

/**
 * The trail over HTTP: a function that answers requests below `basePath`, whatever the framework.
 *
 * All is asked within the scope that `authorize` answers, and each access is recorded: `audit.view`,
 * `audit.export`, `audit.revert`. What cannot be recorded is not answered. It never throws.
 *
 * @throws {AuditError} `OPTION_INVALID` at once, for an option that is not as it has to be
 */
export function createAuditHandler(options: AuditHandlerOptions): AuditHandler {
  const { service, base } = checkedOptions(options)
  const table = routes(service.limits)
  const router = routerOf([...table, openapiRoute(table, base)])
  const views = new ViewLog()
  return async (request) => {
    let response: Response
    try {
      response = await answer(request, { service, base, router, views })
    } catch (error) {
      service.tell(error, request)
      response = problem('INTERNAL')
    }
    return request.method === 'HEAD' ? withoutBody(response) : response
  }
}

type Router = ReturnType<typeof routerOf>

interface Place {
  readonly service: Service
  readonly base: string
  readonly router: Router
  readonly views: ViewLog
}

async function answer(
  request: Request,
  { service, base, router, views }: Place,
): Promise<Response> {
  const scope = await authorized(service.authorize, request)
  if (scope === 401) return refusal(request, 'UNAUTHORIZED')
  if (scope === 403) return refusal(request, 'FORBIDDEN')
  const { pathname, search } = new URL(request.url)
  const isBelow = pathname === base || pathname.startsWith(`${base}/`)
  const found = isBelow ? findRoute(router, '', pathname.slice(base.length) || '/') : undefined
  if (!found) return problem('NOT_FOUND')
  const Allow = allowed(found.data)
  if (request.method === 'OPTIONS')
    return new Response(null, { status: 204, headers: headersOf({ Allow }) })
  const isHead = request.method === 'HEAD'
  const route = found.data.find(({ method }) => method === (isHead ? 'GET' : request.method))
  if (!route) return problem('METHOD_NOT_ALLOWED', {}, { Allow })
  const query = route.isQueryIgnored ? '' : search
  const given = parseParameters(route.parameters, found.params ?? {}, query)
  if ('errors' in given) return problem('PARAMETER_INVALID', { errors: given.errors })
  const body = route.body ? await readBody(request, route.body, service.limits.body) : { value: {} }
  if (body instanceof Response) return body
  const { timeout } = service.limits
  const call: Call<object> = {
    request,
    isHead,
    parameters: { ...given.value, ...body.value },
    scope,
    audit: service.client.$audit.scoped(scope, { timeout }),
    context: contextOf(scope, request),
    service,
  }
  return withAudit(call.context, () => answerRoute(route, call, views))
}

async function answerRoute(route: Route, call: Call<object>, views: ViewLog): Promise<Response> {
  const { request, parameters, service } = call
  let answered: object | null
  try {
    answered = await route.answer(call as Call<never>)
  } catch (error) {
    const refused = problemOf(error)
    if (!refused) throw error
    return refused
  }
  if (answered === null) return problem('NOT_FOUND')
  if (answered instanceof Response && !answered.ok) return answered
  const viewed = route.viewed?.(parameters as never, answered as never)
  if (viewed) {
    try {
      await views.record(call, route.name, viewed)
    } catch (error) {
      service.tell(error, request)
      if (answered instanceof Response) await answered.body?.cancel()
      return problem('UNRECORDED', {}, { 'Retry-After': '10' })
    }
  }
  return answered instanceof Response ? answered : jsonResponse(request, answered)
}

/** By path; a path has a route for each method. */
function routerOf(table: readonly Route[]) {
  const router = createRouter<readonly Route[]>()
  for (const path of new Set(table.map((route) => route.path))) {
    addRoute(
      router,
      '',
      path,
      table.filter((route) => route.path === path),
    )
  }
  return router
}

function allowed(group: readonly Route[]): string {
  const methods = group.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
  return [...methods, 'OPTIONS'].join(', ')
}

function withoutBody(response: Response): Response {
  void response.body?.cancel()
  return new Response(null, response)
}

const optionNames = ['client', 'authorize', 'basePath', 'limits', 'views', 'signal', 'onError']

const viewsMethods = ['list', 'save', 'remove'] as const

function checkedOptions(options: AuditHandlerOptions): {
  readonly service: Service
  readonly base: string
} {
  if (typeof options !== 'object' || options === null) {
    invalidOption(`createAuditHandler() takes an object of options, not \`${String(options)}\`.`)
  }
  for (const name of Object.keys(options)) {
    if (!optionNames.includes(name)) {
      invalidOption(`There is no option \`${name}\`. The options are ${optionNames.join(', ')}.`)
    }
  }
  const { client, authorize, views, signal, onError = print } = options
  if (typeof client?.$audit?.scoped !== 'function') {
    invalidOption('The option `client` has to be a Prisma client that is extended with `audit()`.')
  }
  if (typeof authorize !== 'function') {
    invalidOption(
      `The option \`authorize\` is \`${String(authorize)}\`, but it has to be a function that answers how far ` +
        "a request may look, like (request) => ({ tenants: ['acme'] }). Without one, anybody could.",
    )
  }
  if (typeof onError !== 'function') {
    invalidOption(`The option \`onError\` is \`${String(onError)}\`, but it has to be a function.`)
  }
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    invalidOption(
      `The option \`signal\` is \`${String(signal)}\`, but it has to be an AbortSignal.`,
    )
  }
  if (views !== undefined && !viewsMethods.every((name) => typeof views?.[name] === 'function')) {
    invalidOption(
      `The option \`views\` has to be an object with the methods ${viewsMethods.join(', ')}.`,
    )
  }
  const limits = checkedLimits(options.limits)
  // One listener, however many there are: Node.js warns of more than ten.
  const lasting = new Set<() => void>()
  const endAll = () => {
    for (const end of [...lasting]) end()
  }
  signal?.addEventListener('abort', endAll, { once: true })
  const service = {
    client,
    authorize,
    limits,
    views,
    lasting,
    isEnding: () => signal?.aborted ?? false,
    exports: new Places(limits.exports),
    streams: new Places(limits.streams),
    tell: (error: unknown, request: Request) => {
      try {
        onError(error, request)
      } catch (thrown) {
        print(thrown)
      }
    },
  }
  return { service, base: checkedBasePath(options.basePath ?? '/audit') }
}

/** As paths of requests begin, without the last slash. */
function checkedBasePath(path: unknown): string {
  if (typeof path !== 'string' || !/^\/[^?#\\]*$/.test(path)) {
    invalidOption(
      `The option \`basePath\` is \`${String(path)}\`, but it has to be a path like '/audit'.`,
    )
  }
  return new URL(`http://base${path}`).pathname.replace(/\/+$/, '')
}

function print(error: unknown): void {
  const { name, message } = errorSummary(error)
  console.error(`prisma-extension-audit: ${name}: ${message}`)
}
