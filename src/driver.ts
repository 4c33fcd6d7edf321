/**
 * Sees the statements that Prisma sends to the database for one call.
 *
 * What a nested write, an emulated referential action or an implicit many-to-many relation changes
 * is known for certain only from the statements: Prisma decides in between, by what it reads.
 *
 * The adapter factory that the application gave to its client is the one place where they all pass.
 * Which of its transactions belongs to one of Prisma's is known of those that we open. Of others it is
 * asked, once, of the engine itself: by a query that is answered here and never reaches the database.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import type { DriverRows } from './driver-rows.ts'
import { AuditError } from './errors.ts'
import type { AnyClient, RootClient, Transaction } from './prisma.ts'

/** A statement as a driver adapter takes it. */
export interface DriverQuery {
  readonly sql: string
  readonly args: readonly unknown[]
  readonly argTypes: readonly unknown[]
}

/** Answers the text that is sent in place of a statement's. */
export type Annotation = (sql: string) => string

/** A transaction of a driver adapter. */
export interface Driver {
  queryRaw(query: DriverQuery): Promise<DriverRows>
  executeRaw(query: DriverQuery): Promise<number>
}

/**
 * Is handed each statement in place of the driver, and sends it. It answers rows, or their number
 * where `wants` is `count`.
 */
export type Observer = (
  query: DriverQuery,
  driver: Driver,
  wants: 'rows' | 'count',
) => Promise<DriverRows | number>

interface Shared {
  /** Where a transaction that is being opened is told of. */
  readonly opening: AsyncLocalStorage<{ driver?: object }>
  /** The transactions of drivers, by those of Prisma. */
  readonly drivers: WeakMap<Transaction, object>
  /** Of transactions, while a call is observed. */
  readonly observers: WeakMap<object, Observer>
  /** Of transactions, while a call runs in one. */
  readonly annotations: WeakMap<object, Annotation>
  /** Of a call that runs in no transaction, or in one that Prisma begins for it. */
  readonly annotation: AsyncLocalStorage<Annotation | undefined>
  /** By the mark in the query that asks. */
  readonly questions: Map<string, (transaction: object) => void>
  /** Adapter factories that have made a connection which can be observed. */
  readonly connected: WeakSet<object>
}

/** On `globalThis`, because a bundler may load this file twice, and an adapter is patched once. */
const sharedKey = Symbol.for('prisma-extension-audit.driver')
const patchedKey = Symbol.for('prisma-extension-audit.observable')

const mark = /^\/\* prisma-extension-audit: not sent ([0-9a-f-]{36}) \*\//

/** Makes the transactions of an adapter factory observable from its next connection on. */
export function makeObservable(factory: AnyClient): void {
  patch(factory, {
    connect:
      (connect) =>
      async (...given) => {
        const adapter = await connect(...given)
        shared().connected.add(factory)
        patch(adapter, {
          startTransaction: transactionStart,
          queryRaw: (send) => (query) => send(annotated(query, current())),
          executeRaw: (send) => (query) => send(annotated(query, current())),
        })
        return adapter
      },
  })
}

/** Whether the connection that an adapter factory has made can be observed. */
export function isObservable(factory: object): boolean {
  return shared().connected.has(factory)
}

/** What is thrown where it cannot. */
export function connectedEarly(): AuditError {
  return new AuditError(
    'RUNTIME_UNSUPPORTED',
    'This client was connected before audit() was applied to it, so its writes cannot be seen. ' +
      'Apply audit() before `$connect()` and the first query, or call `$disconnect()` after applying it.',
  )
}

function transactionStart(start: Method): Method {
  return async (...options) => {
    const transaction = await start(...options)
    makeTransactionObservable(transaction)
    const opening = shared().opening.getStore()
    if (opening) opening.driver = transaction
    return transaction
  }
}

/**
 * Runs a call outside of any transaction, and annotates its statements, those of a transaction that
 * Prisma begins for it included; `undefined` makes sure that none is. Such a call never waits for others
 * in Prisma's batches, so it is its own asynchronous context that its statements are sent in.
 */
export function annotating<T>(annotation: Annotation | undefined, work: () => T): T {
  return shared().annotation.run(annotation, work)
}

/**
 * The same for a call in a transaction, whose statements Prisma may send in the context of another one;
 * no other call may write in that transaction meanwhile.
 *
 * @throws {AuditError} `RUNTIME_UNSUPPORTED` when the client was connected before audit() was applied.
 */
export async function annotatingIn<T>(
  root: RootClient,
  transaction: Transaction,
  annotation: Annotation,
  work: () => Promise<T>,
): Promise<T> {
  const { annotations } = shared()
  const driver = await driverTransactionOf(root, transaction)
  annotations.set(driver, annotation)
  try {
    return await work()
  } finally {
    annotations.delete(driver)
  }
}

function current(): Annotation | undefined {
  return shared().annotation.getStore()
}

function annotated(query: DriverQuery, annotation: Annotation | undefined): DriverQuery {
  return annotation ? { ...query, sql: annotation(query.sql) } : query
}

/** Opens a transaction, and remembers which of the driver's it is. */
export async function openTransaction(open: () => Promise<Transaction>): Promise<Transaction> {
  const { opening, drivers } = shared()
  const opened: { driver?: object } = {}
  const transaction = await opening.run(opened, open)
  if (opened.driver) drivers.set(transaction, opened.driver)
  // What was made meanwhile, like a connection, goes on in this context and would keep it alive.
  delete opened.driver
  return transaction
}

/**
 * Runs `work`, and hands every statement that it sends on the transaction to `observer`.
 *
 * An error of the observer is thrown as it is, where Prisma would make one of its own of it.
 *
 * @throws {AuditError} `RUNTIME_UNSUPPORTED` when the client was connected before audit() was applied.
 */
export async function observe<T>(
  root: RootClient,
  transaction: Transaction,
  observer: Observer,
  work: () => Promise<T>,
): Promise<T> {
  const { observers } = shared()
  const observed = await driverTransactionOf(root, transaction)
  let failure: { readonly error: unknown } | undefined
  observers.set(observed, async (...statement) => {
    try {
      return await observer(...statement)
    } catch (error) {
      if (!isDriverError(error)) failure ??= { error }
      throw error
    }
  })
  try {
    return await work()
  } catch (error) {
    throw failure ? failure.error : error
  } finally {
    observers.delete(observed)
  }
}

function makeTransactionObservable(transaction: AnyClient): void {
  const { observers, questions, annotations } = shared()
  const send = {
    queryRaw: transaction.queryRaw.bind(transaction),
    executeRaw: transaction.executeRaw.bind(transaction),
  }
  // Prisma's own transaction for one call begins in the context of that call.
  const own = current()
  const annotation = () => annotations.get(transaction) ?? own
  const driver: Driver = {
    queryRaw: (query) => send.queryRaw(annotated(query, annotation())),
    executeRaw: (query) => send.executeRaw(annotated(query, annotation())),
  }
  transaction.queryRaw = async (query: DriverQuery) => {
    const question = questions.get(mark.exec(query.sql)?.[1] ?? '')
    if (question) {
      question(transaction)
      return { columnNames: [], columnTypes: [], rows: [] }
    }
    const observer = observers.get(transaction)
    return observer ? observer(query, driver, 'rows') : driver.queryRaw(query)
  }
  transaction.executeRaw = async (query: DriverQuery) => {
    const observer = observers.get(transaction)
    return observer ? observer(query, driver, 'count') : driver.executeRaw(query)
  }
}

async function driverTransactionOf(root: RootClient, transaction: Transaction): Promise<object> {
  const { questions, drivers } = shared()
  const known = drivers.get(transaction)
  if (known) return known
  const id = crypto.randomUUID()
  let found: object | undefined
  questions.set(id, (asked) => {
    found = asked
  })
  try {
    await root.query(transaction, `/* prisma-extension-audit: not sent ${id} */ SELECT 1`)
  } finally {
    questions.delete(id)
  }
  if (found) {
    drivers.set(transaction, found)
    return found
  }
  throw connectedEarly()
}

type Method = (...given: AnyClient[]) => AnyClient

/** Replaces methods of one object, once. */
function patch(
  target: AnyClient,
  replacements: Readonly<Record<string, (method: Method) => Method>>,
): void {
  if (target[patchedKey]) return
  Object.defineProperty(target, patchedKey, { value: true })
  for (const [name, replace] of Object.entries(replacements)) {
    const value = replace(target[name].bind(target))
    Object.defineProperty(target, name, { configurable: true, writable: true, value })
  }
}

function shared(): Shared {
  const global = globalThis as AnyClient
  global[sharedKey] ??= {
    opening: new AsyncLocalStorage(),
    drivers: new WeakMap(),
    observers: new WeakMap(),
    annotations: new WeakMap(),
    annotation: new AsyncLocalStorage(),
    questions: new Map(),
    connected: new WeakSet(),
  }
  return global[sharedKey]
}

function isDriverError(error: unknown): boolean {
  return (error as { name?: unknown } | null)?.name === 'DriverAdapterError'
}
