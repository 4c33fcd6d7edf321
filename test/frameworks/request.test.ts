import { describe, expect, test } from 'vitest'
import {
  checkRequestOptions,
  contextOf,
  nodeHeaders,
  type RequestContextOptions,
  type RequestFacts,
} from '../../src/frameworks/request.ts'
import { AuditError, withAudit } from '../../src/index.ts'

type Headers = Readonly<Record<string, string | string[]>>
type Options = RequestContextOptions<{ readonly user?: string }>

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

function factsOf(headers: Headers = {}, facts: Partial<RequestFacts> = {}): RequestFacts {
  return {
    method: 'GET',
    path: '/',
    remoteAddress: '10.0.0.1',
    ...facts,
    headers: nodeHeaders(headers),
  }
}

async function requestOf(options: Options, headers?: Headers, facts?: Partial<RequestFacts>) {
  const { request } = await contextOf(options, {}, factsOf(headers, facts))
  return request ?? {}
}

describe('The address of a request', () => {
  const forwarded = (value: string) => ({ 'x-forwarded-for': value })

  test.each<[why: string, Options['trustProxy'], header: string, ip: string]>([
    ['nobody is believed', undefined, '1.1.1.1', '10.0.0.1'],
    ['no proxy is believed', 0, '1.1.1.1', '10.0.0.1'],
    ['no address is believed', [], '1.1.1.1', '10.0.0.1'],
    ['the other end is not a believed proxy', '10.0.0.2', '1.1.1.1', '10.0.0.1'],
    ['the other end is one', '10.0.0.1', '1.1.1.1', '1.1.1.1'],
    ['the other end is in a subnet', '10.0.0.0/8', '1.1.1.1', '1.1.1.1'],
    ['the other end is in a named subnet', 'uniquelocal', '1.1.1.1', '1.1.1.1'],
    ['one of several holds', ['loopback', '10.0.0.1'], '1.1.1.1', '1.1.1.1'],
    ['one of several in one text holds', 'loopback, 10.0.0.1', '1.1.1.1', '1.1.1.1'],
    ['the caller puts an address in front', '10.0.0.1', '6.6.6.6, 1.1.1.1', '1.1.1.1'],
    ['two proxies are believed', ['10.0.0.1', '2.2.2.2'], '6.6.6.6, 1.1.1.1, 2.2.2.2', '1.1.1.1'],
    ['one proxy is counted', 1, '6.6.6.6, 1.1.1.1', '1.1.1.1'],
    ['two proxies are counted', 2, '6.6.6.6, 1.1.1.1, 2.2.2.2', '1.1.1.1'],
    ['more are counted than there are', 9, '1.1.1.1', '1.1.1.1'],
    ['there is no header', 'uniquelocal', '', '10.0.0.1'],
    ['the proxy adds a port', 1, '1.1.1.1:5678', '1.1.1.1'],
    ['the proxy adds a port to IPv6', 1, '[2001:db8::1]:5678', '2001:db8::1'],
    ['IPv6 stands for IPv4', 1, '::ffff:1.1.1.1', '1.1.1.1'],
    ['there is a zone', 1, 'fe80::1%eth0', 'fe80::1'],
    ['the header holds no address', 1, "'; DROP TABLE", '10.0.0.1'],
    ['the header holds a name', 1, 'unknown', '10.0.0.1'],
    ['the header holds a number', 1, '16843009', '10.0.0.1'],
    ['only the nearest is an address', 2, 'unknown, 1.1.1.1', '1.1.1.1'],
  ])('where %s', async (_, trustProxy, header, ip) => {
    expect(await requestOf({ trustProxy }, forwarded(header))).toMatchObject({ ip })
  })

  test.each<[remoteAddress: string | undefined, ip: string | undefined]>([
    ['::ffff:127.0.0.1', '127.0.0.1'],
    ['::1', '::1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['/run/app.sock', undefined],
    [undefined, undefined],
  ])('of a connection from %s is %s', async (remoteAddress, ip) => {
    expect((await requestOf({}, forwarded('1.1.1.1'), { remoteAddress })).ip).toBe(ip)
    const trusting = { trustProxy: 'loopback' }
    const request = await requestOf(trusting, {}, { remoteAddress })
    expect(request.ip).toBe(ip)
  })

  test('behind a proxy on a socket without an address is told by the number of proxies', async () => {
    const facts = { remoteAddress: undefined }
    expect((await requestOf({ trustProxy: 1 }, forwarded('1.1.1.1'), facts)).ip).toBe('1.1.1.1')
  })

  test('is that which the framework decided, unless the option says otherwise', async () => {
    const facts = { ip: '::ffff:3.3.3.3' }
    expect((await requestOf({}, forwarded('1.1.1.1'), facts)).ip).toBe('3.3.3.3')
    expect((await requestOf({ trustProxy: 1 }, forwarded('1.1.1.1'), facts)).ip).toBe('1.1.1.1')
    expect((await requestOf({ trustProxy: 0 }, forwarded('1.1.1.1'), facts)).ip).toBe('10.0.0.1')
    const hostile = { ip: '<script>' }
    expect((await requestOf({}, forwarded('1.1.1.1'), hostile)).ip).toBe('10.0.0.1')
  })
})

describe('The id of a request', () => {
  test.each(['a', 'x'.repeat(200), '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~'])('is %s', async (id) => {
    expect((await requestOf({}, { 'x-request-id': id })).id).toBe(id)
  })

  test.each(['', ' ', 'a b', 'a\nb', 'a\0', 'é', '\u007f', 'x'.repeat(201)])(
    'is a new one instead of %j',
    async (id) => {
      const first = await requestOf({}, { 'x-request-id': id })
      const second = await requestOf({}, { 'x-request-id': id })
      expect(first.id).toMatch(uuid)
      expect(second.id).toMatch(uuid)
      expect(second.id).not.toBe(first.id)
    },
  )

  test('is that of the header which the option names, in any case', async () => {
    const headers = { 'x-correlation-id': 'a', 'x-request-id': 'b' }
    const options = { requestIdHeader: 'X-Correlation-ID' }
    expect((await requestOf(options, headers)).id).toBe('a')
    expect((await requestOf(options, { 'x-request-id': 'b' })).id).toMatch(uuid)
  })

  test('is that which the framework decided, unless the option names a header', async () => {
    const headers = { 'x-request-id': 'header' }
    expect((await requestOf({}, headers, { id: 'framework' })).id).toBe('framework')
    expect((await requestOf({}, headers, { id: 'not one' })).id).toBe('header')
    const named = { requestIdHeader: 'x-request-id' }
    expect((await requestOf(named, headers, { id: 'framework' })).id).toBe('header')
  })
})

describe('The path of a request', () => {
  test.each([
    ['/a/b?token=secret', '/a/b'],
    ['/a#token', '/a'],
    ['/a?b\n?c', '/a'],
    ['?token=secret', ''],
    ['*', '*'],
    ['http://ada:secret@example.com/a?b', '/a'],
    ['/a/http://ada', '/a/http://ada'],
    [`/${'a'.repeat(5_000)}`, `/${'a'.repeat(2_047)}`],
  ])('of %s is kept as %s', async (path, kept) => {
    expect((await requestOf({}, {}, { path })).path).toBe(kept)
  })
})

describe('What a header says', () => {
  test('of the user agent is cut', async () => {
    expect((await requestOf({}, { 'user-agent': 'x'.repeat(600) })).userAgent).toHaveLength(512)
    expect((await requestOf({})).userAgent).toBeUndefined()
  })

  const [traceId, spanId] = ['a'.repeat(32), 'b'.repeat(16)]

  test('of a trace is kept beside the trace of the audit', async () => {
    const headers = { traceparent: `00-${traceId}-${spanId}-01` }
    const context = await contextOf({}, {}, factsOf(headers))
    expect(context.request).toMatchObject({ otelTraceId: traceId, otelSpanId: spanId })
    expect(context.trace).toBeUndefined()
  })

  test.each([
    `00-${'0'.repeat(32)}-${spanId}-01`,
    `00-${traceId}-${'0'.repeat(16)}-01`,
    `00-${traceId.toUpperCase()}-${spanId}-01`,
    `00-${traceId}-${spanId}-01-more`,
    `ff-${traceId}-${spanId}-01`,
    `00-${traceId}-${spanId}`,
    `${traceId}`,
    '',
  ])('of a trace is left out where it is %s', async (traceparent) => {
    const { otelTraceId, otelSpanId } = await requestOf({}, { traceparent })
    expect([otelTraceId, otelSpanId]).toEqual([undefined, undefined])
  })

  test('twice is told once', async () => {
    const headers = { 'x-forwarded-for': ['6.6.6.6', '1.1.1.1'] }
    expect((await requestOf({ trustProxy: 1 }, headers)).ip).toBe('1.1.1.1')
  })
})

describe('The functions of the options', () => {
  test('are asked about the request, and may take their time', async () => {
    const options: Options = {
      actor: async ({ user }) => ({ id: user }),
      tenant: ({ user }) => `of ${user}`,
      tags: async ({ user }) => ({ user: user ?? null }),
    }
    expect(await contextOf(options, { user: 'ada' }, factsOf())).toMatchObject({
      actor: { id: 'ada' },
      tenant: 'of ada',
      tags: { user: 'ada' },
    })
  })

  test('may know nothing', async () => {
    const nothing = () => undefined
    const options = { actor: nothing, tenant: nothing, tags: nothing }
    const context = await contextOf(options, {}, factsOf())
    expect(context).toMatchObject({ actor: undefined, tenant: undefined, tags: undefined })
    expect(withAudit(context, () => 'runs')).toBe('runs')
  })

  test.each(['actor', 'tenant', 'tags'])('fail the request where `%s` throws', async (name) => {
    const error = new Error('The session store does not answer')
    const throws = () => {
      throw error
    }
    const rejects = () => Promise.reject(error)
    await expect(contextOf({ [name]: throws }, {}, factsOf())).rejects.toBe(error)
    await expect(contextOf({ [name]: rejects }, {}, factsOf())).rejects.toBe(error)
  })

  test('fail the request once where several of them throw', async () => {
    const actor = () => Promise.reject(new Error('first'))
    const tenant = () => {
      throw new Error('second')
    }
    await expect(contextOf({ actor, tenant }, {}, factsOf())).rejects.toThrow('first')
  })

  test.each([
    ['actor', 'ada'],
    ['actor', null],
    ['actor', { id: {} }],
    ['tenant', {}],
    ['tags', 'a:b'],
  ])('fail the request where `%s` answers %j', async (name, value) => {
    const answer = contextOf({ [name]: () => value }, {}, factsOf())
    await expect(answer).rejects.toMatchObject({ code: 'CONTEXT_INVALID' })
  })
})

describe('Options are refused', () => {
  test.each<[options: unknown, named: string]>([
    [null, '`null`'],
    ['loopback', '`loopback`'],
    [{ trustproxy: 1 }, '`trustproxy`'],
    [{ actor: { id: 1 } }, '`actor` is'],
    [{ tenant: 'acme' }, '`acme`'],
    [{ tags: {} }, '`tags` is'],
    [{ trustProxy: true }, '`true`'],
    [{ trustProxy: '' }, '``'],
    [{ trustProxy: '1' }, '`1`'],
    [{ trustProxy: 'localhost' }, '`localhost`'],
    [{ trustProxy: '10.0.0.0/99' }, '`10.0.0.0/99`'],
    [{ trustProxy: ['loopback', 7] }, '`loopback,7`'],
    [{ trustProxy: -1 }, '`-1`'],
    [{ trustProxy: 1.5 }, '`1.5`'],
    [{ trustProxy: Number.NaN }, '`NaN`'],
    [{ trustProxy: Number.POSITIVE_INFINITY }, '`Infinity`'],
    [{ trustProxy: null }, '`null`'],
    [{ requestIdHeader: '' }, '``'],
    [{ requestIdHeader: 'x request id' }, '`x request id`'],
    [{ requestIdHeader: 1 }, '`1`'],
  ])('%j, by name', (options, named) => {
    const check = () => checkRequestOptions(options as Options)
    expect(check).toThrow(AuditError)
    expect(check).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }))
    expect(check).toThrow(named)
  })

  test('unless an adapter has them of its own', () => {
    const options = { remoteAddress: () => '1.1.1.1' }
    expect(() => checkRequestOptions(options as Options)).toThrow('`remoteAddress`')
    expect(() => checkRequestOptions(options as Options, ['remoteAddress'])).not.toThrow()
  })

  test('also by a request, where an adapter did not check them', async () => {
    const answer = contextOf({ trustProxy: 'nobody' }, {}, factsOf())
    await expect(answer).rejects.toMatchObject({ code: 'OPTION_INVALID' })
  })
})
