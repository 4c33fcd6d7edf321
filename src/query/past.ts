import { conditions, readRows } from './rows.ts'
import type { Source } from './source.ts'
import { column, type Sql, sql, table } from './sql.ts'
import { stateAfter, stateBefore, type ToldState } from './states.ts'
import { isStateBearing, readSteps, type Step, stepsOf } from './steps.ts'
import {
  type EntityModel,
  type EntitySubject,
  exactId,
  isAnyOf,
  isExactly,
  isOf,
} from './subject.ts'

/** What the trail tells of an entity at a time. */
export interface Past {
  /** Whether it tells anything of it at all, of any time. */
  readonly isTold: boolean
  /** The step that had led to the state; `null` where the trail begins later. */
  readonly step: Step | null
  /** `null` where the entity was not there. */
  readonly state: ToldState | null
}

const untold: Past = { isTold: false, step: null, state: null }

/** The newest entry until then tells by what came after it; where there is none, the first one by what was before. */
export async function findPast(source: Source, subject: EntitySubject, at: Date): Promise<Past> {
  const { settings } = source
  const seq = column(settings, 'seq')
  const where = [...isOf(settings, subject), ...isStateBearing(settings), isUntil(source, at)]
  const entries = await readRows(source, { where, orderBy: sql`${seq} DESC`, take: 1 })
  const [newest] = await stepsOf(source, subject.model, entries)
  if (newest) return pastAfter(source, subject, newest)
  const [first] = await readSteps(source, subject, 'asc', null, 1)
  return first ? pastBefore(source, subject, first) : untold
}

/** The same of many entities of one model, by their ids. */
export async function findPasts(
  source: Source,
  model: EntityModel,
  ids: readonly string[],
  at: Date,
): Promise<Map<string, Past>> {
  const subjects = new Map(
    ids.map((entityId) => [entityId, { entity: model.model.name, entityId, model }]),
  )
  const pasts = new Map<string, Past>(ids.map((id) => [id, untold]))
  const newest = await readEnds(source, model, ids, 'MAX', [isUntil(source, at)])
  for (const [id, step] of newest) {
    const subject = subjects.get(id)
    if (subject) pasts.set(id, await pastAfter(source, subject, step))
  }
  const others = ids.filter((id) => !newest.has(id))
  for (const [id, step] of await readEnds(source, model, others, 'MIN', [])) {
    const subject = subjects.get(id)
    if (subject) pasts.set(id, await pastBefore(source, subject, step))
  }
  return pasts
}

function isUntil({ settings }: Source, at: Date): Sql {
  return sql`${column(settings, 'createdAt')} <= ${at}`
}

async function pastAfter(source: Source, subject: EntitySubject, step: Step): Promise<Past> {
  const state = step.after && (await stateAfter(source, subject, step))
  return { isTold: true, step, state }
}

async function pastBefore(source: Source, subject: EntitySubject, step: Step): Promise<Past> {
  const state = step.before && (await stateBefore(source, subject, step))
  return { isTold: true, step: null, state }
}

/** The last or the first step of each entity. */
async function readEnds(
  source: Source,
  model: EntityModel,
  ids: readonly string[],
  end: 'MAX' | 'MIN',
  further: readonly Sql[],
): Promise<Map<string, Step>> {
  if (ids.length === 0) return new Map()
  const { settings } = source
  const seq = column(settings, 'seq')
  const where = [
    isExactly(settings, 'entity', model.model.name),
    isAnyOf(settings, ids),
    ...isStateBearing(settings),
    ...further,
  ]
  const ends = sql`SELECT ${end === 'MAX' ? sql`MAX(${seq})` : sql`MIN(${seq})`} FROM ${table(settings, settings.auditModel)} e ${conditions(source, where)} GROUP BY ${exactId(settings)}`
  const entries = await readRows(source, {
    where: [sql`${seq} IN (${ends})`],
    orderBy: seq,
    take: ids.length,
  })
  const steps = await stepsOf(source, model, entries)
  return new Map(steps.map((step) => [step.entry.entityId ?? '', step]))
}
