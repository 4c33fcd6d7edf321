/**
 * What the worker of pino's transport loads: audited clients of the database in `AUDIT_TEST_LOG_URL`.
 */
import { openExisting } from '../../examples/integrations/database.ts'

const { AUDIT_TEST_LOG_URL: url = '' } = process.env

export const prisma = openExisting(url)
export const promised = Promise.resolve(prisma)
export const connect = async () => prisma
export const text = 'no client'
export const failing = () => {
  throw new Error('no connection')
}
