import { entityIdOfKey } from '../entry.ts'
import { AuditError } from '../errors.ts'
import type { AuditedModel, Settings } from '../options.ts'
import { on, type RootClient, type Transaction } from '../prisma.ts'
import { keyValues, uniqueCriterion } from '../schema/key.ts'
import type { Field } from '../schema/schema.ts'
import { encodeValue, type JsonValue } from '../serialize.ts'
import type { Store } from '../store.ts'
import { type AuditEntry, findPage, type Page, type PageOptions } from './entries.ts'

/** Where `activity()` finds what it reads. */
export interface ActivitySource {
  readonly root: RootClient
  readonly settings: Settings
  readonly store: Store
  readonly transaction: Transaction | undefined
}

/**
 * The history of one entity, newest first. `where` is that of `findUnique`; any unique key will do,
 * also after the entity was deleted.
 *
 * @throws {AuditError} `QUERY_INVALID` when the model is not audited or `where` names no unique key.
 */
export async function findActivity(
  source: ActivitySource,
  modelName: string,
  { where, ...page }: PageOptions & { readonly where: unknown },
): Promise<Page<AuditEntry>> {
  const { settings, store, transaction } = source
  const model = settings.models.get(modelName)
  if (!model) {
    throw new AuditError(
      'QUERY_INVALID',
      `\`${modelName}.activity()\` was called, but the model is not audited: see \`include\` and ` +
        '`exclude` of audit(), and `@audit.exclude` in the schema.',
    )
  }
  const entityId = await findEntityId(source, model, where)
  if (entityId === undefined) return { entries: [], nextCursor: null }
  return findPage(store, settings, transaction, { entity: modelName, entityId }, page)
}

async function findEntityId(
  source: ActivitySource,
  model: AuditedModel,
  where: unknown,
): Promise<string | undefined> {
  const { settings } = source
  const criterion = uniqueCriterion(model.model, where)
  if (!criterion) {
    const keys = [model.model.primaryKey, ...model.model.uniques].flatMap((key) => key?.name ?? [])
    throw new AuditError(
      'QUERY_INVALID',
      `\`where\` of \`${model.model.name}.activity()\` names no unique key: give ${keys.map((name) => `\`${name}\``).join(' or ')}.`,
    )
  }
  const { key, values } = criterion
  const encoded = key.fields.map((name, i) => encodeValue(fieldOf(model, name), values[i]))
  if (key.name === model.key.name) return entityIdOfKey(settings, model, encoded)
  return (await findLiving(source, model, where)) ?? findDeleted(source, model, key.fields, encoded)
}

/** Another unique key than the one entities are known by: the row tells its key. */
async function findLiving(
  { root, settings, transaction }: ActivitySource,
  model: AuditedModel,
  where: unknown,
): Promise<string | undefined> {
  const select = Object.fromEntries(model.key.fields.map((name) => [name, true]))
  const row = await on(
    transaction,
    root.delegate(model.model.name).findUnique({ where, select } as never),
  )
  if (!row) return undefined
  const values = keyValues(model.key, row as Record<string, unknown>)
  const encoded = model.key.fields.map((name, i) => encodeValue(fieldOf(model, name), values[i]))
  return entityIdOfKey(settings, model, encoded)
}

/** The row is gone: its last state is the `before` of the newest delete with these values. */
async function findDeleted(
  { settings, store, transaction }: ActivitySource,
  model: AuditedModel,
  fields: readonly string[],
  values: readonly JsonValue[],
): Promise<string | undefined> {
  const path = (name: string) => (settings.dialect.provider === 'postgresql' ? [name] : `$.${name}`)
  const [entry] = await store.read(transaction, {
    where: {
      entity: model.model.name,
      action: 'delete',
      AND: fields.map((name, i) => ({ before: { path: path(name), equals: values[i] } })),
    },
    orderBy: { seq: 'desc' },
    take: 1,
  })
  return entry?.entityId ?? undefined
}

function fieldOf(model: AuditedModel, name: string): Field {
  return model.model.fields.get(name) as Field
}
