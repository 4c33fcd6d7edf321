import { Prisma } from '@prisma/client/extension'
import type { Settings } from './options.ts'
import { type AnyClient, type RootClient, transactionOf } from './prisma.ts'
import { findActivity, findFieldActivity } from './query/activity.ts'
import { findRowAsOf } from './query/as-of.ts'
import { findRowsAsOf } from './query/as-of-many.ts'
import type { AuditEntry, Page, PageOptions } from './query/entries.ts'
import type { FieldChange, HistoryOptions } from './query/queries.ts'
import type { Source } from './query/source.ts'
import type { Store } from './store.ts'

/** What `activity()` of a model takes. */
export interface ActivityOptions<Model> extends PageOptions {
  /** That of the model's `findUnique`: one unique key. */
  readonly where: Prisma.Args<Model, 'findUnique'>['where']
  /** Relations whose entities' histories are to be in it. @default none */
  readonly include?: ActivityInclude<Model> | undefined
}

/** The relation fields of a model. */
export type ActivityInclude<Model> = [RelationName<Model>] extends [never]
  ? never
  : { readonly [Name in RelationName<Model>]?: boolean }

type RelationName<Model> = Exclude<
  keyof NonNullable<Prisma.Args<Model, 'findFirst'>['include']>,
  '_count'
>

/** A row of a model, all columns and no relations. */
export type ModelRow<Model> = NonNullable<Prisma.Result<Model, object, 'findFirst'>>

/** One entry of a model's history, `before` and `after` typed by the model. */
export type ActivityEntry<Model> = AuditEntry<ModelRow<Model>>

/** What `fieldHistory()` of a model takes. */
export interface FieldHistoryOptions<Model, Field extends keyof ModelRow<Model>>
  extends PageOptions {
  /** That of the model's `findUnique`: one unique key. */
  readonly where: Prisma.Args<Model, 'findUnique'>['where']
  readonly field: Field
}

/** One change of one field, its values typed by the model; what is redacted is a text instead. */
export interface ModelFieldChange<Model, Field extends keyof ModelRow<Model>> extends FieldChange {
  readonly entry: ActivityEntry<Model>
  readonly from: ModelRow<Model>[Field] | undefined
  readonly to: ModelRow<Model>[Field] | undefined
}

/** What `asOf()` of a model takes. */
export interface AsOfOptions<Model> {
  /** That of the model's `findUnique`: one unique key, as it was then. */
  readonly where: Prisma.Args<Model, 'findUnique'>['where']
  readonly at: Date
}

/** What `asOfMany()` of a model takes. */
export interface AsOfManyOptions<Model> {
  /** Conditions on the fields of the key, in the form of `findMany`. @default all rows */
  readonly where?: KeyWhere<Model> | undefined
  readonly at: Date
  /** Rows in a page, 1 to 1000. @default 50 */
  readonly take?: number | undefined
  /** The `nextCursor` of the page before. */
  readonly cursor?: string | null | undefined
}

/** Conditions on columns of a model; which of them are its key is known when it runs. */
export type KeyWhere<Model> = Pick<
  NonNullable<Prisma.Args<Model, 'findMany'>['where']>,
  keyof NonNullable<Prisma.Args<Model, 'findMany'>['where']> & keyof ModelRow<Model>
>

/** Rows as they were. */
export interface PastRows<Row> {
  /** By key: numbers by their value, everything else by the bytes of the entity id. */
  readonly rows: Row[]
  /** Where the next page begins; `null` on the last one. */
  readonly nextCursor: string | null
}

/** What every model of an audited client has beside Prisma's own methods. */
export function modelMethods(root: RootClient, settings: Settings, store: Store) {
  /** The model that a method was called on, and where its queries read. */
  const calledOn = async (model: unknown): Promise<{ name: string; source: Source }> => {
    const context: AnyClient = Prisma.getExtensionContext(model)
    const transaction = await transactionOf(context.$parent)
    return { name: context.$name, source: { root, settings, store, transaction, scope: null } }
  }
  return {
    /**
     * The history of one entity, newest first, also after it was deleted; with `include`, one timeline with
     * those of the entities that are or were related to it.
     */
    async activity<Model, Options>(
      this: Model,
      options: Prisma.Exact<Options, ActivityOptions<Model>>,
    ): Promise<Page<Options extends { include: object } ? AuditEntry : ActivityEntry<Model>>> {
      const { name, source } = await calledOn(this)
      const given = options as HistoryOptions & { readonly where: unknown }
      const page = await findActivity(source, name, given)
      return page as never
    },

    /** The changes of one field of one entity, newest first: who changed it last is the first one. */
    async fieldHistory<Model, Field extends keyof ModelRow<Model>>(
      this: Model,
      options: FieldHistoryOptions<Model, Field>,
    ): Promise<Page<ModelFieldChange<Model, Field>>> {
      const { name, source } = await calledOn(this)
      const { field, ...given } = options
      const page = await findFieldActivity(source, name, { ...given, field: String(field) })
      return page as never
    },

    /**
     * A row as it was at a time, `null` where it was not there. Fields that are redacted or ignored are
     * left out of it.
     */
    async asOf<Model>(this: Model, options: AsOfOptions<Model>): Promise<ModelRow<Model> | null> {
      const { name, source } = await calledOn(this)
      return (await findRowAsOf(source, name, options)) as ModelRow<Model> | null
    },

    /** The rows of the table as they were at a time, by key. */
    async asOfMany<Model>(
      this: Model,
      options: AsOfManyOptions<Model>,
    ): Promise<PastRows<ModelRow<Model>>> {
      const { name, source } = await calledOn(this)
      return (await findRowsAsOf(source, name, options)) as PastRows<ModelRow<Model>>
    },
  }
}
