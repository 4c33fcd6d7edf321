import type { AuditContext } from '../context.ts'
import { type Annotation, annotating, annotatingIn, connectedEarly } from '../driver.ts'
import { originIn, originOf } from '../entry.ts'
import { AuditError } from '../errors.ts'
import { activeSpan, linkSpan } from '../opentelemetry.ts'
import type { Settings } from '../options.ts'
import type { Execute, Interceptor, Request, RootClient, Transaction } from '../prisma.ts'
import { inTurn } from '../turns.ts'
import { callOrigin, type Origin, originText, withOrigin } from './comment.ts'
import { Coverage } from './coverage.ts'
import type { EngineSettings } from './sql/names.ts'

/**
 * The database engine of one client: the triggers record what a call changes, and all that is left to do
 * is to tell them where it comes from.
 */
export class DatabaseEngine {
  readonly #root: RootClient
  readonly #settings: EngineSettings
  readonly #coverage: Coverage

  /**
   * @throws {AuditError} `OPTION_INVALID` for comments on a driver that keeps statements by their text.
   */
  constructor(root: RootClient, settings: Settings) {
    if (!settings.database) throw new TypeError('These are the settings of the client engine')
    const { context } = settings.database
    if (context === 'comment' && root.preparesStatements) {
      throw new AuditError(
        'OPTION_INVALID',
        'The adapter has a `statementNameGenerator`, so each comment would make a prepared statement of its own. ' +
          "Leave that out, or choose `database: { context: 'setting' }`.",
      )
    }
    this.#root = root
    this.#settings = { ...settings, database: settings.database }
    this.#coverage = new Coverage(root, this.#settings)
  }

  /**
   * What happens to a call that may write, of whatever model or raw. The context is that of the hook: which
   * of the caller's contexts a statement is sent in later is not for certain.
   *
   * @throws {AuditError} `ACTOR_REQUIRED` at once, where it is known that the call writes an audited model;
   *   `RUNTIME_UNSUPPORTED` when the client was connected before audit() was applied.
   */
  binding(
    model: string | undefined,
    operation: string,
    context: AuditContext | undefined,
  ): Interceptor {
    const settings = this.#settings
    const isAudited = model !== undefined && settings.models.has(model)
    const entryOrigin = isAudited
      ? originOf(settings, context, `${model}.${operation}`)
      : originIn(settings, context)
    const origin = callOrigin(entryOrigin, settings.requireActor && entryOrigin.actorId === null)
    const call: Call = { origin, isRaw: model === undefined }
    const span = activeSpan()
    return async (request, execute) => {
      const { transaction } = request
      if (transaction?.kind === 'batch') {
        if (!isAudited) return annotating(undefined, () => execute(request))
        throw batchUnsupported()
      }
      await this.#coverage.check(transaction)
      await this.#observable(transaction)
      const answer = await (transaction
        ? inTurn(transaction.id, () => this.#join(transaction, call, () => execute(request)))
        : this.#alone(call, request, execute))
      const traceId = origin.call ?? entryOrigin.traceId
      if (traceId && isAudited) linkSpan(span, traceId)
      return answer
    }
  }

  /** Comments reach no connection that was made before audit() was applied. */
  async #observable(transaction: Transaction | undefined): Promise<void> {
    if (this.#settings.database.context !== 'comment' || this.#root.isObservable) return
    // It may not have connected yet.
    await this.#root.query(transaction, 'SELECT 1')
    if (!this.#root.isObservable) throw connectedEarly()
  }

  async #join(
    transaction: Transaction,
    call: Call,
    send: () => Promise<unknown>,
  ): Promise<unknown> {
    if (this.#settings.database.context === 'comment') {
      return annotatingIn(this.#root, transaction, this.#annotation(call), send)
    }
    await this.#set(transaction, call)
    return send()
  }

  #alone(call: Call, request: Request, execute: Execute): Promise<unknown> {
    const isComment = this.#settings.database.context === 'comment'
    // Raw SQL may be what no transaction can hold.
    if (call.isRaw || isComment) {
      const annotation = isComment ? this.#annotation(call) : undefined
      return annotating(annotation, () => execute(request))
    }
    return annotating(undefined, () =>
      this.#root.transaction(
        (transaction) => this.#join(transaction, call, () => execute({ ...request, transaction })),
        this.#settings.transaction,
      ),
    )
  }

  async #set(transaction: Transaction, { origin }: Call): Promise<void> {
    const { schema, signingKey } = this.#settings.database
    const sql = `SELECT set_config('${schema}.context', $1, true)`
    await this.#root.query(transaction, sql, [originText(origin, { signingKey })])
  }

  #annotation({ origin, isRaw }: Call): Annotation {
    const { signingKey } = this.#settings.database
    // Raw SQL can be several statements, which commit in between, as those of Prisma's emulated cascades.
    let isContinued = isRaw
    return (sql) => {
      // What Prisma sends beside its writes changes nothing; a query of the user may call a function that does.
      if (!isRaw && !writing.test(sql)) return sql
      const text = originText(origin, { signingKey, isContinued })
      isContinued = true
      return withOrigin(sql, text)
    }
  }
}

/** Statements of Prisma's own that change rows; the others are queries and the ends of its transactions. */
const writing = /^(?!SELECT|BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE)/

/** A call that may write. */
interface Call {
  readonly origin: Origin
  readonly isRaw: boolean
}

function batchUnsupported(): AuditError {
  return new AuditError(
    'BATCH_UNSUPPORTED',
    'An audited write reached the database in an array `$transaction` of a client without audit(). ' +
      'Call `$transaction` on the client that audit() returned, and apply audit() before extensions that ' +
      'open transactions of their own.',
  )
}
