import fc from 'fast-check'
import type { Call, Unit } from '../capture/run-units.ts'
import type { Capability } from '../database/capabilities.ts'

type Values = Record<string, unknown>
type Some<T = unknown> = fc.Arbitrary<T>

interface Column {
  /** Values that rows often have: what a criterion or a foreign key names. */
  readonly value: Some
  /** Values of new rows. @default the same */
  readonly fresh?: Some
  /** Made by the database where it is not given; only unchecked inputs take it. */
  readonly isGenerated?: true
  readonly hasDefault?: true
  /** Identifies rows, so it is changed less often. */
  readonly isKey?: true
}

interface Relation {
  readonly target: ModelName
  /** The relation field on the other side. */
  readonly inverse: string
  readonly isList?: true
  /** Many-to-many, without a model. */
  readonly isLink?: true
  /** On the side with the foreign key: each of its fields, with the one that it refers to. */
  readonly references?: Readonly<Record<string, string>>
  readonly isRequired?: true
}

interface Shape {
  /** How often the model is called. */
  readonly weight: number
  /** But for foreign keys, which are of the relations. */
  readonly columns: Readonly<Record<string, Column>>
  /** Unique criteria by the name that a `where` gives them. */
  readonly uniques: Readonly<Record<string, readonly string[]>>
  readonly relations: Readonly<Record<string, Relation>>
}

const word = fc.constantFrom('a', 'b', 'c', 'd')
const amount = fc.integer({ min: 0, max: 9 })
const id: Column = {
  value: fc.integer({ min: 1, max: 5 }),
  fresh: fc.integer({ min: 1, max: 30 }),
  isGenerated: true,
  isKey: true,
}
const payload: Column = { value: word }
const optionalPayload: Column = { value: word, hasDefault: true }
const optionalAmount: Column = { value: amount, hasDefault: true }

/** Few values that often meet, and more for new rows. */
function key(letters: string, more: string): Column {
  return {
    value: fc.constantFrom(...letters),
    fresh: fc.constantFrom(...letters, ...more),
    isKey: true,
  }
}

/** The models of `schema.prisma`. */
const shapes = {
  person: {
    weight: 6,
    columns: {
      id,
      email: key('abcde', 'fghijklmnop'),
      name: optionalPayload,
      rank: optionalAmount,
    },
    uniques: { id: ['id'], email: ['email'] },
    relations: {
      badge: { target: 'badge', inverse: 'person' },
      passport: { target: 'passport', inverse: 'person' },
      written: { target: 'book', inverse: 'author', isList: true },
      reviewed: { target: 'book', inverse: 'reviewer', isList: true },
      manager: { target: 'person', inverse: 'reports', references: { managerId: 'id' } },
      reports: { target: 'person', inverse: 'manager', isList: true },
      friends: { target: 'person', inverse: 'friendOf', isList: true, isLink: true },
      friendOf: { target: 'person', inverse: 'friends', isList: true, isLink: true },
      loans: { target: 'loan', inverse: 'person', isList: true },
      mails: { target: 'mail', inverse: 'person', isList: true },
    },
  },
  badge: {
    weight: 2,
    columns: { id, code: key('abcd', 'efghijklmnop') },
    uniques: { id: ['id'], code: ['code'], personId: ['personId'] },
    relations: { person: { target: 'person', inverse: 'badge', references: { personId: 'id' } } },
  },
  passport: {
    weight: 2,
    columns: { id: key('abcd', 'efghijklmnop'), number: payload },
    uniques: { id: ['id'], personId: ['personId'] },
    relations: {
      person: {
        target: 'person',
        inverse: 'passport',
        references: { personId: 'id' },
        isRequired: true,
      },
    },
  },
  mail: {
    weight: 2,
    columns: { id, subject: payload },
    uniques: { id: ['id'] },
    relations: {
      person: {
        target: 'person',
        inverse: 'mails',
        references: { address: 'email' },
        isRequired: true,
      },
    },
  },
  book: {
    weight: 6,
    columns: { id, title: payload, pages: optionalAmount },
    uniques: { id: ['id'] },
    relations: {
      author: {
        target: 'person',
        inverse: 'written',
        references: { authorId: 'id' },
        isRequired: true,
      },
      reviewer: { target: 'person', inverse: 'reviewed', references: { reviewerId: 'id' } },
      genres: { target: 'genre', inverse: 'books', isList: true, isLink: true },
      chapters: { target: 'chapter', inverse: 'book', isList: true },
      loans: { target: 'loan', inverse: 'book', isList: true },
      shelf: { target: 'shelf', inverse: 'books', references: { shelfId: 'id' } },
    },
  },
  shelf: {
    weight: 2,
    columns: { id, label: payload },
    uniques: { id: ['id'] },
    relations: { books: { target: 'book', inverse: 'shelf', isList: true } },
  },
  genre: {
    weight: 3,
    columns: { code: key('abcd', 'efghijkl'), label: payload },
    uniques: { code: ['code'] },
    relations: { books: { target: 'book', inverse: 'genres', isList: true, isLink: true } },
  },
  chapter: {
    weight: 3,
    columns: {
      number: {
        value: fc.integer({ min: 1, max: 3 }),
        fresh: fc.integer({ min: 1, max: 9 }),
        isKey: true,
      },
      title: payload,
    },
    uniques: { bookId_number: ['bookId', 'number'] },
    relations: {
      book: {
        target: 'book',
        inverse: 'chapters',
        references: { bookId: 'id' },
        isRequired: true,
      },
      notes: { target: 'note', inverse: 'chapter', isList: true },
    },
  },
  note: {
    weight: 2,
    columns: { id, text: payload },
    uniques: { id: ['id'] },
    relations: {
      chapter: {
        target: 'chapter',
        inverse: 'notes',
        references: { bookId: 'bookId', number: 'number' },
      },
    },
  },
  loan: {
    weight: 2,
    columns: { days: optionalAmount },
    uniques: { loan: ['personId', 'bookId'] },
    relations: {
      person: {
        target: 'person',
        inverse: 'loans',
        references: { personId: 'id' },
        isRequired: true,
      },
      book: { target: 'book', inverse: 'loans', references: { bookId: 'id' }, isRequired: true },
    },
  },
  folder: {
    weight: 3,
    columns: { id, name: payload },
    uniques: { id: ['id'] },
    relations: {
      parent: { target: 'folder', inverse: 'children', references: { parentId: 'id' } },
      children: { target: 'folder', inverse: 'parent', isList: true },
    },
  },
  country: {
    weight: 2,
    columns: { id, name: payload },
    uniques: { id: ['id'], capitalId: ['capitalId'] },
    relations: {
      capital: { target: 'city', inverse: 'capitalOf', references: { capitalId: 'id' } },
      cities: { target: 'city', inverse: 'country', isList: true },
    },
  },
  city: {
    weight: 2,
    columns: { id, name: payload },
    uniques: { id: ['id'] },
    relations: {
      country: {
        target: 'country',
        inverse: 'cities',
        references: { countryId: 'id' },
        isRequired: true,
      },
      capitalOf: { target: 'country', inverse: 'capital' },
    },
  },
  account: {
    weight: 1,
    columns: { id, name: payload },
    uniques: { id: ['id'] },
    relations: { entries: { target: 'payment', inverse: 'account', isList: true } },
  },
  payment: {
    weight: 1,
    columns: { id, amount: { value: amount } },
    uniques: { id: ['id'] },
    relations: {
      account: {
        target: 'account',
        inverse: 'entries',
        references: { accountId: 'id' },
        isRequired: true,
      },
    },
  },
} as const satisfies Record<string, { readonly [Name in keyof Shape]: unknown }>

export type ModelName = keyof typeof shapes

export const models = Object.keys(shapes) as ModelName[]

/** The fields of a model's key, in the order of its id. */
export function keyFields(model: ModelName): readonly string[] {
  return Object.values(shapeOf(model).uniques)[0] ?? []
}

/** Fields that hold the time of writing. */
export const timeFields = ['updatedAt'] as const

/**
 * Calls that the audited client answers in another way, which are not made; each is a limit that the
 * README states.
 *
 * Prisma refuses an array of calls before it sends any, where it can tell so from one of them alone,
 * like P2014 for a required relation. The audited client sends them in turn, and fails with the
 * error of the first that fails.
 */
function differs({ args }: Call, mode: Unit['mode']): boolean {
  return mode === 'array' && JSON.stringify(args).includes('"disconnect"')
}

/**
 * The calls that one database can take.
 *
 * Which rows a `limit` leaves out is for the database to choose, so two databases can differ in it;
 * without `anyLimit`, one has only limits that leave out all or none.
 */
export function randomCalls(
  can: Readonly<Record<Capability, boolean>>,
  { anyLimit = false }: { readonly anyLimit?: boolean } = {},
): {
  readonly someCall: Some<Call>
  readonly someUnit: Some<Unit>
} {
  const { someCall } = new Calls(can, anyLimit)
  const units = fc.record({
    mode: fc.oneof(
      { weight: 4, arbitrary: fc.constant('standalone' as const) },
      { weight: 5, arbitrary: fc.constantFrom('interactive', 'caught', 'array', 'savepoint') },
    ) as Some<Unit['mode']>,
    rollback: fc.integer({ min: 0, max: 3 }).map((value) => value === 3),
    calls: fc.array(someCall, { minLength: 1, maxLength: 4, size: 'max' }),
  })
  const someUnit = units.map((unit) => ({
    ...unit,
    calls: unit.calls.filter((call) => !differs(call, unit.mode)),
  }))
  return { someCall, someUnit }
}

class Calls {
  readonly #can: Readonly<Record<Capability, boolean>>
  readonly #limit: Some<number>
  /** Arbitraries that are made once: by levels and relations they would be thousands. */
  readonly #made = new Map<string, Some>()
  readonly someCall: Some<Call>

  constructor(can: Readonly<Record<Capability, boolean>>, anyLimit: boolean) {
    this.#can = can
    this.#limit = anyLimit ? fc.integer({ min: 0, max: 3 }) : fc.constantFrom(0, 1000)
    const calls = models.map((model) => ({
      weight: shapeOf(model).weight,
      arbitrary: this.#call(model),
    }))
    this.someCall = fc.oneof(...calls)
  }

  #call(model: ModelName): Some<Call> {
    const depth = 3
    const where = this.#where(model)
    const filter = this.#filter(model, 1)
    const data = this.#updateData(model, depth)
    const rows = fc.oneof(
      { weight: 4, arbitrary: this.#rows(model, 4) },
      { weight: 1, arbitrary: this.#row(model) },
    )
    const limit = this.#rarely(this.#limit, 6)
    const many = record({ where: filter, data: this.#bulkUpdate(model), limit }).map(defined)
    const skipDuplicates = this.#can.skipDuplicates
      ? this.#rarely(fc.boolean(), 4)
      : fc.constant(undefined)
    const insert = record({ data: rows, skipDuplicates }).map(defined)
    const answer = this.#answer(model)
    const single = (args: Some<Values>) => merged(args, answer)
    const operations: [number, string, Some<Values>][] = [
      [8, 'create', single(record({ data: this.#createData(model, depth) }))],
      [2, 'createMany', insert],
      [10, 'update', single(record({ where, data }))],
      [2, 'updateMany', many],
      [5, 'upsert', single(this.#whereCreate(model, depth, { update: data }))],
      [2, 'delete', single(record({ where }))],
      [1, 'deleteMany', record({ where: filter, limit }).map(defined)],
    ]
    if (this.#can.returning) {
      operations.push([1, 'createManyAndReturn', insert], [1, 'updateManyAndReturn', many])
    }
    return weighted(
      operations.map(([weight, operation, given]) => [
        weight,
        given.map((args) => ({ model, operation, args })),
      ]),
    )
  }

  /** What a call may ask for beside the row. */
  #answer(model: ModelName): Some<Values> {
    const { relations } = shapeOf(model)
    const include = fc.constantFrom(...Object.keys(relations)).map((name) => ({
      include: { [name]: true },
    }))
    const [field] = keyFields(model)
    return weighted<Values>([
      [8, fc.constant({})],
      [1, include],
      [1, fc.constant({ select: { [field as string]: true } })],
    ])
  }

  /** A unique criterion, now and then with a further condition, which the row may not meet. */
  #where(model: ModelName): Some<Values> {
    return this.#once(`where ${model}`, () => {
      const criteria = Object.entries(shapeOf(model).uniques).map(([name, fields]) => {
        const values = record(
          Object.fromEntries(fields.map((field) => [field, this.#value(model, field)])),
        )
        return fields.length === 1 ? values : values.map((key) => ({ [name]: key }))
      })
      const more = this.#rarely(this.#scalarFilter(model), 10).map((AND) => defined({ AND }))
      return merged(more, fc.oneof(...criteria))
    })
  }

  #scalarFilter(model: ModelName): Some<Values> {
    return this.#once(`scalar filter ${model}`, () => {
      const fields = this.#fields(model).map((name) => {
        const value = this.#value(model, name)
        const condition = weighted<unknown>([
          [3, value],
          [1, value.map((not) => ({ not }))],
          [1, value.map((gte) => ({ gte }))],
          [1, fc.array(value, { maxLength: 3 }).map((list) => ({ in: list }))],
        ])
        return condition.map((given) => ({ [name]: given }))
      })
      const one = fc.oneof(...fields)
      return weighted<Values>([
        [5, one],
        [1, fc.tuple(one, one).map((OR) => ({ OR }))],
        [1, one.map((NOT) => ({ NOT }))],
      ])
    })
  }

  #filter(model: ModelName, depth: number): Some<Values> {
    return this.#once(`filter ${model} ${depth}`, () => {
      const { relations } = shapeOf(model)
      if (depth === 0) return this.#scalarFilter(model)
      const related = Object.entries(relations).map(([name, { target, isList }]) => {
        const inner = this.#filter(target, depth - 1)
        const word = isList ? ['some', 'none', 'every'] : ['is', 'isNot']
        return fc
          .tuple(fc.constantFrom(...word), inner)
          .map(([is, condition]) => ({ [name]: { [is]: condition } }))
      })
      return weighted<Values>([
        [1, fc.constant({})],
        [6, this.#scalarFilter(model)],
        [3, fc.oneof(...related)],
      ])
    })
  }

  /** The scalars of a new row: what `createMany` takes. */
  #row(model: ModelName, parent?: string): Some<Values> {
    return this.#once(`row ${model} ${parent}`, () => {
      const { columns, relations } = shapeOf(model)
      const foreign = Object.entries(relations)
        .filter(([name, { references }]) => references && name !== parent)
        .map(([, relation]) => this.#foreignKey(relation))
      return merged(this.#scalars(columns, true), ...foreign)
    })
  }

  /**
   * Rows with the same columns: of others Prisma makes a statement for each set of columns, in an
   * order that differs from call to call, so which error and which generated ids come is chance.
   */
  #rows(model: ModelName, maxLength: number, parent?: string): Some<Values[]> {
    return fc.array(this.#row(model, parent), { maxLength }).map((rows) => {
      const isEverywhere = (name: string) => rows.every((row) => Object.hasOwn(row, name))
      return rows.map((row) =>
        Object.fromEntries(Object.entries(row).filter(([name]) => isEverywhere(name))),
      )
    })
  }

  #scalars(columns: Shape['columns'], isUnchecked: boolean): Some<Values> {
    const given = Object.entries(columns).map(([name, column]) => {
      const { value, fresh = value, isGenerated, hasDefault } = column
      if (isGenerated && !isUnchecked) return fc.constant({})
      const field = fresh.map((chosen) => ({ [name]: chosen }))
      if (!isGenerated && !hasDefault) return field
      return weighted<Values>([
        [isGenerated ? 2 : 1, field],
        [1, fc.constant({})],
      ])
    })
    return merged(...given)
  }

  /** All fields of a foreign key, or none, or NULL. */
  #foreignKey({ target, references = {}, isRequired }: Relation): Some<Values> {
    const given = record(
      Object.fromEntries(
        Object.entries(references).map(([name, field]) => [name, this.#value(target, field)]),
      ),
    )
    if (isRequired) return given
    const none = Object.fromEntries(Object.keys(references).map((name) => [name, null]))
    return weighted<Values>([
      [2, given],
      [2, fc.constant({})],
      [1, fc.constant(none)],
    ])
  }

  /** With nested writes. A checked input has relations where an unchecked one has foreign keys. */
  #createData(model: ModelName, depth: number, parent?: string): Some<Values> {
    return this.#once(`create ${model} ${depth} ${parent}`, () => {
      const { columns, relations } = shapeOf(model)
      const others = Object.entries(relations).filter(([name]) => name !== parent)
      const nested = (list: typeof others) =>
        this.#few(
          list.map(([name, relation]) => [name, () => this.#nestedCreate(relation, depth - 1)]),
          depth,
        )
      const required = others
        .filter(([, { isRequired }]) => isRequired)
        .map(([name, relation]) =>
          this.#nestedCreate(relation, depth - 1).map((given) => ({ [name]: given })),
        )
      const checked = merged(
        this.#scalars(columns, false),
        nested(others.filter(([, { isRequired }]) => !isRequired)),
        ...required,
      )
      const unchecked = merged(
        this.#row(model, parent),
        nested(others.filter(([, { references }]) => !references)),
      )
      return weighted<Values>([
        [3, unchecked],
        [2, checked],
      ])
    })
  }

  #nestedCreate(relation: Relation, depth: number): Some<Values> {
    return this.#once(`nested create ${nameOf(relation)} ${depth}`, () => {
      const { target, inverse, isList } = relation
      const many = this.#oneOrMany(isList)
      const verbs: [number, string, () => Some][] = [
        [5, 'connect', () => many(this.#where(target))],
      ]
      if (depth > 0) {
        verbs.push(
          [4, 'create', () => this.#creates(relation, depth)],
          [3, 'connectOrCreate', () => many(this.#whereCreate(target, depth, {}, inverse))],
        )
      }
      if (this.#takesMany(relation)) verbs.push([2, 'createMany', () => this.#inserts(relation)])
      return this.#verbs(verbs, isList)
    })
  }

  #updateData(model: ModelName, depth: number, parent?: string): Some<Values> {
    return this.#once(`update ${model} ${depth} ${parent}`, () => {
      const { columns, relations } = shapeOf(model)
      const others = Object.entries(relations).filter(([name]) => name !== parent)
      const nested = (list: typeof others) =>
        this.#few(
          list.map(([name, relation]) => [name, () => this.#nestedUpdate(relation, depth - 1)]),
          depth + 1,
        )
      const back = others.filter(([, { references }]) => !references)
      const checked = merged(this.#newScalars(columns, false), nested(others))
      const unchecked = merged(this.#rowUpdate(model, parent), nested(back))
      return weighted<Values>([
        [1, fc.constant({})],
        [10, checked],
        [10, unchecked],
      ])
    })
  }

  /**
   * New scalars of many rows. Not a key made of the one before: whether rows meet on their way
   * depends on the order in which the database takes them.
   */
  #bulkUpdate(model: ModelName, parent?: string): Some<Values> {
    const keys = Object.entries(shapeOf(model).columns)
      .filter(([, { isKey }]) => isKey)
      .map(([name]) => name)
    return this.#rowUpdate(model, parent).map((data) =>
      Object.fromEntries(
        Object.entries(data).filter(
          ([name, value]) => !(keys.includes(name) && isObject(value) && !('set' in value)),
        ),
      ),
    )
  }

  /** New scalars of a row, foreign keys too: what `updateMany` takes. */
  #rowUpdate(model: ModelName, parent?: string): Some<Values> {
    return this.#once(`row update ${model} ${parent}`, () => {
      const { columns, relations } = shapeOf(model)
      const foreign = Object.entries(relations)
        .filter(([name, { references }]) => references && name !== parent)
        .map(([, relation]) => {
          const key = relation.isRequired
            ? this.#rarely(this.#foreignKey(relation), 3).map((given) => given ?? {})
            : this.#foreignKey(relation)
          return this.#rarely(key, 3).map((given) => given ?? {})
        })
      return merged(this.#newScalars(columns, true), ...foreign)
    })
  }

  #newScalars(columns: Shape['columns'], isUnchecked: boolean): Some<Values> {
    const given = Object.entries(columns).map(([name, column]) => {
      const { value, fresh = value, isGenerated, isKey } = column
      if (isGenerated && !isUnchecked) return fc.constant({})
      const number = fc.constantFrom({ increment: 1 }, { increment: 20 }, { decrement: 1 })
      const isNumber = typeof fc.sample(value, { numRuns: 1, seed: 1 })[0] === 'number'
      const chosen = weighted<unknown>([
        [5, fresh],
        [1, fresh.map((set) => ({ set }))],
        [isNumber ? 2 : 0, number],
      ])
      return this.#rarely(chosen, isKey ? 8 : 2).map((to) => defined({ [name]: to }))
    })
    return merged(...given)
  }

  #nestedUpdate(relation: Relation, depth: number): Some<Values> {
    return this.#once(`nested update ${nameOf(relation)} ${depth}`, () => {
      const { target, inverse, isList, isRequired } = relation
      const many = this.#oneOrMany(isList)
      const where = this.#where(target)
      const verbs: [number, string, () => Some][] = [[5, 'connect', () => many(where)]]
      const data = () => this.#updateData(target, depth, inverse)
      if (depth > 0) {
        verbs.push(
          [4, 'create', () => this.#creates(relation, depth)],
          [3, 'connectOrCreate', () => many(this.#whereCreate(target, depth, {}, inverse))],
        )
      }
      if (this.#takesMany(relation)) verbs.push([2, 'createMany', () => this.#inserts(relation)])
      if (isList) {
        const filter = this.#scalarFilter(target)
        const changes = () => record({ where: filter, data: this.#bulkUpdate(target, inverse) })
        verbs.push(
          [3, 'set', () => many(where)],
          [1, 'set', () => fc.constant([])],
          [3, 'disconnect', () => many(where)],
          [2, 'delete', () => many(where)],
          [4, 'updateMany', () => many(changes())],
          [2, 'deleteMany', () => many(filter)],
        )
        if (depth > 0) {
          const upsert = this.#whereCreate(target, depth, { update: data() }, inverse)
          verbs.push(
            [3, 'update', () => many(record({ where, data: data() }))],
            [4, 'upsert', () => many(upsert)],
          )
        }
      } else {
        const filter = this.#filter(target, 0)
        if (depth > 0) {
          const upsert = () =>
            record({
              create: this.#createData(target, depth, inverse),
              update: data(),
              where: this.#rarely(filter, 5),
            })
          verbs.push(
            [3, 'update', data],
            [2, 'update', () => record({ where: filter, data: data() })],
            [4, 'upsert', () => upsert().map(defined)],
          )
        }
        if (!isRequired) {
          const whether = weighted<unknown>([
            [4, fc.constant(true)],
            [1, filter],
          ])
          verbs.push([3, 'disconnect', () => whether], [2, 'delete', () => whether])
        }
      }
      return this.#verbs(verbs, isList)
    })
  }

  /** Of a row that is there or not: mostly with one criterion for either part. */
  #whereCreate(
    model: ModelName,
    depth: number,
    rest: Readonly<Record<string, Some>>,
    parent?: string,
  ): Some<Values> {
    const parts = record({
      where: this.#where(model),
      create: this.#createData(model, depth, parent),
      isOwn: fc.integer({ min: 0, max: 3 }),
      ...rest,
    })
    return parts.map(({ isOwn, ...given }) => {
      const { where, create } = given as { where: Values; create: Values }
      if (isOwn === 3) return given
      const named = Object.entries({ ...where, ...Object.values(where).find(isObject) })
      const own = Object.fromEntries(named.filter(([name]) => Object.hasOwn(create, name)))
      const flat = Object.entries(own).filter(([, value]) => !isObject(value))
      return { ...given, create: { ...create, ...Object.fromEntries(flat) } }
    })
  }

  #inserts({ target, inverse }: Relation): Some<Values> {
    return this.#rows(target, 3, inverse).map((data) => ({ data }))
  }

  #takesMany({ isList, isLink }: Relation): boolean {
    return isList === true && !isLink
  }

  /** One verb, at times two of a list. */
  #verbs(verbs: readonly (readonly [number, string, () => Some])[], isList = false): Some<Values> {
    const one = weighted<Values>(
      verbs.map(([weight, verb, given]) => [weight, given().map((value) => ({ [verb]: value }))]),
    )
    if (!isList) return one
    return weighted<Values>([
      [5, one],
      [1, merged(one, one)],
    ])
  }

  /** Some of these fields, mostly none or one. */
  #few(fields: readonly (readonly [string, () => Some])[], depth: number): Some<Values> {
    if (depth <= 0 || fields.length === 0) return fc.constant({})
    const one = fc.oneof(
      ...fields.map(([name, given]) => given().map((value) => ({ [name]: value }))),
    )
    return weighted<Values>([
      [4, fc.constant({})],
      [1 + depth, one],
      [depth > 2 ? 2 : 0, merged(one, one)],
    ])
  }

  /** A list is of rows with the same columns, see {@link #rows}. */
  #creates({ target, inverse, isList }: Relation, depth: number): Some {
    const one = this.#createData(target, depth, inverse)
    if (!isList) return one
    return weighted<unknown>([
      [3, one],
      [1, one.map((data) => [data])],
      [1, this.#rows(target, 3, inverse)],
    ])
  }

  #oneOrMany(isList = false): (item: Some) => Some {
    if (!isList) return (item) => item
    return (item) =>
      weighted<unknown>([
        [3, item],
        [2, fc.array(item, { maxLength: 2 })],
      ])
  }

  #rarely<T>(value: Some<T>, freq: number): Some<T | undefined> {
    return weighted<T | undefined>([
      [freq - 1, fc.constant(undefined)],
      [1, value],
    ])
  }

  #fields(model: ModelName): string[] {
    const { columns, relations } = shapeOf(model)
    const foreign = Object.values(relations).flatMap(({ references = {} }) =>
      Object.keys(references),
    )
    return [...Object.keys(columns), ...foreign]
  }

  #value(model: ModelName, field: string): Some {
    const { columns, relations } = shapeOf(model)
    const column = columns[field]
    if (column) return column.value
    for (const { target, references } of Object.values(relations)) {
      const referenced = references?.[field]
      if (referenced) return this.#value(target, referenced)
    }
    throw new Error(`${model} has no field ${field}`)
  }

  #once<T>(name: string, make: () => Some<T>): Some<T> {
    const known = this.#made.get(name)
    if (known) return known as Some<T>
    const made = make()
    this.#made.set(name, made)
    return made
  }
}

/** Rows for the first calls to meet, created as a caller would. */
export const population: readonly Call[] = [
  ...['a', 'b', 'c', 'd'].map((email, i) => ({
    model: 'person',
    operation: 'create',
    args: {
      data: {
        ...{ id: i + 1, email, managerId: i > 1 ? 1 : null },
        ...(i % 2 === 0 ? { badge: { create: { id: i + 1, code: email } } } : {}),
        ...(i < 2 ? { passport: { create: { id: email, number: 'a' } } } : {}),
        mails: { create: { id: i + 1, subject: 'a' } },
        ...(i > 0 ? { friends: { connect: { id: i } } } : {}),
      },
    },
  })),
  {
    model: 'shelf',
    operation: 'createMany',
    args: { data: [1, 2, 3].map((shelf) => ({ id: shelf, label: 'a' })) },
  },
  {
    model: 'genre',
    operation: 'createMany',
    args: { data: ['a', 'b', 'c'].map((code) => ({ code, label: 'a' })) },
  },
  ...[1, 2, 3, 4].map((book) => ({
    model: 'book',
    operation: 'create',
    args: {
      data: {
        ...{ id: book, title: 'a', authorId: (book % 3) + 1, shelfId: (book % 2) + 1 },
        ...{ reviewerId: book > 2 ? 4 : null },
        genres: { connect: [{ code: 'a' }, { code: book % 2 ? 'b' : 'c' }] },
        chapters: {
          create: [
            { number: 1, title: 'a', notes: { create: { id: book, text: 'a' } } },
            { number: 2, title: 'b' },
          ],
        },
        loans: { create: { personId: (book % 4) + 1 } },
      },
    },
  })),
  {
    model: 'folder',
    operation: 'create',
    args: {
      data: {
        ...{ id: 1, name: 'a' },
        children: { create: { id: 2, name: 'b', children: { create: { id: 3, name: 'c' } } } },
      },
    },
  },
  ...[1, 2].map((country) => ({
    model: 'country',
    operation: 'create',
    args: {
      data: {
        ...{ id: country, name: 'a' },
        cities: {
          create: [
            { id: country, name: 'a' },
            { id: country + 2, name: 'b' },
          ],
        },
      },
    },
  })),
  { model: 'country', operation: 'update', args: { where: { id: 1 }, data: { capitalId: 1 } } },
  {
    model: 'account',
    operation: 'create',
    args: {
      data: {
        ...{ id: 1, name: 'a' },
        entries: {
          create: [
            { id: 1, amount: 1 },
            { id: 2, amount: 2 },
          ],
        },
      },
    },
  },
  { model: 'account', operation: 'createMany', args: { data: [{ id: 2, name: 'b' }] } },
]

function shapeOf(model: ModelName): Shape {
  return shapes[model] as Shape
}

function nameOf({ target, inverse }: Relation): string {
  return `${target}.${inverse}`
}

/** A weight of 0 leaves one out. */
function weighted<T>(choices: readonly (readonly [number, Some<T>])[]): Some<T> {
  return fc.oneof(...choices.map(([weight, arbitrary]) => ({ weight, arbitrary })))
}

/** Objects as callers make them, with a prototype. */
function record(fields: Readonly<Record<string, Some>>): Some<Values> {
  return fc.record(fields, { noNullPrototype: true })
}

function merged(...parts: readonly Some<Values>[]): Some<Values> {
  return fc.tuple(...parts).map((list) => Object.assign({}, ...list) as Values)
}

function defined(values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
}

function isObject(value: unknown): value is Values {
  return typeof value === 'object' && value !== null
}
