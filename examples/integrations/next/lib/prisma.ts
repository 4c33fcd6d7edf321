import { PrismaLibSql } from '@prisma/adapter-libsql'
// An application writes: import { audit } from 'prisma-extension-audit'
import { audit } from '../../../../src/index.ts'
import { PrismaClient } from '../../generated/client.ts'

function connect() {
  const adapter = new PrismaLibSql({ url: process.env.DATABASE_URL ?? '' })
  return new PrismaClient({ adapter }).$extends(audit())
}

// On `globalThis`, since Next loads a module again when it changes, and once for each bundle.
const globals = globalThis as { prisma?: ReturnType<typeof connect> }
globals.prisma ??= connect()

/** The audited client. */
export const prisma = globals.prisma
