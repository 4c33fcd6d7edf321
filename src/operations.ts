const writes: ReadonlySet<string> = new Set([
  'create',
  'createMany',
  'createManyAndReturn',
  'update',
  'updateMany',
  'updateManyAndReturn',
  'upsert',
  'delete',
  'deleteMany',
])

/** Whether an operation of a model writes. */
export function isWrite(operation: string): boolean {
  return writes.has(operation)
}

/** Whether an operation of a model answers records. */
export function isRead(operation: string): boolean {
  return operation.startsWith('find')
}
