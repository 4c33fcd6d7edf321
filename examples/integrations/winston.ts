/**
 * winston: each line tells in which unit of work it was logged, and is stored next to its audit
 * entries.
 */
import { createLogger, format, transports } from 'winston'
// An application writes: import { executionLog, withAudit } from 'prisma-extension-audit'
import { executionLog, withAudit } from '../../src/index.ts'
// An application writes: import { auditFormat, ExecutionLogTransport } from 'prisma-extension-audit/winston'
import { auditFormat, ExecutionLogTransport } from '../../src/logging/winston.ts'
import { openDatabase } from './database.ts'

const { prisma, close } = await openDatabase()
const log = executionLog(prisma)
const logger = createLogger({
  format: format.combine(format.timestamp(), auditFormat(), format.json()),
  transports: [new transports.Console(), new ExecutionLogTransport({ log })],
})

/** Runs an action, and answers its trace. */
function complete(id: number): Promise<string> {
  const subject = { entity: 'Note', entityId: String(id) }
  return prisma.$audit.run('complete', subject, async ({ traceId }) => {
    logger.info('completing')
    await prisma.note.update({ where: { id }, data: { isDone: true } })
    logger.child({ module: 'mail' }).warn('nobody to notify')
    return traceId
  })
}

await prisma.note.createMany({ data: [{ text: 'Write it down' }, { text: 'Read it again' }] })
logger.info('outside of any run')
const [traceId] = await Promise.all([
  withAudit({ actor: { id: 'ada' }, tenant: 'acme' }, () => complete(1)),
  withAudit({ actor: { id: 'grace' }, tenant: 'acme' }, () => complete(2)),
])

await log.flush()
const { entries, logs } = await prisma.$audit.trace(traceId)
console.log(`\nTrace ${traceId}`)
for (const { action, outcome, entity, entityId, actorId } of entries) {
  console.log(`  entry ${actorId} ${action} ${entity} ${entityId}: ${outcome}`)
}
for (const { level, message, fields } of logs.lines) {
  console.log(`  line  ${level} ${message} ${JSON.stringify(fields)}`)
}
await close()
