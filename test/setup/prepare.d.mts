import type { Provider } from '../database/capabilities.ts'

/**
 * The schemas of the tests: that of `test/database`, and that of `test/relations` with the foreign
 * keys of the database or those that Prisma emulates.
 */
export type SchemaName = 'main' | 'relations' | 'emulatedRelations'

export const providers: readonly Provider[]
export const schemaNames: readonly SchemaName[]
export function testSchema(provider: Provider, name?: SchemaName): string
