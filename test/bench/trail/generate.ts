/**
 * The rows of a trail as an application leaves them behind, the same ones on every run.
 *
 * 1,000 tenants and 10,000 actors, few of which do the most; entities, each of one tenant, whose histories are a
 * row or many thousands; traces of 1 to 20 rows; times over two years, ascending. Values hold neither quotes nor
 * backslashes outside of JSON's own, so that no format has to escape them.
 */

/** One row, its JSON as text. */
export interface TrailRow {
  readonly seq: number
  readonly id: string
  readonly traceId: string
  readonly parentId: string | null
  /** Unix milliseconds. */
  readonly createdAt: number
  readonly action: string
  readonly outcome: string
  readonly reason: string | null
  readonly entity: string
  readonly entityId: string
  readonly actorId: string
  readonly actorType: string
  readonly actorName: string
  readonly onBehalfOf: string | null
  readonly tenantId: string
  readonly source: string
  readonly before: string | null
  readonly after: string | null
  readonly changed: string | null
  readonly tags: string
  readonly request: string
  readonly version: number
}

export interface TrailTag {
  readonly key: string
  readonly value: string
  readonly seq: number
}

export interface GeneratedRow {
  readonly row: TrailRow
  readonly tags: readonly TrailTag[]
}

export const tenants = 1_000
export const actors = 10_000
const models = ['User', 'Post', 'Product', 'Shipment', 'Contract']
const environments = ['production', 'production', 'production', 'staging']
const namespaces = 200
const flows = 50
const end = Date.UTC(2026, 0, 1)
const span = 2 * 365 * 24 * 3_600_000

export function* generateRows(count: number): Generator<GeneratedRow, void> {
  const random = randomNumbers(42)
  /** Few of them are chosen often: the higher the power, the fewer. */
  const skewed = (most: number, power: number) => Math.floor(most * random() ** power)
  const entities = Math.max(3, Math.floor(count / 20 / tenants))
  let seq = 0
  while (seq < count) {
    const actor = skewed(actors, 2)
    const tenant = actor % tenants
    const tenantId = `tenant-${tenant}`
    const pairs = tagPairs(skewed, random)
    const tags = `{${pairs.map(([key, value]) => `"${key}":"${value}"`).join(',')}}`
    const request = `{"id":"r-${seq}","ip":"10.${actor % 250}.${seq % 250}.7","method":"POST","path":"/api/v1/orders"}`
    const length = 1 + skewed(20, 3)
    let root: string | null = null
    for (let i = 0; i < length && seq < count; i++) {
      seq++
      const createdAt = end - span + Math.floor((seq / count) * span)
      const id = createdAt.toString(16).padStart(12, '0') + seq.toString(16).padStart(20, '0')
      root ??= id
      const model = models[skewed(models.length, 3)] as string
      const entityId = entityIdOf(tenant, skewed(entities, 3))
      const action = actionOf(random())
      const state = (version: number) => snapshot(entityId, tenantId, createdAt, version)
      const row: TrailRow = {
        seq,
        id,
        traceId: root,
        parentId: i === 0 ? null : root,
        createdAt,
        action,
        outcome: random() < 0.99 ? 'success' : 'failure',
        reason: random() < 0.02 ? `ticket ${seq % 977}` : null,
        entity: model,
        entityId,
        actorId: `actor-${actor}`,
        actorType: actor % 10 === 0 ? 'service' : 'user',
        actorName: `Actor ${actor}`,
        onBehalfOf: null,
        tenantId,
        source: 'client',
        before: action === 'create' ? null : state(seq - 1),
        after: action === 'delete' ? null : state(seq),
        changed: action === 'update' ? '["title","updatedAt"]' : null,
        tags,
        request,
        version: 1,
      }
      yield { row, tags: pairs.map(([key, value]) => ({ key, value, seq: row.seq })) }
    }
  }
}

/** The `n`-th entity of a tenant, the ones with most rows first. */
export function entityIdOf(tenant: number, n: number): string {
  return String(tenant * 1_000_000 + n + 1)
}

function tagPairs(
  skewed: (most: number, power: number) => number,
  random: () => number,
): [string, string][] {
  const pairs: [string, string][] = []
  if (random() < 0.6) {
    pairs.push(['env', environments[skewed(environments.length, 1)] as string])
    pairs.push(['namespace', `ns-${skewed(namespaces, 2)}`])
  }
  if (random() < 0.3) pairs.push(['flow', `flow-${skewed(flows, 1)}`])
  if (random() < 0.05) pairs.push(['ticket', `T-${skewed(1_000_000, 1)}`])
  return pairs
}

function actionOf(part: number): string {
  if (part < 0.6) return 'update'
  if (part < 0.9) return 'create'
  return part < 0.97 ? 'delete' : 'approve'
}

/** About 300 bytes. */
function snapshot(id: string, tenant: string, createdAt: number, version: number): string {
  const time = new Date(createdAt).toISOString()
  return (
    `{"id":${id},"tenantId":"${tenant}","title":"Quarterly report, draft ${version}","status":"open",` +
    `"email":"someone-${id}@example.com","amount":"${version % 10_000}.50","currency":"EUR","isActive":true,` +
    `"note":"Checked by the second team, to be released with the others","createdAt":"${time}","updatedAt":"${time}"}`
  )
}

/** mulberry32: the same numbers from 0 to 1 for the same seed. */
function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
