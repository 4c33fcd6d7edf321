import fc from 'fast-check'
import { Prisma } from '../generated/postgresql/client/client.ts'
import type { Call, Unit } from './run-units.ts'

const word = fc.constantFrom('a', 'b', 'c', 'd')
const number = fc.integer({ min: 1, max: 6 })
const json = fc.oneof(
  fc.jsonValue({ maxDepth: 2, noUnicodeString: true }).filter((value) => value !== null),
  fc.constant({ $json: 1 }),
)
const optionalJson = fc.oneof(json, fc.constantFrom(Prisma.DbNull, Prisma.JsonNull))

interface Shape {
  readonly model: 'ledgerEntry' | 'price' | 'setting' | 'translation' | 'order'
  readonly key: fc.Arbitrary<Record<string, unknown>>
  readonly where: (key: Record<string, unknown>) => Record<string, unknown>
  readonly values: fc.Arbitrary<Record<string, unknown>>
  readonly filter: fc.Arbitrary<Record<string, unknown>>
  /** Writes to the key itself, far enough away not to meet the others. */
  readonly move?: Record<string, unknown>
}

const shapes: readonly Shape[] = [
  {
    model: 'ledgerEntry',
    key: fc.record({ id: number.map(BigInt) }),
    where: ({ id }) => ({ id }),
    values: fc.record({ amount: fc.bigInt({ min: -9n, max: 2n ** 62n }), memo: fc.option(word) }),
    filter: fc.record({ memo: word }),
    move: { id: { increment: 1000n } },
  },
  {
    model: 'price',
    key: fc.record({ tenantId: word, code: word }),
    where: ({ tenantId, code }) => ({ tenantId_code: { tenantId, code } }),
    values: fc.record({
      amount: fc.integer({ min: 0, max: 99 }).map((n) => n / 4),
      currency: word,
    }),
    filter: fc.record({ tenantId: word }),
  },
  {
    model: 'setting',
    key: fc.record({ key: word }),
    where: ({ key }) => ({ key }),
    values: fc.record({
      value: fc.oneof(json, fc.constant(Prisma.JsonNull)),
      note: fc.option(word),
    }),
    filter: fc.record({ note: word }),
  },
  {
    model: 'translation',
    key: fc.record({ locale: word, key: word }),
    where: ({ locale, key }) => ({ locale_key: { locale, key } }),
    values: fc.record({ text: word }),
    filter: fc.record({ locale: word }),
    move: { locale: 'moved' },
  },
  {
    model: 'order',
    key: fc.record({ id: number }),
    where: ({ id }) => ({ id }),
    values: fc.record(
      {
        select: word,
        from: word,
        group: fc.option(word),
        order: number,
        data: optionalJson,
        update: fc.boolean(),
      },
      { requiredKeys: ['select', 'from'] },
    ),
    filter: fc.record({ select: word }),
    move: { id: { increment: 1000 } },
  },
]

function callOf(shape: Shape): fc.Arbitrary<Call> {
  const { model, key, values, filter } = shape
  // Now and then with a further condition, which the row may not meet.
  const where = fc
    .tuple(key.map(shape.where), fc.option(filter))
    .map(([unique, condition]) => ({ ...condition, ...unique }))
  const row = fc.tuple(key, values).map(([k, v]) => ({ ...k, ...v }))
  const data = fc.oneof(
    { weight: 6, arbitrary: values },
    { weight: 1, arbitrary: fc.constant({}) },
    { weight: 1, arbitrary: fc.constant(shape.move ?? {}) },
  )
  const many = fc.record({ where: fc.oneof(filter, fc.constant({})), data: values })
  const call = (operation: string, args: fc.Arbitrary<Record<string, unknown>>) =>
    args.map((given) => ({ model, operation, args: given }))
  return fc.oneof(
    { weight: 4, arbitrary: call('create', fc.record({ data: row })) },
    {
      weight: 2,
      arbitrary: call('createMany', fc.record({ data: fc.array(row, { maxLength: 4 }) })),
    },
    { weight: 4, arbitrary: call('update', fc.record({ where, data })) },
    { weight: 2, arbitrary: call('updateMany', many) },
    {
      weight: 4,
      arbitrary: fc.tuple(key, where, fc.boolean(), values, values).map((parts) => {
        const [other, unique, isOther, create, update] = parts
        const own = keyOf(unique, shape)
        const args = { where: unique, create: { ...(isOther ? other : own), ...create }, update }
        return { model, operation: 'upsert', args }
      }),
    },
    { weight: 2, arbitrary: call('delete', fc.record({ where })) },
    { weight: 1, arbitrary: call('deleteMany', fc.record({ where: filter })) },
  )
}

/** The key that a `where` of {@link callOf} names. */
function keyOf(where: Record<string, unknown>, shape: Shape): Record<string, unknown> {
  const [name] = Object.keys(shape.where({})).slice(-1)
  const value = where[name as string]
  const isComposite = typeof value === 'object' && value !== null
  return isComposite ? (value as Record<string, unknown>) : { [name as string]: value }
}

export const someCall: fc.Arbitrary<Call> = fc.oneof(...shapes.map(callOf))

export const someUnit: fc.Arbitrary<Unit> = fc.record({
  mode: fc.constantFrom('standalone', 'standalone', 'interactive', 'array', 'savepoint'),
  rollback: fc.boolean(),
  calls: fc.array(someCall, { minLength: 1, maxLength: 4 }),
})

export const models = shapes.map(({ model }) => model)
