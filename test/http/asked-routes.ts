import type { Done } from './two-tenants.ts'

/** A request for what is another tenant's. */
export interface AskedRequest {
  readonly path: string
  readonly method?: string
  readonly body?: Readonly<Record<string, unknown>>
}

/** No entry has it. */
const nothing = '0'.repeat(32)

const filters = ({ tenant, ids }: Done) => [
  '',
  tenant,
  `tenant:${tenant}`,
  `-tenant:alpha`,
  `id:document-${tenant}`,
  `id:${ids[0]}`,
  `actor:actor-${tenant}`,
  `action:execute-${tenant}`,
  `tag-${tenant}:*`,
  `shared:${tenant},alpha`,
  `ip:ip-${tenant}`,
  `request:request-${tenant}`,
  `-shared:alpha`,
]

const filtered = (path: string) => (of: Done) =>
  filters(of).map((filter) => ({
    path: `${path}${path.includes('?') ? '&' : '?'}filter=${encodeURIComponent(filter)}`,
  }))

/** Each route asked for what is a tenant's, by the route's name: a new route needs its own. */
export const asked: Readonly<Record<string, (of: Done) => readonly AskedRequest[]>> = {
  page: ({ tenant }) => [{ path: '' }, { path: '/' }, { path: `/?filter=tenant:${tenant}` }],
  asset: () => [{ path: '/ui/elements.js' }, { path: '/ui/page.css' }],
  viewer: () => [{ path: '/viewer' }],
  entries: (of) => [
    ...filtered('/entries')(of),
    { path: '/entries?order=actor&direction=asc' },
    { path: '/entries?order=entity&take=200' },
    { path: '/entries?take=1&cursor=1000000' },
  ],
  entry: ({ ids }) => ids.map((id) => ({ path: `/entries/${id}` })),
  version: ({ ids }) => ids.map((id) => ({ path: `/entries/${id}/version` })),
  compare: ({ createId, updateId }) => [
    { path: `/entries/${createId}/compare/${updateId}` },
    { path: `/entries/${updateId}/compare/${updateId}` },
  ],
  trace: ({ traceIds }) =>
    traceIds.flatMap((id) => [{ path: `/traces/${id}` }, { path: `/traces/${id}?cursor=0` }]),
  activity: ({ tenant }) => [
    { path: `/entities/Document/document-${tenant}/activity` },
    { path: `/entities/Resource-${tenant}/resource-${tenant}/activity` },
  ],
  'as-of': ({ tenant }) => [
    { path: `/entities/Document/document-${tenant}/as-of?at=2099-01-01T00:00:00Z` },
  ],
  field: ({ tenant }) => [{ path: `/entities/Document/document-${tenant}/fields/title` }],
  facets: (of) => [...filtered('/facets')(of), { path: `/facets?keys=tag-${of.tenant},tenant` }],
  count: filtered('/count'),
  histogram: filtered('/histogram?since=2000-01-01T00:00:00Z&until=2100-01-01T00:00:00Z'),
  views: () => [{ path: '/views' }],
  'save-view': ({ tenant }) => [
    { path: '/views', method: 'PUT', body: { name: tenant, query: `filter=tenant:${tenant}` } },
  ],
  'remove-view': ({ tenant }) => [{ path: '/views', method: 'DELETE', body: { name: tenant } }],
  export: (of) => [
    ...filtered('/export?format=csv')(of),
    ...filtered('/export?format=ndjson&order=entity')(of),
  ],
  // From the beginning of the trail; what the test ends it by matches both.
  stream: ({ tenant }) => [
    { path: '/stream?lastEventId=0' },
    { path: `/stream?lastEventId=0&filter=-shared:${tenant}` },
  ],
  revert: ({ createId, updateId, traceIds }) =>
    [{ id: createId }, { id: updateId }, ...traceIds.map((traceId) => ({ traceId }))].flatMap(
      (target) => [
        { path: '/reverts', body: target },
        { path: '/reverts', body: { ...target, dryRun: true } },
        { path: '/reverts', body: { ...target, onConflict: 'revert' } },
      ],
    ),
  openapi: () => [{ path: '/openapi.json' }],
}

/** The same requests for what does not exist. */
export function askedForNothing(route: string, of: Done): readonly AskedRequest[] {
  const none = {
    tenant: 'nobody',
    ids: of.ids.map(() => nothing),
    traceIds: of.traceIds.map(() => nothing),
    updateId: nothing,
    createId: nothing,
  }
  return asked[route]?.(none) ?? []
}

/** A text with the names of nobody in place of a tenant's, as requests for nothing have them. */
export function renamed(of: Done, text: string): string {
  const ids = [...of.ids, ...of.traceIds]
  return ids
    .reduce((shown, id) => shown.replaceAll(id, nothing), text)
    .replaceAll(of.tenant, 'nobody')
}
