/**
 * An application that logs in a run and has nothing else to do: it neither flushes nor ends anything.
 */
import { pino } from 'pino'
import { openExisting } from '../../examples/integrations/database.ts'
import { auditMixin } from '../../src/logging/pino.ts'

const here = (path: string) => new URL(path, import.meta.url).href
const transport = pino.transport({
  target: here('../../src/logging/pino-transport.ts'),
  options: { client: here('./client.ts') },
  worker: { execArgv: ['--import', here('./typescript.mjs')] },
})
const logger = pino({ mixin: auditMixin() }, transport)
const prisma = openExisting(process.env.AUDIT_TEST_LOG_URL ?? '')
await prisma.$audit.run('execute', { entity: 'Note', entityId: '1' }, ({ traceId }) => {
  logger.info('the only line')
  console.log(traceId)
})
