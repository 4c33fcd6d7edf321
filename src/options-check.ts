import { databaseShape } from './engine-options.ts'
import { invalidOption } from './errors.ts'
import type { AuditOptions } from './options.ts'
import { columnsOf } from './schema/key.ts'
import type { Model, Schema } from './schema/schema.ts'

/** The longest delay of a timer in Node.js, 24.8 days: a standalone write has no limit of its own. */
export const noLimit = 2 ** 31 - 1

const shapes: Readonly<Record<keyof AuditOptions, (value: unknown) => string | undefined>> = {
  engine: oneOf('client', 'database'),
  database: databaseShape,
  include: namesShape,
  exclude: namesShape,
  ignore: (value) => recordShape(value, namesShape),
  redact: redactShape,
  snapshots: oneOf('full', 'changed'),
  actor: (value) =>
    typeof value === 'function' || isRecord(value)
      ? undefined
      : 'an actor or a function that answers one',
  requireActor: (value) => (typeof value === 'boolean' ? undefined : 'true or false'),
  onError: oneOf('fail', 'ignore'),
  onIgnoredError: functionShape,
  onWarning: functionShape,
  transaction: (value) => recordShape(value, durationShape, ['maxWait', 'timeout']),
  actions: (value) =>
    namesShape(value) ?? ((value as string[]).includes('') ? 'a list of names' : undefined),
  reads: (value) => recordShape(value, readShape),
  executionLogModel: nameShape,
  tagModel: nameShape,
  model: nameShape,
  client: functionShape,
  id: functionShape,
  now: functionShape,
}

/**
 * @throws {AuditError} `OPTION_INVALID` for an unknown option or a value of a wrong shape.
 */
export function checkOptions(options: AuditOptions): void {
  if (!isRecord(options))
    invalidOption(`audit() takes an object of options, not \`${String(options)}\`.`)
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(shapes, name)) {
      invalidOption(
        `There is no option \`${name}\`. The options are ${Object.keys(shapes).join(', ')}.`,
      )
    }
    const expected = value === undefined ? undefined : shapes[name as keyof AuditOptions](value)
    if (expected)
      invalidOption(`The option \`${name}\` is \`${show(value)}\`, but it has to be ${expected}.`)
  }
  if (options.onError === 'ignore' && !options.onIgnoredError) {
    invalidOption(
      "`onError: 'ignore'` needs `onIgnoredError`, a function that is told of every write that passed " +
        'unrecorded: a gap in the trail is never silent.',
    )
  }
}

/**
 * Names of models and fields that the schema does not have are mistakes, not wishes.
 *
 * @throws {AuditError} `OPTION_INVALID`
 */
export function checkNames(options: AuditOptions, schema: Schema, auditModel: Model): void {
  const model = (option: string, name: string) => {
    const found = schema.models.get(name)
    if (!found || name === auditModel.name) {
      const known = [...schema.models.keys()].filter((known) => known !== auditModel.name)
      invalidOption(
        `\`${option}\` names the model \`${name}\`, but the schema has ${known.join(', ')}.`,
      )
    }
    return found
  }
  const field = (option: string, modelName: string, name: string) => {
    const models = modelName === '*' ? [...schema.models.values()] : [model(option, modelName)]
    if (!models.some((candidate) => columnsOf(candidate).some((column) => column.name === name))) {
      const where = modelName === '*' ? 'no model has' : `the model \`${modelName}\` does not have`
      invalidOption(`\`${option}\` names the field \`${name}\`, which ${where} as a column.`)
    }
  }
  for (const name of Object.keys(options.reads ?? {})) model('reads', name)
  for (const name of options.include ?? []) model('include', name)
  for (const name of options.exclude ?? []) model('exclude', name)
  for (const [modelName, names] of Object.entries(options.ignore ?? {})) {
    for (const name of names) field('ignore', modelName, name)
  }
  for (const [modelName, redactions] of Object.entries(options.redact?.fields ?? {})) {
    for (const name of Object.keys(redactions)) field('redact.fields', modelName, name)
  }
}

function redactShape(value: unknown): string | undefined {
  if (!isRecord(value)) return 'an object with defaults, hashKey, fields'
  const { defaults, hashKey, fields, ...others } = value
  if (Object.keys(others).length > 0)
    return `without \`${Object.keys(others)[0]}\`: it has defaults, hashKey, fields`
  if (defaults !== undefined && typeof defaults !== 'boolean')
    return 'with `defaults` true or false'
  if (hashKey !== undefined && !(typeof hashKey === 'string' && hashKey.length >= 16)) {
    return 'with a `hashKey` of at least 16 characters'
  }
  const redactions = oneOf('omit', 'mask', 'hash', 'keep')
  const expected =
    fields === undefined
      ? undefined
      : recordShape(fields, (byField) => recordShape(byField, redactions))
  return expected && `with \`fields\` by model and field, each ${expected}`
}

function nameShape(value: unknown) {
  return typeof value === 'string' && value !== '' ? undefined : 'the name of a model'
}

function namesShape(value: unknown): string | undefined {
  const isNames = Array.isArray(value) && value.every((name) => typeof name === 'string')
  return isNames ? undefined : 'a list of names'
}

function recordShape(
  value: unknown,
  shape: (value: unknown) => string | undefined,
  keys?: readonly string[],
): string | undefined {
  if (!isRecord(value)) return 'an object'
  const unknown = keys && Object.keys(value).find((key) => !keys.includes(key))
  if (unknown !== undefined) return `an object with ${keys?.join(' and ')}, without \`${unknown}\``
  return Object.values(value).map(shape).find(Boolean)
}

function readShape(value: unknown): string | undefined {
  const isMax = (max: unknown) => max === undefined || (Number.isInteger(max) && Number(max) > 0)
  const isOptions =
    isRecord(value) && Object.keys(value).every((key) => key === 'max') && isMax(value.max)
  return typeof value === 'boolean' || isOptions
    ? undefined
    : 'true, or an object with a `max` of at least 1, for each model'
}

function durationShape(value: unknown): string | undefined {
  const isDuration = Number.isInteger(value) && Number(value) > 0 && Number(value) <= noLimit
  return isDuration ? undefined : `a number of milliseconds from 1 to ${noLimit}`
}

function functionShape(value: unknown): string | undefined {
  return typeof value === 'function' ? undefined : 'a function'
}

function oneOf(...values: string[]): (value: unknown) => string | undefined {
  return (value) => (values.includes(value as string) ? undefined : `one of ${values.join(', ')}`)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A value for an error message; the secrets among the options are never part of it. */
function show(value: unknown): string {
  return (
    JSON.stringify(value, (name, inner) =>
      ['hashKey', 'signingKey'].includes(name) ? '...' : inner,
    ) ?? String(value)
  )
}
