/**
 * What people and programs do with the orchestrator: each act is a function of where it is played.
 */
import type { Logger } from 'pino'
// An application writes: import { type Actor, type AuditContext, withAudit } from 'prisma-extension-audit'
import { type Actor, type AuditContext, withAudit } from '../../../src/index.ts'
import type { Database } from '../database.ts'
import { type Client, statusesOf } from '../executor.ts'
import type { ExecutionAction, Prisma, Resource } from '../generated/client.ts'
import { tagsOf } from '../tags.ts'
import { ada, alan, grace, katherine, pipeline, scaler } from './cast.ts'
import { between, type Chance, oneOf } from './chance.ts'

/** Where an act is played: in the past, or now. */
export interface Scene {
  readonly client: Client & Pick<Database, 'user' | 'template'>
  readonly chance: Chance
  readonly logger: Logger
  readonly now: () => Date
  /** Waits for as long as a step takes. */
  readonly pause: () => Promise<unknown>
  /** Resolves when the execution has ended; rejects where it has failed. */
  readonly execute: (resourceId: number, action: ExecutionAction) => Promise<unknown>
}

export type Act = (scene: Scene) => Promise<void>

const reasons = [
  'More orders before the weekend',
  'Latency above the objective',
  'Costs: the night shift needs less',
  'Customer asked for it by phone',
  'Follow-up of the incident review',
]

/** What is deployed most often, and what one may break. */
const services = ['checkout', 'search', 'invoicing', 'notifications', 'media']

/** In whose name, from where, and what it is about. */
export function as<T>(actor: Actor, context: AuditContext, fn: () => PromiseLike<T>): Promise<T> {
  const isPerson = actor.type === 'user'
  const request = {
    ip: isPerson ? `203.0.113.${10 + Number(actor.id)}` : '10.0.4.12',
    userAgent: isPerson ? 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0)' : `${actor.name}/4.2`,
  }
  return withAudit({ actor, request, ...context }, fn)
}

/** One that was refused is told by the trail; the story goes on. */
async function attempt(work: Promise<unknown>): Promise<void> {
  await work.catch(() => undefined)
}

async function named({ client, chance }: Scene, names = services): Promise<Resource | null> {
  return client.resource.findUnique({ where: { name: oneOf(chance, names) } })
}

const ticketOf = (chance: Chance) => ({ ticket: `OPS-${between(chance, 100, 180)}` })

/** The pipeline, after somebody has approved it, or nobody has. */
export const deploy: Act = async (scene) => {
  const { client, chance, execute } = scene
  const resource = await named(scene, [
    ...services,
    'checkout',
    'search',
    'orders-db',
    'invoicing-db',
  ])
  if (!resource || !statusesOf.deploy.from.includes(resource.status)) return
  const commit = between(chance, 0, 0xfffffff).toString(16).padStart(7, '0')
  const version = `2.${between(chance, 1, 40)}.${between(chance, 0, 9)}`
  const tags = { ...tagsOf(resource.name), version, commit }
  const subject = { entity: 'Resource', entityId: resource.id }
  const isDenied = chance() < 0.12
  const approver = oneOf(chance, [ada, grace, katherine])
  if (tags.env === 'production') {
    const outcome = isDenied ? ('denied' as const) : ('success' as const)
    const reason = isDenied ? 'The tests of this commit have not ended' : undefined
    const approval = { action: 'approve' as const, outcome, ...subject, reason }
    await as(approver, { tags }, () => client.$audit.record(approval))
    if (isDenied) return
  }
  await attempt(as(pipeline, { tags }, () => execute(resource.id, 'deploy')))
}

/** It lacks a parameter, and nobody has noticed. */
export const deployLegacy: Act = async ({ client, execute }) => {
  const name = 'legacy-cron'
  const legacy = await client.resource.findUnique({ where: { name } })
  if (!legacy) return
  await attempt(as(pipeline, { tags: tagsOf(name) }, () => execute(legacy.id, 'deploy')))
}

/** The agent, by what it measures. */
export const scale: Act = async (scene) => {
  const { client, chance } = scene
  const resource = await named(scene)
  if (!resource) return
  const config = resource.config as Prisma.JsonObject
  const before = Number(config.replicas)
  const isMore = before <= 1 || (before < 6 && chance() < 0.5)
  const load = isMore ? between(chance, 78, 97) : between(chance, 8, 24)
  const data = { config: { ...config, replicas: before + (isMore ? 1 : -1) } }
  const reason = `CPU at ${load} % for ten minutes`
  await as(scaler, { tags: tagsOf(resource.name), reason }, () =>
    client.resource.update({ where: { id: resource.id }, data }),
  )
}

/** Somebody, by hand and with a ticket. */
export const configure: Act = async (scene) => {
  const { client, chance } = scene
  const resource = await named(scene, ['orders-db', 'invoicing-db', ...services])
  if (!resource) return
  const config = resource.config as Prisma.JsonObject
  const changed =
    resource.kind === 'database'
      ? { storageGb: Number(config.storageGb) + 10 }
      : oneOf<Prisma.InputJsonObject>(chance, [
          { replicas: between(chance, 1, 5) },
          { timeout: `${between(chance, 1, 9) * 5}s` },
          { limits: { memory: `${2 ** between(chance, 0, 3)}Gi`, cpu: between(chance, 1, 4) } },
          { region: oneOf(chance, ['eu-west-1', 'eu-central-1', 'us-east-1']) },
        ])
  const tags = { ...tagsOf(resource.name), ...ticketOf(chance) }
  const data = { config: { ...config, ...changed } }
  await as(oneOf(chance, [grace, alan, katherine]), { tags, reason: oneOf(chance, reasons) }, () =>
    client.resource.update({ where: { id: resource.id }, data }),
  )
}

/** Now and then an administrator in the name of somebody else. */
export const restart: Act = async (scene) => {
  const { chance, execute } = scene
  const resource = await named(scene)
  if (!resource || !statusesOf.restart.from.includes(resource.status)) return
  const tags = { ...tagsOf(resource.name), ...ticketOf(chance) }
  const actor = chance() < 0.3 ? { ...ada, onBehalfOf: 2 } : oneOf(chance, [grace, alan])
  const reason = oneOf(chance, ['Memory leak', 'Stuck connections', 'New certificate'])
  await attempt(as(actor, { tags, reason }, () => execute(resource.id, 'restart')))
}

export const signIn: Act = async ({ client, chance }) => {
  const actor = oneOf(chance, [ada, grace, alan, katherine])
  const isDenied = chance() < 0.15
  const outcome = isDenied ? ('denied' as const) : ('success' as const)
  const tags = isDenied ? { attempt: between(chance, 1, 3) } : {}
  const subject = { entity: 'User', entityId: Number(actor.id) }
  const reason = isDenied ? 'Wrong password' : undefined
  await as(actor, { tags }, () =>
    client.$audit.record({ action: 'sign-in', outcome, ...subject, reason }),
  )
}

/** All services at once, and back. */
export const maintain: Act = async ({ client }) => {
  for (const [status, next] of [
    ['active', 'maintenance'],
    ['maintenance', 'active'],
  ] as const) {
    await as(grace, { tags: { window: 'monthly' }, reason: 'Patches of the hosts' }, () =>
      client.resource.updateMany({ where: { kind: 'service', status }, data: { status: next } }),
    )
  }
}
