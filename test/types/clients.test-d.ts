import { expectTypeOf } from 'vitest'
import type { PrismaClient } from '../generated/postgresql/client/client.ts'
import type { PrismaClient as PrismaClientJs } from '../generated/postgresql/client-js/client.js'

declare const client: PrismaClient
declare const clientJs: PrismaClientJs

const query = { where: { email: 'ada@example.com' }, select: { id: true, role: true } } as const

// Both generators write the same types for the same models; were a client not generated, it would
// be `any`, and nothing that is tested with it would mean anything.
expectTypeOf<PrismaClient>().not.toBeAny()
expectTypeOf<PrismaClientJs>().not.toBeAny()
expectTypeOf(client.user.findUnique(query)).resolves.toEqualTypeOf<{
  id: number
  role: 'MEMBER' | 'ADMIN' | 'AUDITOR'
} | null>()
expectTypeOf(clientJs.user.findUnique(query)).resolves.toEqualTypeOf<{
  id: number
  role: 'MEMBER' | 'ADMIN' | 'AUDITOR'
} | null>()

// @ts-expect-error There is no such field.
client.user.findUnique({ where: { nickname: 'ada' } })
// @ts-expect-error There is no such field.
clientJs.user.findUnique({ where: { nickname: 'ada' } })
