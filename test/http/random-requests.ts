import fc from 'fast-check'
import { FILTER_KEYS } from '../../src/query/filter.ts'
import type { Done } from './two-tenants.ts'

/** A request as text: what a program might send that means no good. */
export interface RandomRequest {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
}

const odd = fc.constantFrom(
  ...['', '%', '%ff', '%00', '%ED%A0%80', '%C3%28', '%2F', '%2e%2e', '..', '\\', '%5C', '%27', "'"],
  ...['"', '%22', '`', ';--', '%25', '_', '*', '-', ',', ':', '(', '🙂', '\ud800', '%F0%9F%99%82'],
  ...['null', 'undefined', 'NaN', '-1', '0', '1e309', '9007199254740993', '9'.repeat(40), '0x10'],
  ...['9223372036854775807', '9223372036854775808', '2147483648', '[]', '["a",1]', '{}', '[null]'],
  ...[
    '__proto__',
    'constructor',
    'toString',
    'a'.repeat(600),
    '%0A',
    '%0D%0A',
    '%20',
    '+',
    '#',
    '?',
  ],
)

const text = fc.oneof(
  odd,
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({ maxLength: 12 }).map(encodeURIComponent),
  fc.array(odd, { maxLength: 4 }).map((parts) => parts.join('')),
)

/** Requests of every route and beside them, about what tenants did, and about anything. */
export function randomRequest(tenants: readonly Done[]): fc.Arbitrary<RandomRequest> {
  const ids = tenants.flatMap((of) => [...of.ids, ...of.traceIds])
  const names = tenants.flatMap(({ tenant }) => [
    ...[tenant, `document-${tenant}`, `Resource-${tenant}`, `resource-${tenant}`],
    ...[`actor-${tenant}`, `execute-${tenant}`, `tag-${tenant}`, `value-${tenant}`],
  ])
  const id = fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...ids) }, text)
  const name = fc.constantFrom('Document', 'User', 'Membership', 'Credential', 'Tag', ...names)
  const word = fc.oneof({ weight: 3, arbitrary: name }, text, fc.constantFrom(...ids))
  const key = fc.oneof(fc.constantFrom<string>(...FILTER_KEYS), word)
  const time = fc.constantFrom(
    ...[
      '2030-01-01',
      '7d',
      '1h',
      '2030-01-01T00:00:00Z',
      '0001-01-01',
      '9999-12-31',
      'now',
      '999y',
    ],
    ...['2030-01-01T00%3A00%3A00Z', '+275760-09-13T00:00:00Z', '99999d', '2030-02-30', '2030-W01'],
  )
  const value = fc.oneof(word, time, text)
  const term = fc.oneof(
    fc
      .tuple(
        fc.constantFrom('', '', '-', '--'),
        key,
        fc.array(value, { minLength: 1, maxLength: 3 }),
      )
      .map(([sign, of, values]) => `${sign}${of}%3A${values.join(',')}`),
    word.map((of) => `${of}*`),
    word.map((of) => `%22${of}%22`),
    word,
  )
  const filter = fc.array(term, { maxLength: 3 }).map((terms) => terms.join('+'))
  const segment = fc.oneof(id, name.map(encodeURIComponent), text)
  const filtered = filter.map((of) => `filter=${of}`)
  const hidden = fc.oneof(
    text,
    name,
    fc.constantFrom(
      '0000-01-01T00:00:00.000Z',
      '+275760-09-13T00:00:00.000Z',
      '2030-01-01T00:00:00.000Z',
    ),
  )
  const cursor = fc.oneof(
    fc
      .tuple(fc.nat({ max: 400 }), hidden)
      .map(([seq, of]) => `${seq}.${Buffer.from(of).toString('base64url')}`),
    fc.nat({ max: 400 }).map((seq) => `${seq}.~`),
    fc.nat({ max: 400 }).map(String),
    fc.tuple(fc.nat({ max: 400 }), text).map(([before, after]) => `${before}.${after}`),
    text,
  )
  const paged = [fc.constantFrom('take=1', 'take=200'), cursor.map((of) => `cursor=${of}`)] as const
  const ordered = fc.constantFrom('order=actor', 'order=entity', 'order=action', 'direction=asc')
  const at = fc.oneof(
    { weight: 3, arbitrary: fc.constant('2099-01-01T00:00:00Z') },
    fc.constantFrom(
      '9999-12-31T23:59:59.999999999Z',
      '0000-01-01T00:00:00Z',
      '1969-12-31T23:59:60Z',
    ),
    value,
  )
  const relations = fc.oneof(name, text, fc.constantFrom('author', 'posts', 'user', '__proto__'))
  const entity = fc
    .tuple(
      fc.oneof({ weight: 4, arbitrary: name }, segment),
      fc.oneof({ weight: 4, arbitrary: name }, segment),
    )
    .map(([of, itsId]) => `/entities/${of}/${itsId}`)
  /** A path, and parameters, of which most are its own. */
  const route = (path: fc.Arbitrary<string>, ...own: readonly fc.Arbitrary<string>[]) => {
    const strange = fc.tuple(text, text).map(([before, after]) => `${before}=${after}`)
    const some = fc.oneof({ weight: 6, arbitrary: fc.subarray([...own]) }, fc.constant([strange]))
    return fc
      .tuple(
        path,
        some.chain((arbitraries) => fc.tuple(...arbitraries)),
      )
      .map(([of, pairs]) =>
        [of, pairs.join('&')].filter(Boolean).join(of.includes('?') ? '&' : '?'),
      )
  }
  const paths = fc.oneof(
    { weight: 4, arbitrary: route(fc.constant('/entries'), filtered, ordered, ...paged) },
    { weight: 2, arbitrary: route(fc.constant('/count'), filtered, fc.constant('limit=3')) },
    {
      weight: 2,
      arbitrary: route(
        fc.constant('/facets'),
        filtered,
        fc.array(key, { maxLength: 3 }).map((of) => `keys=${of.join(',')}`),
        fc.constantFrom('sample=2', 'take=1'),
      ),
    },
    {
      weight: 2,
      arbitrary: route(
        fc.constantFrom('/export?format=csv', '/export?format=ndjson'),
        filtered,
        ordered,
      ),
    },
    route(
      fc.constant('/stream'),
      filtered,
      fc.nat().map((of) => `lastEventId=${of}~${of}:1`),
    ),
    { weight: 2, arbitrary: route(id.map((of) => `/entries/${of}`)) },
    {
      weight: 2,
      arbitrary: route(fc.tuple(id, id).map(([from, to]) => `/entries/${from}/compare/${to}`)),
    },
    {
      weight: 2,
      arbitrary: route(
        id.map((of) => `/traces/${of}`),
        ...paged,
        cursor.map((of) => `logsCursor=${of}`),
      ),
    },
    {
      weight: 3,
      arbitrary: route(
        entity.map((of) => `${of}/activity`),
        fc.array(relations, { maxLength: 3 }).map((of) => `include=${of.join(',')}`),
        ...paged,
      ),
    },
    { weight: 2, arbitrary: fc.tuple(entity, at).map(([of, time]) => `${of}/as-of?at=${time}`) },
    {
      weight: 2,
      arbitrary: route(
        fc
          .tuple(entity, fc.oneof(fc.constantFrom('title', 'id', 'role'), segment))
          .map(([of, field]) => `${of}/fields/${field}`),
        ...paged,
      ),
    },
    { weight: 2, arbitrary: route(id.map((of) => `/entries/${of}/version`)) },
    {
      weight: 2,
      arbitrary: route(
        fc
          .tuple(at, at, fc.constantFrom('', '&buckets=7', '&buckets=200'))
          .map(([from, to, more]) => `/histogram?since=${from}&until=${to}${more}`),
        filtered,
      ),
    },
    {
      weight: 2,
      arbitrary: route(
        fc.constant('/histogram?since=2020-01-01T00:00:00Z&until=2099-01-01T00:00:00Z'),
        filtered,
      ),
    },
    route(fc.constantFrom('/viewer', '/views', '/ui/elements.js', '/ui/page.css')),
    route(segment.map((of) => `/ui/${of}`)),
    route(fc.constantFrom('/reverts', '/openapi.json', '', '/')),
    route(fc.array(segment, { maxLength: 5 }).map((parts) => `/${parts.join('/')}`)),
  )
  const body = fc.oneof(
    fc
      .record(
        {
          id: fc.oneof(fc.constantFrom(...ids), fc.string()),
          traceId: fc.oneof(fc.constantFrom(...ids), fc.string()),
          dryRun: fc.constantFrom(true, true, true, 'yes'),
          onConflict: fc.constantFrom('refuse', 'keep', 'revert', 'x'),
          reason: fc.string({ unit: 'binary' }),
        },
        { requiredKeys: ['dryRun'] },
      )
      .map((of) => JSON.stringify(of)),
    fc.json(),
    fc.string({ unit: 'binary' }),
  )
  const visible = fc.stringMatching(/^[!-~]{0,12}$/)
  const headers = fc.record(
    {
      'Last-Event-ID': fc.oneof(visible, fc.nat().map(String), fc.constant('5~1~:')),
      'If-None-Match': fc.oneof(visible, fc.constantFrom('*', 'W/"', '"x","y"', ',')),
      'Content-Type': fc.constantFrom('application/json', 'text/plain', 'application/jsonp'),
      Origin: fc.constantFrom('null', 'http://localhost', 'x'),
    },
    { requiredKeys: [] },
  )
  const method = fc.oneof(
    { weight: 8, arbitrary: fc.constant('GET') },
    fc.constantFrom('HEAD', 'OPTIONS', 'DELETE', 'PUT', 'POST'),
  )
  return fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({ method, path: paths, headers, body: fc.constant(undefined) }),
    },
    fc.record({
      method: fc.constantFrom('PUT', 'DELETE'),
      path: fc.constant('/views'),
      headers: headers.map((given) => ({ 'Content-Type': 'application/json', ...given })),
      body: fc.oneof(
        fc
          .record(
            {
              name: fc.oneof(word, fc.string({ unit: 'binary' })),
              query: fc.oneof(filter, fc.string()),
            },
            { requiredKeys: ['name'] },
          )
          .map((of) => JSON.stringify(of)),
        body,
      ),
    }),
    fc.record({
      method: fc.constant('POST'),
      path: fc.constant('/reverts'),
      headers: headers.map((given) => ({ 'Content-Type': 'application/json', ...given })),
      body,
    }),
  )
}
