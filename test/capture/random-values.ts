import fc, { type Arbitrary } from 'fast-check'
import type { Provider } from '../database/capabilities.ts'
import { Prisma } from '../generated/postgresql/client/client.ts'

type Values = Readonly<Record<string, Arbitrary<unknown>>>

/** PostgreSQL has no NUL in texts; 40 characters fit into every `String`. */
const text = fc
  .oneof(
    fc.constantFrom('', ' ', 'NULL', '{}', '","', "\\'", 'Grüße, 世界 🎉', '\u200d', '\r\n\t'),
    fc.string({ unit: 'binary', maxLength: 40 }).map((value) => value.replaceAll('\0', '0')),
  )
  .map((value) => value.toWellFormed())

const bigInt = fc.oneof(
  fc.constantFrom(-(2n ** 63n), 2n ** 63n - 1n, 9_007_199_254_740_993n, 0n),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
)

const float = fc.oneof(
  fc.constantFrom(0, 0.1, -1.5e300, 1e308, 1e21, 1e-7),
  fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e308, max: 1e308 }),
)

/** Keys that our own encoding uses are the application's to use as well. */
const json = fc.letrec<{ value: Prisma.InputJsonValue | null }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(null, { $json: null }, { $json: { $json: 1 } }, { $json: [], b: null }, {}, []),
    text,
    fc.boolean(),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 }),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.oneof(fc.constantFrom('$json', 'null', 'a b'), text), tie('value'), {
      maxKeys: 3,
      noNullPrototype: true,
    }),
  ) as Arbitrary<Prisma.InputJsonValue | null>,
})).value

const jsonColumn = json.map((value) => value ?? Prisma.JsonNull)
const jsonOptional = fc.oneof(jsonColumn, fc.constantFrom(Prisma.JsonNull, Prisma.DbNull))
const bytes = fc.uint8Array({ maxLength: 40 })
const role = fc.constantFrom('MEMBER', 'ADMIN', 'AUDITOR')

/** From the digits that a database can keep. */
function decimal(integers: number, fractions: number): Arbitrary<string> {
  const digits = (maxLength: number) => fc.stringMatching(new RegExp(`^[0-9]{1,${maxLength}}$`))
  return fc
    .tuple(fc.constantFrom('', '-'), digits(integers), digits(fractions))
    .map(([sign, integer, fraction]) => `${sign}${integer}.${fraction}`)
}

function decimalOf(provider: Provider): Arbitrary<string> {
  return provider === 'sqlite' ? decimal(8, 7) : decimal(35, 30)
}

function date(provider: Provider): Arbitrary<Date> {
  const min = new Date(provider === 'mysql' ? '1000-01-01' : '0001-01-01')
  const max = new Date('9999-12-31T23:59:59.999Z')
  return fc.oneof(
    fc.constantFrom(min, max, new Date(0)),
    fc.date({ min, max, noInvalidDate: true }),
  )
}

function optional<T>(value: Arbitrary<T>): Arbitrary<T | null> {
  return fc.option(value, { freq: 3 })
}

/** Values for every column of `Everything`. */
export function everythingData(provider: Provider): Values {
  const dateTime = date(provider)
  const amount = decimalOf(provider)
  return {
    string: text,
    stringOpt: optional(text),
    boolean: fc.boolean(),
    booleanOpt: optional(fc.boolean()),
    int: fc.integer(),
    intOpt: optional(fc.integer()),
    bigInt,
    bigIntOpt: optional(bigInt),
    float,
    floatOpt: optional(float),
    decimal: amount,
    decimalOpt: optional(amount),
    dateTime,
    dateTimeOpt: optional(dateTime),
    json: jsonColumn,
    jsonOpt: jsonOptional,
    bytes,
    bytesOpt: optional(bytes),
    role,
    roleOpt: optional(role),
  }
}

/** Values for every column of `Native`. */
export function nativeData(provider: Provider): Values {
  const real = fc.float({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 })
  const timestamp = fc.date({
    min: new Date(provider === 'mysql' ? '1971-01-01' : '0001-01-01'),
    max: new Date(provider === 'mysql' ? '2037-12-31' : '9999-12-31'),
    noInvalidDate: true,
  })
  return {
    date: optional(date(provider)),
    time: optional(date(provider)),
    timestamp: optional(timestamp),
    char: optional(fc.string({ unit: 'grapheme-ascii', maxLength: 8 })),
    text: optional(text),
    smallInt: optional(fc.integer({ min: -32_768, max: 32_767 })),
    real: optional(real),
    uuid: optional(fc.uuid()),
    decimal: optional(decimal(12, 8)),
    plainJson: jsonOptional,
    unsigned: optional(fc.nat(provider === 'mysql' ? 4_294_967_295 : 2_147_483_647)),
    inet: optional(fc.ipV4()),
  }
}

/** Values for every column of `Lists`. */
export function listsData(): Values {
  const list = <T>(value: Arbitrary<T>) => fc.array(value, { maxLength: 4 })
  return {
    strings: list(text),
    booleans: list(fc.boolean()),
    ints: list(fc.integer()),
    bigInts: list(bigInt),
    floats: list(float),
    decimals: list(decimal(35, 30)),
    dateTimes: list(date('postgresql')),
    jsons: list(json.filter((value) => value !== null)),
    bytes: list(bytes),
    roles: list(role),
  }
}

/** The fields that may be left out of a `create`: `stringOpt` beside `string`. */
export function optionalFields(data: Values): string[] {
  return Object.keys(data).filter((name) => name.endsWith('Opt'))
}
