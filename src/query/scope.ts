import type { Actor, ActorType } from '../context.ts'
import { AuditError } from '../errors.ts'
import { MASKED } from '../mask.ts'
import type { Settings } from '../options.ts'
import type { Snapshot } from '../serialize.ts'
import type { StoredEntry } from '../store.ts'
import type { Source } from './source.ts'
import { column, join, type Sql, sql } from './sql.ts'

/** How far a viewer may look into the trail. What it leaves out is not to be seen, counted or guessed. */
export interface AuditScope {
  /** The tenants whose entries may be seen; `'all'` are those of every tenant, and those without any. */
  readonly tenants: readonly string[] | 'all'
  /** The entities, by their names: `['User', 'Order']`. @default 'all' */
  readonly entities?: readonly string[] | 'all' | undefined
  /**
   * Actors by id and type, or by id whatever the type: oneself, for those who may see only what they did
   * themselves. A user and a service can have the same id. @default 'all'
   */
  readonly actors?: readonly (string | ScopedActor)[] | 'all' | undefined
  /**
   * Fields by entity, or `'*'` for every entity, whose values are not shown. What is the key of an entity names
   * it, and is shown as its id all the same: `redact` hides that. @default none
   */
  readonly masked?: Readonly<Record<string, readonly string[]>> | undefined
  /** Whether entries may be exported. @default false */
  readonly mayExport?: boolean | undefined
  /** Whether changes may be reverted. @default false */
  readonly mayRevert?: boolean | undefined
  /** Who looks: the actor of the entries that tell of it. @default the actor of the context */
  readonly viewer?: Actor | undefined
}

/** An actor by what entries keep of it. */
export interface ScopedActor {
  readonly id: string
  readonly type: ActorType
}

/**
 * The conditions that keep a query within its scope. Names are compared byte by byte: to a collation that
 * takes `acme` and `ACME` for the same, they are two tenants still.
 */
export function scopeConditions({ settings, scope }: Source): Sql[] {
  if (!scope) return []
  const { tenants, entities = 'all', actors = 'all' } = scope
  return [
    ...amongst(settings, 'tenantId', tenants),
    ...amongst(settings, 'entity', entities),
    ...ofActors(settings, actors),
  ]
}

/** Whether a scope has the entries of an entity at all; of others, not even the names of fields are told. */
export function hasEntity(scope: AuditScope | null, entity: string): boolean {
  const entities = scope?.entities ?? 'all'
  return entities === 'all' || entities.includes(entity)
}

function amongst(settings: Settings, name: string, values: readonly string[] | 'all'): Sql[] {
  if (values === 'all') return []
  if (values.length === 0) return [sql`1 = 0`]
  const named = column(settings, name)
  const condition =
    values.length === 1 ? sql`${named} = ${values[0]}` : sql`${named} IN (${join(values)})`
  if (settings.dialect.provider !== 'mysql') return [condition]
  return [
    condition,
    sql`CAST(${named} AS BINARY) IN (${join(values.map((value) => sql`CAST(${value} AS BINARY)`))})`,
  ]
}

function ofActors(settings: Settings, actors: NonNullable<AuditScope['actors']>): Sql[] {
  if (actors === 'all' || actors.every((actor) => typeof actor === 'string')) {
    return amongst(settings, 'actorId', actors as readonly string[] | 'all')
  }
  const each = actors.map((actor) => {
    const { id, type } = typeof actor === 'string' ? { id: actor, type: null } : actor
    const conditions = amongst(settings, 'actorId', [id])
    if (type) conditions.push(...amongst(settings, 'actorType', [type]))
    return sql`(${join(conditions, ' AND ')})`
  })
  return [sql`(${join(each, ' OR ')})`]
}

/** An entry without the values that its viewer may not see; that they changed is told. */
export function masked<Entry extends StoredEntry>(scope: AuditScope | null, entry: Entry): Entry {
  const names = maskedFields(scope, entry.entity)
  if (names.size === 0) return entry
  const hide = (snapshot: Snapshot | null) =>
    snapshot &&
    Object.fromEntries(
      Object.entries(snapshot).map(([name, value]) => [
        name,
        names.has(name) && value !== null ? MASKED : value,
      ]),
    )
  return { ...entry, before: hide(entry.before), after: hide(entry.after) }
}

/** The fields of an entity whose values the viewer may not see. */
export function maskedFields(scope: AuditScope | null, entity: string): ReadonlySet<string> {
  const names = scope?.masked ?? {}
  // An entity can have any name: `constructor` is one that every object has.
  const of = (name: string) => (Object.hasOwn(names, name) ? (names[name] ?? []) : [])
  return new Set([...of(entity), ...of('*')])
}

/**
 * A scope as given, copied so that nothing widens it afterwards.
 *
 * @throws {AuditError} `QUERY_INVALID` for something else: `undefined` for the tenants is not all of them
 */
export function checkedScope(scope: AuditScope): AuditScope {
  const names = ['tenants', 'entities', 'actors'] as const
  for (const name of names) {
    const value: unknown = scope?.[name]
    if (value === 'all' || (value === undefined && name !== 'tenants')) continue
    const isName = (each: unknown) =>
      typeof each === 'string' || (name === 'actors' && isScopedActor(each))
    if (Array.isArray(value) && value.every(isName)) continue
    throw new AuditError(
      'QUERY_INVALID',
      `\`${name}\` of the scope is \`${String(value)}\`, but it has to be a list of texts or 'all'; actors may be { id, type }, too.`,
    )
  }
  checkMasked(scope.masked)
  return structuredClone({ ...scope })
}

/** A text is not taken for a list of its characters. */
function checkMasked(masked: unknown): void {
  if (masked === undefined) return
  if (typeof masked !== 'object' || masked === null || Array.isArray(masked)) {
    throw new AuditError(
      'QUERY_INVALID',
      `\`masked\` of the scope is \`${String(masked)}\`, but it has to be an object: lists of fields by entity.`,
    )
  }
  for (const [entity, names] of Object.entries(masked)) {
    if (Array.isArray(names) && names.every((name) => typeof name === 'string')) continue
    throw new AuditError(
      'QUERY_INVALID',
      `\`masked.${entity}\` of the scope is \`${String(names)}\`, but it has to be a list of texts, the names of fields.`,
    )
  }
}

function isScopedActor(value: unknown): value is ScopedActor {
  const { id, type } = (value ?? {}) as Partial<ScopedActor>
  return typeof id === 'string' && typeof type === 'string'
}
