import { Decimal } from '@prisma/client/runtime/client'
import { entityIdOfKey } from '../entry.ts'
import { AuditError } from '../errors.ts'
import type { AuditedModel, Settings } from '../options.ts'
import { isValueOf, type KeyValues } from '../schema/key.ts'
import type { Field } from '../schema/schema.ts'
import { decodeValue, encodeValue, type JsonValue } from '../serialize.ts'
import { compareBytes, compareIds, isNumeric } from './id-order.ts'
import { fieldOf, isConfidential, keyOfId } from './subject.ts'

/** An entity that may have been there. */
export interface Candidate {
  readonly id: string
  /** Its key, where that is known: a hashed id does not tell it. */
  readonly key?: KeyValues
}

/** A `where` on the fields of a key, as it is applied to entity ids. */
export interface KeyFilter {
  /** All that match, where the conditions name them; then `matches` need not be asked. */
  readonly named: readonly Candidate[] | null
  readonly matches: (entityId: string) => boolean
  /** An id that all which match come after. */
  readonly start: string | null
  /** Whether none that comes after an id matches. */
  readonly isBeyond: (entityId: string) => boolean
  /** What of it Prisma decides as we do, and so may look for in the table. */
  readonly where: Readonly<Record<string, unknown>>
}

/** More ids than these are not put together from lists of a composite key's values. */
const mostIds = 10_000

/**
 * @throws {AuditError} `QUERY_INVALID` for what is no condition on a field of the key
 */
export function keyFilterOf(settings: Settings, model: AuditedModel, where: unknown): KeyFilter {
  const given = Object.entries((where ?? {}) as object).filter(([, value]) => value !== undefined)
  const conditions = given.map(([name, value]) => conditionOf(model, name, value))
  const holds = (values: readonly JsonValue[]) =>
    conditions.every(({ index, test }) => test(values[index] ?? null))
  const named = namedBy(settings, model, conditions, holds)
  if (!named && conditions.length > 0 && isConfidential(model)) {
    invalid(
      `The key of \`${model.model.name}\` is confidential, so its entity ids are hashed: give the values of ` +
        `\`${model.key.fields.join('` and `')}\`, or no \`where\`.`,
    )
  }
  return {
    named,
    matches: (entityId) => {
      if (named || conditions.length === 0) return true
      const values = keyOfId(model, entityId)
      return values !== undefined && holds(values)
    },
    ...rangeOf(model, conditions),
    where: Object.fromEntries(
      conditions.flatMap(({ name, values }) => (values ? [[name, { in: values }]] : [])),
    ),
  }
}

interface KeyCondition {
  readonly name: string
  /** Of the field in the key. */
  readonly index: number
  readonly test: Test
  /** The values that it names: as they were given, in the form of snapshots. */
  readonly values: readonly unknown[] | null
  readonly encoded: readonly JsonValue[] | null
  /** Its operators, in which a range may be. */
  readonly operators: Readonly<Record<string, unknown>>
}

type Test = (value: JsonValue) => boolean

function conditionOf(
  { model, key, ...rest }: AuditedModel,
  name: string,
  given: unknown,
): KeyCondition {
  const index = key.fields.indexOf(name)
  if (index < 0) {
    invalid(
      `\`where\` of \`${model.name}.asOfMany()\` names \`${String(name)}\`, but it takes conditions on the key only: ` +
        `\`${key.fields.join('`, `')}\`.`,
    )
  }
  const field = fieldOf({ model, key, ...rest }, name)
  const place = `\`where.${name}\` of \`${model.name}.asOfMany()\``
  const operators = isOperators(given) ? given : { equals: given }
  const tests = testsOf(field, operators, place)
  const named = operators.equals === undefined ? operators.in : [operators.equals]
  const values = Array.isArray(named) ? named : null
  const encoded = values?.map((value) => storedOf(field, value, place)) ?? null
  return {
    name,
    index,
    test: (value) => tests.every((test) => test(value)),
    values,
    encoded,
    operators,
  }
}

function testsOf(
  field: Field,
  operators: Readonly<Record<string, unknown>>,
  place: string,
): Test[] {
  return Object.entries(operators).flatMap(([operator, operand]): Test[] => {
    if (operand === undefined) return []
    const list = () => {
      if (!Array.isArray(operand)) invalid(`${place}.${operator} has to be a list.`)
      return (operand as unknown[]).map((value) => storedOf(field, value, place))
    }
    const one = () => storedOf(field, operand, place)
    switch (operator) {
      case 'equals':
        return [equalTo(one())]
      case 'in':
        return [among(new Set(list().map(String)))]
      case 'notIn':
        return [not(among(new Set(list().map(String))))]
      case 'not': {
        if (!isOperators(operand)) return [not(equalTo(one()))]
        const inner = testsOf(field, operand, place)
        return [not((value) => inner.every((test) => test(value)))]
      }
      case 'gt':
      case 'gte':
      case 'lt':
      case 'lte':
        return [beyond(field, operator, one())]
      default:
        return invalid(
          `${place} has \`${operator}\`, but it takes equals, in, notIn, not, gt, gte, lt and lte.`,
        )
    }
  })
}

function equalTo(expected: JsonValue): Test {
  return (value) => String(value) === String(expected)
}

function among(expected: ReadonlySet<string>): Test {
  return (value) => expected.has(String(value))
}

function not(test: Test): Test {
  return (value) => !test(value)
}

function beyond(field: Field, operator: 'gt' | 'gte' | 'lt' | 'lte', bound: JsonValue): Test {
  const isWithin = {
    gt: (order: number) => order > 0,
    gte: (order: number) => order >= 0,
    lt: (order: number) => order < 0,
    lte: (order: number) => order <= 0,
  }[operator]
  return (value) => isWithin(compareValues(field, value, bound))
}

/** Numbers and times by their value, everything else by its bytes. */
function compareValues({ type }: Field, a: JsonValue, b: JsonValue): number {
  if (['Int', 'BigInt', 'Float', 'Decimal'].includes(type)) {
    return new Decimal(String(a)).comparedTo(new Decimal(String(b)))
  }
  if (type === 'DateTime') return Date.parse(String(a)) - Date.parse(String(b))
  return compareBytes(String(a), String(b))
}

function storedOf(field: Field, value: unknown, place: string): JsonValue {
  if (isValueOf(field, value)) return encodeValue(field, value)
  return invalid(`${place} is \`${String(value)}\`, which \`${field.name}\` cannot hold.`)
}

/** Whether a condition is made of operators, and is no value of a column such as a Date. */
function isOperators(value: unknown): value is Readonly<Record<string, unknown>> {
  return (
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
  )
}

/** Where the ids that match lie in their order, as far as the conditions tell. */
function rangeOf(
  model: AuditedModel,
  conditions: readonly KeyCondition[],
): Pick<KeyFilter, 'start' | 'isBeyond'> {
  const first = conditions.find(({ index }) => index === 0)
  const field = fieldOf(model, model.key.fields[0] ?? '')
  const isText = field.type === 'String' && model.key.fields.length === 1
  if (!first || isConfidential(model)) return { start: null, isBeyond: () => false }
  if (model.key.fields.length > 1 && first.encoded?.length === 1) {
    const start = `[${JSON.stringify(first.encoded[0])},`
    return { start, isBeyond: (id) => !id.startsWith(start) && compareBytes(id, start) > 0 }
  }
  if (!isText && !isNumeric(model)) return { start: null, isBeyond: () => false }
  const { gt, gte, lt, lte } = first.operators
  const least = gt ?? gte
  const most = lt ?? lte
  // Ids come after their own beginning, and after a smaller number.
  const before = (text: string) =>
    isText ? [...text].slice(0, -1).join('') : String(BigInt(text) - 1n)
  return {
    start: least === undefined ? null : before(String(least)),
    isBeyond: (id) => most !== undefined && compareIds(model)(id, String(most)) > 0,
  }
}

function namedBy(
  settings: Settings,
  model: AuditedModel,
  conditions: readonly KeyCondition[],
  holds: (values: readonly JsonValue[]) => boolean,
): Candidate[] | null {
  let tuples: JsonValue[][] = [[]]
  for (const index of model.key.fields.keys()) {
    const encoded = conditions.find((condition) => condition.index === index)?.encoded
    if (!encoded || tuples.length * encoded.length > mostIds) return null
    tuples = tuples.flatMap((tuple) => encoded.map((value) => [...tuple, value]))
  }
  return tuples.filter(holds).map((values) => ({
    id: entityIdOfKey(settings, model, values),
    key: values.map((value, i) => decodeValue(fieldOf(model, model.key.fields[i] ?? ''), value)),
  }))
}

function invalid(message: string): never {
  throw new AuditError('QUERY_INVALID', message)
}
