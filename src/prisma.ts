/**
 * Everything that we use of Prisma beyond its public interface, and nothing else.
 *
 * | internal | why the public alternative is not enough |
 * |---|---|
 * | `_executeRequest` | a query extension sees the arguments before later extensions change them and the result after they masked it; here the final call is known |
 * | `__internalParams` | a query extension is not told which transaction its call belongs to |
 * | `_engine.transaction`, `_engine.request` | `$transaction` and `$executeRaw` build clients and batches around each statement, a fifth of the time of a write |
 * | `requestTransaction`, `_createPrismaPromise` | a client made by `$extends` cannot be asked to run a given promise on a given transaction |
 * | `_engineConfig.inlineSchema` | `Prisma.dmmf` is absent with the `prisma-client` generator, and the runtime data model has neither keys nor annotations |
 * | `_originalClient` | reading through an extended client would put a masked value into the snapshot |
 * | `_engineConfig.adapter` | the adapter that the application gave; what a nested write changes is known only by its statements |
 *
 * `any` stands in this file only, where an internal has no type.
 */
import { deserializeRawResult, PrismaClientKnownRequestError } from '@prisma/client/runtime/client'
import { annotating, isObservable, makeObservable, openTransaction } from './driver.ts'
import { AuditError } from './errors.ts'

/** A transaction as the engine knows it; the array form is a `batch`. */
export interface Transaction {
  readonly kind: 'itx' | 'batch'
  readonly id: string
}

/** One call as it reaches the engine, after every query extension. */
export interface Request {
  readonly model: string
  readonly action: string
  readonly args: Args
  readonly transaction?: Transaction | undefined
  /** The path of a fluent call such as `update().posts()`: `['select', 'posts']`. */
  readonly dataPath: readonly string[]
}

export type Args = Readonly<Record<string, unknown>>
export type Execute = (request: Request) => Promise<unknown>
export type Interceptor = (request: Request, execute: Execute) => Promise<unknown>

type RawResponse = Parameters<typeof deserializeRawResult>[0]

export interface TransactionOptions {
  readonly maxWait?: number
  readonly timeout?: number
  readonly isolationLevel?: string
}

/** A Prisma promise: lazy, and able to run on a given transaction. */
export interface PrismaPromise extends PromiseLike<unknown> {
  readonly spec?: { readonly action: string; readonly model?: string }
  requestTransaction(transaction: Transaction): PromiseLike<unknown>
}

interface Delegate {
  findMany(args: Args): PrismaPromise
  findUnique(args: Args): PrismaPromise
  createMany(args: Args): PrismaPromise
}

// biome-ignore lint/suspicious/noExplicitAny: Prisma's clients have no type of their own here
export type AnyClient = any

const interceptorKey = Symbol.for('prisma-extension-audit.interceptor')
const patchedKey = Symbol.for('prisma-extension-audit.patched')

/** The client that the application constructed, below every extension. */
export class RootClient {
  readonly provider: string
  readonly schemaText: string
  readonly #client: AnyClient
  readonly #engine: AnyClient

  /**
   * @throws {AuditError} `RUNTIME_UNSUPPORTED` when an internal is absent or has another shape.
   */
  constructor(client: AnyClient) {
    const original = client?._originalClient
    if (!original) unsupported('_originalClient')
    for (const name of ['_executeRequest', '_createPrismaPromise', '$transaction'] as const) {
      if (typeof original[name] !== 'function') unsupported(name)
    }
    for (const name of ['transaction', 'request'] as const) {
      if (typeof original._engine?.[name] !== 'function') unsupported(`_engine.${name}`)
    }
    if (typeof original._engineConfig?.inlineSchema !== 'string')
      unsupported('_engineConfig.inlineSchema')
    if (typeof original._activeProvider !== 'string') unsupported('_activeProvider')
    const probe = original._createPrismaPromise(() => Promise.resolve())
    if (typeof probe.requestTransaction !== 'function') unsupported('requestTransaction')
    this.provider = original._activeProvider
    this.schemaText = original._engineConfig.inlineSchema
    this.#client = original._appliedParent ?? original
    this.#engine = original._engine
    // Accelerate has none.
    if (typeof original._engineConfig.adapter?.connect !== 'function')
      unsupported('_engineConfig.adapter')
    makeObservable(original._engineConfig.adapter)
    patch(original)
  }

  /** Whether the driver keeps prepared statements by their text, as @prisma/adapter-pg can. */
  get preparesStatements(): boolean {
    const { options } = this.#client._engineConfig.adapter
    return typeof options?.statementNameGenerator === 'function'
  }

  /** Whether its statements can be seen, once it has connected. */
  get isObservable(): boolean {
    return isObservable(this.#client._engineConfig.adapter)
  }

  delegate(model: string): Delegate {
    return this.#client[delegateName(model)]
  }

  /** Runs a statement, by itself where there is no transaction, and answers the number of rows changed. */
  async execute(
    transaction: Transaction | undefined,
    sql: string,
    parameters: readonly unknown[] = [],
  ): Promise<number> {
    return (await this.#send('executeRaw', transaction, sql, parameters)) as number
  }

  /** Runs a query, by itself where there is no transaction, and answers its rows. */
  async query(
    transaction: Transaction | undefined,
    sql: string,
    parameters: readonly unknown[] = [],
  ): Promise<Record<string, unknown>[]> {
    const result = await this.#send('queryRaw', transaction, sql, parameters)
    return deserializeRawResult(result as RawResponse) as Record<string, unknown>[]
  }

  /** Opens a transaction of its own for one call. */
  async transaction<T>(
    fn: (transaction: Transaction) => Promise<T>,
    options: TransactionOptions,
  ): Promise<T> {
    const transaction = await openTransaction(async () => ({
      kind: 'itx',
      ...(await this.#engine.transaction('start', {}, options)),
    }))
    try {
      const result = await fn(transaction)
      await this.#engine.transaction('commit', {}, transaction)
      return result
    } catch (error) {
      await this.#engine.transaction('rollback', {}, transaction).catch(() => undefined)
      throw error
    }
  }

  /** What Prisma throws when the database gives up a transaction in favour of another one. */
  writeConflict(): Error {
    const { code, message } = rawErrors.TransactionWriteConflict
    const clientVersion: string = this.#client._clientVersion
    return new PrismaClientKnownRequestError(message, { code, clientVersion })
  }

  async #send(
    action: 'executeRaw' | 'queryRaw',
    transaction: Transaction | undefined,
    sql: string,
    parameters: readonly unknown[],
  ): Promise<unknown> {
    const values = JSON.stringify(parameters.map(rawParameter))
    const request = {
      action,
      query: { arguments: { query: sql, parameters: values }, selection: {} },
    }
    const options = { interactiveTransaction: transaction, isWrite: action === 'executeRaw' }
    try {
      return (await this.#engine.request(request, options)).data[action]
    } catch (error) {
      throw rawError(error)
    }
  }
}

/** The form in which the engine takes what JSON lacks. */
function rawParameter(value: unknown): unknown {
  if (typeof value === 'bigint') return { prisma__type: 'bigint', prisma__value: String(value) }
  if (value instanceof Date) return { prisma__type: 'date', prisma__value: value.toJSON() }
  if (value instanceof Uint8Array) {
    return { prisma__type: 'bytes', prisma__value: Buffer.from(value).toString('base64') }
  }
  return value
}

/** The transaction of a transaction client, or `undefined` for any other client. */
export async function transactionOf(client: AnyClient): Promise<Transaction | undefined> {
  const promise = client._createPrismaPromise((transaction?: Transaction) =>
    Promise.resolve(transaction),
  )
  return await promise
}

/** Runs a Prisma promise on a transaction, or as it stands when there is none. */
export function on(
  transaction: Transaction | undefined,
  promise: PrismaPromise,
): PromiseLike<unknown> {
  return transaction ? promise.requestTransaction(transaction) : promise
}

export function isPrismaPromise(value: unknown): value is PrismaPromise {
  return (value as AnyClient)?.[Symbol.toStringTag] === 'PrismaPromise'
}

/**
 * Asks that one call be handed to `interceptor` when it reaches the engine. Called from a query
 * extension with its `__internalParams`, which later extensions pass on.
 *
 * @throws {AuditError} `RUNTIME_UNSUPPORTED` when the parameters are absent.
 */
export function intercept(internalParams: unknown, interceptor: Interceptor): void {
  if (typeof internalParams !== 'object' || internalParams === null) unsupported('__internalParams')
  ;(internalParams as AnyClient)[interceptorKey] = interceptor
}

/** The value that a fluent call asked for: `Wn` in Prisma's request handler does the same. */
export function followDataPath(value: unknown, dataPath: readonly string[]): unknown {
  // The path alternates between `select` or `include` and the name of a relation.
  return dataPath
    .filter((_, index) => index % 2 === 1)
    .reduce<unknown>(
      (parent, name) => (parent === null ? null : (parent as AnyClient)?.[name]),
      value,
    )
}

/**
 * Whether an error is one of the transaction and not of the statement: a conflict or a deadlock
 * (P2034), a lock that did not come in time (P1008), a timeout (P2028). It is the application's to
 * handle, by a retry for example, as without the extension.
 */
export function isTransactionError(error: unknown): boolean {
  const { code, cause } = error as { code?: string; cause?: { kind?: string } }
  return (
    ['P1008', 'P2028', 'P2034'].includes(code ?? '') ||
    // As the driver throws it, before Prisma makes its own error of it.
    Object.hasOwn(rawErrors, cause?.kind ?? '')
  )
}

/** What raw statements report as P2010 gets the code that model methods report. */
const rawErrors = {
  TransactionWriteConflict: {
    code: 'P2034',
    message:
      'Transaction failed due to a write conflict or a deadlock. Please retry your transaction',
  },
  SocketTimeout: { code: 'P1008', message: 'Operation has timed out' },
} as const

function rawError(error: unknown): unknown {
  const kind: unknown = (error as AnyClient)?.meta?.driverAdapterError?.cause?.kind
  if (kind !== 'TransactionWriteConflict' && kind !== 'SocketTimeout') return error
  const known = rawErrors[kind]
  const { clientVersion } = error as AnyClient
  return new PrismaClientKnownRequestError(known.message, { code: known.code, clientVersion })
}

function delegateName(model: string): string {
  return model.charAt(0).toLowerCase() + model.slice(1)
}

/** Every client made by `$extends` inherits from the original, so one patch serves them all. */
function patch(original: AnyClient): void {
  if (original[patchedKey]) return
  const executeRequest = original._executeRequest
  const engine = original._engine
  const transaction = engine.transaction.bind(engine)
  // One that is begun inside of a call, by a listener for example, is not a part of it.
  engine.transaction = (...given: unknown[]) => annotating(undefined, () => transaction(...given))
  Object.defineProperties(original, {
    [patchedKey]: { value: true },
    _executeRequest: {
      configurable: true,
      value: function (this: AnyClient, request: AnyClient) {
        const interceptor: Interceptor | undefined = request[interceptorKey]
        const execute: Execute = (changed) => executeRequest.call(this, changed)
        // Made inside of another call, by a listener for example: it is none of that one's statements.
        if (!interceptor) return annotating(undefined, () => execute(request))
        return interceptor(request, execute)
      },
    },
  })
}

function unsupported(name: string): never {
  throw new AuditError(
    'RUNTIME_UNSUPPORTED',
    `This Prisma client has no \`${name}\` of the expected shape. prisma-extension-audit is tested with ` +
      'Prisma 7.10: install a matching @prisma/client, and pass the client itself, not a transaction client.',
  )
}
