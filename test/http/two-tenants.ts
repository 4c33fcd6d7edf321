import { executionLog, withAudit } from '../../src/index.ts'
import { type AuditedClient, entriesOf } from '../capture/audited.ts'

/** What one tenant did: of its entries everything but the form of their ids has its name in it. */
export interface Done {
  readonly tenant: string
  readonly ids: readonly string[]
  readonly traceIds: readonly string[]
  /** Its entries whose revert is possible. */
  readonly updateId: string
  readonly createId: string
}

/** A tenant's work: a run with changes and a log line in it, and an approval. */
export async function work(prisma: AuditedClient, tenant: string): Promise<Done> {
  const before = new Set((await entriesOf(prisma)).map(({ id }) => id))
  const log = executionLog(prisma)
  const context = {
    actor: { id: `actor-${tenant}`, name: `Actor of ${tenant}`, onBehalfOf: `boss-${tenant}` },
    tenant,
    tags: { [`tag-${tenant}`]: `value-${tenant}`, shared: tenant },
    reason: `reason of ${tenant}`,
    request: { ip: `ip-${tenant}`, id: `request-${tenant}` },
  }
  await withAudit(context, async () => {
    const resource = { entity: `Resource-${tenant}`, entityId: `resource-${tenant}` }
    await prisma.$audit.run(`execute-${tenant}`, resource, async () => {
      await prisma.document.create({ data: { id: `document-${tenant}`, title: `new ${tenant}` } })
      log.write({ message: `line of ${tenant}`, fields: { tenant } })
    })
    const where = { id: `document-${tenant}` }
    await prisma.document.update({ where, data: { title: `changed ${tenant}` } })
    await prisma.$audit.record({ action: 'approve', ...resource, tags: { amount: 7 } })
  })
  await log.close()
  const entries = (await entriesOf(prisma)).filter(({ id }) => !before.has(id))
  const idOf = (action: string) => entries.find((entry) => entry.action === action)?.id ?? ''
  return {
    tenant,
    ids: entries.map(({ id }) => id),
    traceIds: [...new Set(entries.map(({ traceId }) => traceId))],
    updateId: idOf('update'),
    createId: idOf('create'),
  }
}

/** Whether anything in a text is of a tenant. */
export function tellsOf({ tenant, ids, traceIds }: Done, text: string): boolean {
  return [tenant, ...ids, ...traceIds].some((part) => text.includes(part))
}
