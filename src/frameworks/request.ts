/**
 * An HTTP request becomes an audit context. Each framework has an adapter beside this file.
 */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import proxyAddr from 'proxy-addr'
import { type Actor, type AuditContext, checkContext, type TagValue } from '../context.ts'
import { AuditError } from '../errors.ts'
import { parseTraceparent } from '../propagation.ts'

type Tenant = string | number | bigint | null | undefined
type Tags = Readonly<Record<string, TagValue>> | undefined

/**
 * What an adapter takes; the same for every framework, whose own request is `Req`.
 *
 * A function that throws fails the request with its error, before any handler runs.
 */
export interface RequestContextOptions<Req> {
  /** Who makes the request; nobody is `undefined`. */
  readonly actor?: ((request: Req) => Actor | undefined | Promise<Actor | undefined>) | undefined
  readonly tenant?: ((request: Req) => Tenant | Promise<Tenant>) | undefined
  readonly tags?: ((request: Req) => Tags | Promise<Tags>) | undefined
  /**
   * Whose `X-Forwarded-For` is believed: addresses, subnets and the names `loopback`, `linklocal` and
   * `uniquelocal`, or the number of proxies in front of the application.
   *
   * @default what the framework itself answers as the address, where it does; otherwise nobody's
   */
  readonly trustProxy?: string | readonly string[] | number | undefined
  /**
   * The header that holds the request's id. A value other than 1 to 200 visible ASCII characters is
   * replaced by a random UUID.
   *
   * @default the id that the framework itself gave the request, otherwise 'x-request-id'
   */
  readonly requestIdHeader?: string | undefined
}

/** What an adapter knows of a request. */
export interface RequestFacts {
  readonly method: string
  /** A query string, which may hold secrets, is cut off. */
  readonly path: string
  /** The value of a header, by its name in lower case. */
  readonly headers: (name: string) => string | undefined
  /** The address of the other end of the connection. */
  readonly remoteAddress: string | undefined
  /** The caller's address as the framework has decided; the option `trustProxy` overrules it. */
  readonly ip?: string | undefined
  /** The request's id as the framework has decided; the option `requestIdHeader` overrules it. */
  readonly id?: string | undefined
}

/**
 * The context of a request, for `withAudit`.
 *
 * No header fails it: what is not as it has to be is left out, replaced or cut. An incoming
 * `traceparent` is kept as `request.otelTraceId` and `otelSpanId` only, so that no caller chooses the
 * trace of an audit row.
 *
 * @throws {AuditError} `OPTION_INVALID`; `CONTEXT_INVALID` when `actor`, `tenant` or `tags` answers
 * something else; and whatever they throw.
 */
export async function contextOf<Req>(
  options: RequestContextOptions<Req>,
  request: Req,
  facts: RequestFacts,
): Promise<AuditContext> {
  const trust = trustOf(options)
  // One after the other: where two of them failed at once, one rejection would be nobody's.
  const actor = await options.actor?.(request)
  const tenant = await options.tenant?.(request)
  const tags = await options.tags?.(request)
  const decided = options.trustProxy === undefined ? plainAddress(facts.ip) : undefined
  const caller = parseTraceparent(facts.headers('traceparent'))
  return checkContext({
    actor,
    tenant,
    tags,
    request: {
      id: requestId(options.requestIdHeader, facts),
      method: facts.method,
      path: pathOf(facts.path),
      ip: decided ?? forwardedAddress(trust, facts),
      userAgent: facts.headers('user-agent')?.slice(0, 512),
      otelTraceId: caller?.traceId,
      otelSpanId: caller?.spanId,
    },
  })
}

/** {@link RequestFacts.headers} of a request of Node.js. */
export function nodeHeaders(headers: IncomingHttpHeaders): RequestFacts['headers'] {
  return (name) => {
    const value = headers[name]
    return Array.isArray(value) ? value.join(', ') : value
  }
}

const optionNames = ['actor', 'tenant', 'tags', 'trustProxy', 'requestIdHeader']

/**
 * Checks the options when an adapter is set up, so that a mistake does not wait for a request.
 * `own` names what the adapter takes beyond {@link RequestContextOptions}.
 *
 * @throws {AuditError} `OPTION_INVALID`
 */
export function checkRequestOptions<Req>(
  options: RequestContextOptions<Req>,
  own: readonly string[] = [],
): void {
  if (typeof options !== 'object' || options === null) {
    invalidOption(`auditContext() takes an object of options, not \`${String(options)}\`.`)
  }
  const known = [...optionNames, ...own]
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) {
      invalidOption(`There is no option \`${name}\`. The options are ${known.join(', ')}.`)
    }
  }
  for (const name of ['actor', 'tenant', 'tags'] as const) {
    const value = options[name]
    if (value !== undefined && typeof value !== 'function') {
      invalidOption(
        `The option \`${name}\` is \`${String(value)}\`, but it has to be a function of the request.`,
      )
    }
  }
  const header = options.requestIdHeader
  if (
    header !== undefined &&
    !(typeof header === 'string' && /^[\w!#$%&'*+.^`|~-]+$/.test(header))
  ) {
    invalidOption(
      `The option \`requestIdHeader\` is \`${String(header)}\`, but it has to be the name of a header.`,
    )
  }
  trustOf(options)
}

/** Whether the proxy at `address`, `hop` steps from the application, is believed. */
type Trust = (address: string, hop: number) => boolean

const compiled = new WeakMap<object, Trust>()

function trustOf(options: Pick<RequestContextOptions<never>, 'trustProxy'>): Trust {
  const known = compiled.get(options)
  if (known) return known
  const trust = compileTrust(options.trustProxy)
  compiled.set(options, trust)
  return trust
}

function compileTrust(trustProxy: RequestContextOptions<never>['trustProxy']): Trust {
  if (trustProxy === undefined) return () => false
  if (Number.isSafeInteger(trustProxy) && Number(trustProxy) >= 0) {
    return (_, hop) => hop < Number(trustProxy)
  }
  try {
    const given = typeof trustProxy === 'string' ? trustProxy.split(',') : trustProxy
    const addresses = (given as string[]).map((address) => address.trim())
    // proxy-addr reads a bare number as an address: `1` as 0.0.0.1.
    if (addresses.every((address) => !/^\d+$/.test(address))) return proxyAddr.compile(addresses)
  } catch {
    // Told below.
  }
  return invalidOption(
    `The option \`trustProxy\` is \`${String(trustProxy)}\`, but it has to be the addresses or subnets of ` +
      "the proxies, like '10.0.0.0/8' or 'loopback', or their number, like 1.",
  )
}

/**
 * The address nearest to the caller that a believed proxy, or the connection itself, tells of. What
 * is not an address is passed over.
 */
function forwardedAddress(trust: Trust, facts: RequestFacts): string | undefined {
  // All that proxy-addr reads of a request.
  const request = {
    headers: { 'x-forwarded-for': facts.headers('x-forwarded-for') },
    socket: { remoteAddress: facts.remoteAddress },
  } as unknown as IncomingMessage
  const nearestFirst = proxyAddr.all(request, trust)
  return nearestFirst.map(plainAddress).findLast((address) => address !== undefined)
}

/** Without a port, a zone and the prefix by which IPv6 names an IPv4 address. */
function plainAddress(text: string | undefined): string | undefined {
  const withPort = /^\[(.+)\](?::\d+)?$|^([\d.]+):\d+$/.exec(text ?? '')
  const address = (withPort?.[1] ?? withPort?.[2] ?? text ?? '')
    .replace(/%.*$/, '')
    .replace(/^::ffff:(?=[\d.]+$)/i, '')
  return isIP(address) ? address : undefined
}

function requestId(header: string | undefined, facts: RequestFacts): string {
  const given = [
    header === undefined ? facts.id : undefined,
    facts.headers(header?.toLowerCase() ?? 'x-request-id'),
  ]
  return (
    given.find((id) => typeof id === 'string' && /^[!-~]{1,200}$/.test(id)) ?? crypto.randomUUID()
  )
}

/** A request may name its path as a whole URL, with a user and a password in it. */
function pathOf(target: string): string {
  return target
    .replace(/^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i, '')
    .replace(/[?#].*$/s, '')
    .slice(0, 2048)
}

function invalidOption(message: string): never {
  throw new AuditError('OPTION_INVALID', message)
}
