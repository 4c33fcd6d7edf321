import { isEqualJson } from './diff.ts'
import { entityIdOfKey } from './entry.ts'
import { AuditError } from './errors.ts'
import type { AuditedModel, Settings } from './options.ts'
import { isHash, isSensitive, type Redaction, redactSnapshot } from './redact.ts'
import { entityIdOf } from './schema/key.ts'
import { encodeValue, type JsonValue, type Snapshot } from './serialize.ts'
import { storableJson } from './storable.ts'

/** The id of an entity: a key's value, or the values of a composite key in their order. */
export type EntityId = string | number | bigint | readonly (string | number | bigint)[]

/** What an event is about. */
export interface EventSubject {
  /** A model's name, or any resource type. */
  readonly entity: string
  readonly entityId?: EntityId | null | undefined
}

/**
 * The entity id as entries have it.
 *
 * @throws {AuditError} `EVENT_INVALID`
 */
export function checkedSubject(
  settings: Settings,
  { entity, entityId }: EventSubject,
): { readonly entity: string; readonly entityId: string | null } {
  if (typeof entity !== 'string' || entity === '') {
    invalid(`\`entity\` is \`${String(entity)}\`, but it has to be the name of a model or a type.`)
  }
  if (entityId === undefined || entityId === null) return { entity, entityId: null }
  const values = Array.isArray(entityId) ? entityId : [entityId]
  if (values.length === 0 || !values.every(isKeyValue)) {
    invalid(
      `\`entityId\` is \`${String(entityId)}\`, but it has to be a string, a number, or a list of these.`,
    )
  }
  const encoded = values.map((value) => (typeof value === 'bigint' ? String(value) : value))
  const model = settings.models.get(entity)
  // The id of a confidential key may be given as entries show it.
  const isKey = model && !isHash(entityId)
  return { entity, entityId: isKey ? entityIdOfKey(settings, model, encoded) : entityIdOf(encoded) }
}

/** The actions of this package, which no catalogue has to name. */
const ownActions = new Set(['revert', 'audit.view', 'audit.export', 'audit.revert'])

/**
 * @throws {AuditError} `ACTION_UNKNOWN` where the catalogue does not have it, `EVENT_INVALID` where it
 * is no name at all.
 */
export function checkAction({ actions }: Settings, action: unknown): asserts action is string {
  if (typeof action !== 'string' || action === '') {
    invalid(`\`action\` is \`${String(action)}\`, but it has to be a name.`)
  }
  if (actions && !actions.has(action) && !ownActions.has(action)) {
    throw new AuditError(
      'ACTION_UNKNOWN',
      `\`${action}\` is not among the actions of this application: ${[...actions].join(', ')}. Correct it, or add ` +
        'it to `audit({ actions })`.',
    )
  }
}

/** States that the application gives, in the form of snapshots and without what is confidential. */
export function statesOf(
  settings: Settings,
  entity: string,
  before: object | null | undefined,
  after: object | null | undefined,
): {
  readonly before: Snapshot | null
  readonly after: Snapshot | null
  readonly changed: readonly string[] | null
} {
  const given = {
    before: encoded(settings, entity, before),
    after: encoded(settings, entity, after),
  }
  const shown = {
    before: visible(settings, entity, given.before),
    after: visible(settings, entity, given.after),
  }
  if (!given.before || !given.after) return { ...shown, changed: null }
  const names = new Set([...Object.keys(given.before), ...Object.keys(given.after)])
  const changed = [...names].filter(
    (name) => !isEqualJson(given.before?.[name] ?? null, given.after?.[name] ?? null),
  )
  return { ...shown, changed }
}

function encoded(
  settings: Settings,
  entity: string,
  state: object | null | undefined,
): Snapshot | null {
  if (state === undefined || state === null) return null
  if (typeof state !== 'object' || Array.isArray(state)) {
    invalid('`before` and `after` have to be objects: the fields of the entity with their values.')
  }
  const model = settings.schema.models.get(entity)
  const entries = Object.entries(state)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => {
      const field = model?.fields.get(name)
      const isColumn = field?.kind === 'scalar' || field?.kind === 'enum'
      return [name, field && isColumn ? encodeValue(field, value) : plain(value)]
    })
  return Object.fromEntries(entries)
}

function plain(value: unknown): JsonValue {
  return (storableJson({ value }) as { readonly value?: JsonValue }).value ?? null
}

function visible(settings: Settings, entity: string, state: Snapshot | null): Snapshot | null {
  if (!state) return null
  const model = settings.models.get(entity)
  return redactSnapshot(state, (name) => redaction(settings, model, name), settings.hashKey)
}

function redaction(
  { masksCredentials }: Settings,
  model: AuditedModel | undefined,
  name: string,
): Redaction | undefined {
  if (model?.ignored.has(name)) return 'omit'
  if (model?.model.fields.has(name)) return model.redactions.get(name)
  return masksCredentials && isSensitive({ name, type: 'String' }) ? 'mask' : undefined
}

function isKeyValue(value: unknown): value is string | number | bigint {
  return ['string', 'number', 'bigint'].includes(typeof value) && value !== ''
}

function invalid(message: string): never {
  throw new AuditError('EVENT_INVALID', message)
}
