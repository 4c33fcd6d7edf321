import { Prisma } from '@prisma/client/extension'
import { capturing, inTurnOnly, isWrite } from './capture/capture.ts'
import { currentAudit } from './context.ts'
import { type AuditOptions, resolveOptions } from './options.ts'
import { type AnyClient, intercept, RootClient, transactionOf } from './prisma.ts'
import { findActivity } from './query/activity.ts'
import {
  type AuditEntry,
  type EntriesOptions,
  findEntries,
  type Page,
  type PageOptions,
} from './query/entries.ts'
import { Store } from './store.ts'
import { auditedTransaction } from './transaction-method.ts'

/** What `activity()` of a model takes. */
export interface ActivityOptions<Model> extends PageOptions {
  /** That of the model's `findUnique`. */
  readonly where: Prisma.Args<Model, 'findUnique'>['where']
}

/** One entry of a model's history, `before` and `after` typed by the model. */
export type ActivityEntry<Model> = AuditEntry<
  NonNullable<Prisma.Result<Model, object, 'findFirst'>>
>

/** `prisma.$audit`. */
export interface AuditApi {
  /** A page of the whole trail, newest first. */
  entries(options?: EntriesOptions): Promise<Page<AuditEntry>>
}

/**
 * The extension: `new PrismaClient({ adapter }).$extends(audit())` records every write.
 *
 * Apply it before other extensions, so that the clients which those call are audited too.
 *
 * @throws {AuditError} at once, when an option, the schema or the runtime is not as it has to be.
 */
export function audit(options: AuditOptions = {}) {
  return Prisma.defineExtension((client) => {
    const root = new RootClient(client)
    const settings = resolveOptions(options, root.provider, root.schemaText)
    const store = new Store(root, settings)
    const auditApi = (current: AnyClient): AuditApi => ({
      entries: async (entries) =>
        findEntries(store, settings, await transactionOf(current), entries),
    })
    return client.$extends({
      name: 'prisma-extension-audit',
      client: {
        $audit: auditApi(client),
        // Not part of the type: users keep the one that their own client has.
        ...(auditedTransaction(client, auditApi) as object),
      },
      model: {
        $allModels: {
          /** The history of one entity, newest first, also after it was deleted. */
          async activity<Model, Options>(
            this: Model,
            options: Prisma.Exact<Options, ActivityOptions<Model>>,
          ): Promise<Page<ActivityEntry<Model>>> {
            const context: AnyClient = Prisma.getExtensionContext(this)
            const transaction = await transactionOf(context.$parent)
            const source = { root, settings, store, transaction }
            const page = await findActivity(
              source,
              context.$name,
              options as ActivityOptions<unknown>,
            )
            return page as Page<ActivityEntry<Model>>
          },
        },
      },
      query: {
        $allOperations({ model, operation, args, query, ...hook }) {
          const audited = model && settings.models.get(model)
          const isRaw = operation.startsWith('$')
          if (isRaw || isWrite(operation)) {
            const { __internalParams } = hook as { __internalParams?: unknown }
            const interceptor = audited
              ? capturing(root, settings, store, audited, operation, currentAudit())
              : inTurnOnly
            intercept(__internalParams, interceptor)
          }
          return query(args)
        },
      },
    })
  })
}
