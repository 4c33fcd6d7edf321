import { Prisma } from '@prisma/client/extension'
import type { Aftermath } from './aftermath.ts'
import {
  type AnyClient,
  isPrismaPromise,
  on,
  type PrismaPromise,
  type Transaction,
  type TransactionOptions,
  transactionOf,
} from './prisma.ts'

/**
 * `$transaction` of the audited client.
 *
 * The array form is run as one interactive transaction, its calls in their order: what Prisma sends
 * as a batch leaves no room for the audit rows between the calls. In the callback form the
 * transaction client gets a `$audit` of its own that reads within the transaction.
 */
export function auditedTransaction(
  parent: AnyClient,
  auditApi: (client: AnyClient) => object,
  aftermath: Aftermath,
) {
  const transaction = parent.$transaction
  return {
    $transaction(this: unknown, input: unknown, options?: TransactionOptions): Promise<unknown> {
      const client: AnyClient = Prisma.getExtensionContext(this)
      if (typeof input === 'function') {
        const begin = (fn: (tx: AnyClient) => Promise<unknown>) =>
          transaction.call(client, fn, options)
        return withAftermath(aftermath, begin, (tx) => input(withAuditApi(tx, auditApi(tx))))
      }
      if (!Array.isArray(input) || !input.every(isPrismaPromise) || !input.some(mayWrite)) {
        return transaction.call(client, input, options)
      }
      return transaction.call(client, (tx: AnyClient) => runInOrder(tx, input), options)
    },
  }
}

/** Runs a transaction, and once it is over records what outlives it. */
async function withAftermath(
  aftermath: Aftermath,
  begin: (fn: (tx: AnyClient) => Promise<unknown>) => Promise<unknown>,
  work: (tx: AnyClient) => unknown,
): Promise<unknown> {
  let begun: Transaction | undefined
  let isCommitted = false
  try {
    const result = await begin(async (tx) => {
      begun = await transactionOf(tx)
      if (begun) aftermath.begin(begun)
      return work(tx)
    })
    isCommitted = true
    return result
  } finally {
    if (begun) await aftermath.end(begun, isCommitted)
  }
}

async function runInOrder(tx: AnyClient, promises: readonly PrismaPromise[]): Promise<unknown[]> {
  const transaction = await transactionOf(tx)
  const results: unknown[] = []
  for (const promise of promises) results.push(await on(transaction, promise))
  return results
}

/** Reads stay a batch; raw SQL and promises of other extensions do not say what they are. */
function mayWrite({ spec }: PrismaPromise): boolean {
  return !/^(find|count|aggregate|groupBy)/.test(spec?.action ?? '')
}

function withAuditApi(tx: AnyClient, auditApi: object): AnyClient {
  return new Proxy(tx, {
    get: (target, name) => (name === '$audit' ? auditApi : target[name]),
  })
}
