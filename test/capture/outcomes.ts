import { Prisma, type PrismaClient } from '../generated/postgresql/client/client.ts'

/** A value with the types of its parts and the order of its keys, but for the time of writing. */
function show(value: unknown): string {
  return JSON.stringify(value, function (this: Record<string, unknown>, key, json: unknown) {
    const inner = this[key]
    if (/^(created|updated|joined)At$/.test(key)) return inner instanceof Date ? 'now' : inner
    if (typeof inner === 'bigint') return `${inner}n`
    if (inner instanceof Date || Prisma.Decimal.isDecimal(inner)) {
      return `${inner.constructor.name} ${inner}`
    }
    return json
  })
}

/** What a caller can tell of an error: everything but the stack. */
function showError(error: unknown) {
  const { name, message, meta = {}, ...own } = error as Error & { meta?: object }
  const { driverAdapterError, ...rest } = meta as { driverAdapterError?: Error }
  const { constructor: given } = Object.getPrototypeOf(error)
  return {
    class: given.name,
    name,
    message,
    own: show({ ...own, ...rest }),
    cause: show(driverAdapterError?.cause)?.replace(/`audit_test_\w+`/, 'the database'),
  }
}

/** What a caller gets of a call, and can compare. */
export async function outcomeOf(call: () => unknown): Promise<object> {
  try {
    return { result: show(await call()) }
  } catch (error) {
    return { error: showError(error) }
  }
}

const models = ['user', 'profile', 'post', 'tag', 'product', 'category', 'order'] as const

/** All rows, to see that a call had the same effect. */
export async function rowsOf(client: PrismaClient) {
  const rows = models.map(async (name) => {
    const delegate = client[name] as PrismaClient['tag']
    return [name, show(await delegate.findMany({ orderBy: { id: 'asc' } }))]
  })
  return Object.fromEntries(await Promise.all(rows))
}
