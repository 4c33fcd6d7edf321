/** What is known of the user's Prisma schema. */
export interface Schema {
  /** `postgresql`, `mysql`, `sqlite`, ...; empty when the text has no datasource. */
  readonly provider: string
  readonly relationMode: 'foreignKeys' | 'prisma'
  /** The models and views that the client has: those marked `@@ignore` are left out. */
  readonly models: ReadonlyMap<string, Model>
  /** Those marked `@@ignore`: their tables have foreign keys all the same. */
  readonly ignoredModels: ReadonlyMap<string, Model>
  readonly enums: ReadonlyMap<string, Enum>
}

/** A model or a view. */
export interface Model {
  readonly name: string
  /** The name in the database: `@@map`, or the model's own. */
  readonly table: string
  /** The database schema of `@@schema`. */
  readonly namespace: string | null
  readonly isView: boolean
  /** Lines of `///`, joined by a line feed. */
  readonly documentation: string | null
  /** In the order of the schema; fields marked `@ignore` are left out. */
  readonly fields: ReadonlyMap<string, Field>
  /** Fields marked `@ignore`. */
  readonly ignoredFields: ReadonlyMap<string, Field>
  readonly primaryKey: Key | null
  /** `@unique` and `@@unique`, without the primary key and without partial indexes. */
  readonly uniques: readonly Key[]
}

/** A column or a relation of a model. */
export interface Field {
  readonly name: string
  /** `unsupported` fields are in the table but not in the client. */
  readonly kind: 'scalar' | 'enum' | 'relation' | 'unsupported'
  /** A scalar type, the name of an enum or model, or the database type of `Unsupported("...")`. */
  readonly type: string
  readonly isList: boolean
  /** Without `?`; a list is always required. */
  readonly isRequired: boolean
  /** The name in the database: `@map`, or the field's own. */
  readonly column: string
  /** Of `@db.*`, without spaces, such as `Timestamptz(3)`. */
  readonly nativeType: string | null
  /** The value inside `@default(...)`, as written. */
  readonly default: string | null
  readonly isUpdatedAt: boolean
  /** Lines of `///` above the field and behind it, joined by a line feed. */
  readonly documentation: string | null
  readonly relation: Relation | null
}

/** One side of a relation; only the side that holds the foreign key has `fields`. */
export interface Relation {
  /** The given name, else Prisma's: the two model names, sorted and joined by `To`. */
  readonly name: string
  readonly fields: readonly string[]
  readonly references: readonly string[]
  readonly onDelete: string | null
  readonly onUpdate: string | null
}

/** A primary or unique key. */
export interface Key {
  /** As `where` calls it: the one field, the key's own name, or its fields joined by `_`. */
  readonly name: string
  /** May name a field that is marked `@ignore`, and so is missing in the model's `fields`. */
  readonly fields: readonly string[]
}

/** An enum. */
export interface Enum {
  readonly name: string
  /** Prisma's value to the database's. */
  readonly values: ReadonlyMap<string, string>
  /** The name of the type in the database: `@@map`, or the enum's own. */
  readonly type: string
  /** The database schema of `@@schema`. */
  readonly namespace: string | null
}
