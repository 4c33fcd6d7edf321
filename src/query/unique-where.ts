import { AuditError } from '../errors.ts'
import { MASK } from '../mask.ts'
import type { AuditedModel, Settings } from '../options.ts'
import { redactValue } from '../redact.ts'
import { type Criterion, uniqueCriterion } from '../schema/key.ts'
import { encodeValue, type JsonValue } from '../serialize.ts'
import { fieldOf } from './subject.ts'

/** A `where` of findUnique as queries on the trail take it: one unique key, and nothing else. */
export interface UniqueWhere extends Criterion {
  /** The values in the form of snapshots. */
  readonly encoded: readonly JsonValue[]
  /** Whether it is the key that entities are known by. */
  readonly isKey: boolean
}

/**
 * The model of a method, which has to be audited.
 *
 * @throws {AuditError} `QUERY_INVALID`
 */
export function auditedModel(settings: Settings, name: string, method: string): AuditedModel {
  const model = settings.models.get(name)
  if (model) return model
  throw new AuditError(
    'QUERY_INVALID',
    `\`${name}.${method}()\` was called, but the model is not audited: see \`include\` and ` +
      '`exclude` of audit(), and `@audit.exclude` in the schema.',
  )
}

/**
 * @throws {AuditError} `QUERY_INVALID` where it names no unique key, or more than one: further conditions
 * would be taken to hold, and the trail cannot tell.
 */
export function uniqueWhere(audited: AuditedModel, where: unknown, method: string): UniqueWhere {
  const { model, key: ownKey } = audited
  const place = `\`where\` of \`${model.name}.${method}()\``
  const criterion = uniqueCriterion(model, where)
  if (!criterion) {
    const keys = [model.primaryKey, ...model.uniques].flatMap((key) => key?.name ?? [])
    throw new AuditError(
      'QUERY_INVALID',
      `${place} names no unique key: give ${keys.map((name) => `\`${name}\``).join(' or ')}.`,
    )
  }
  const { key, values } = criterion
  const given = Object.entries(where as object).filter(([, value]) => value !== undefined)
  const further = given.map(([name]) => name).filter((name) => name !== key.name)
  if (further.length > 0) {
    throw new AuditError(
      'QUERY_INVALID',
      `${place} has \`${further.join('`, `')}\` beside the unique key \`${key.name}\`: give the key alone, and ` +
        'look at the answer for the rest.',
    )
  }
  const encoded = key.fields.map((name, i) => encodeValue(fieldOf(audited, name), values[i]))
  return { key, values, encoded, isKey: key.name === ownKey.name }
}

/** The values as the trail shows them; `undefined` where it does not tell one from another. */
export function shownValues(
  { hashKey }: Settings,
  { ignored, redactions }: AuditedModel,
  { key, encoded }: UniqueWhere,
): JsonValue[] | undefined {
  const shown = key.fields.map((name, i) => {
    const value = redactValue(encoded[i] ?? null, redactions.get(name), hashKey)
    return ignored.has(name) || value === MASK ? undefined : value
  })
  return shown.every((value) => value !== undefined) ? shown : undefined
}
