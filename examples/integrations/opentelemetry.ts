/**
 * OpenTelemetry: each log record tells in which unit of work it was emitted, so that the records of an
 * audit entry are found wherever they are exported to.
 */
import { SeverityNumber } from '@opentelemetry/api-logs'
import {
  InMemoryLogRecordExporter,
  LoggerProvider,
  SimpleLogRecordProcessor,
} from '@opentelemetry/sdk-logs'
// An application writes: import { withAudit } from 'prisma-extension-audit'
import { withAudit } from '../../src/index.ts'
// An application writes: import { AuditLogRecordProcessor } from 'prisma-extension-audit/opentelemetry'
import { AuditLogRecordProcessor } from '../../src/logging/opentelemetry.ts'
import { openDatabase } from './database.ts'

const { prisma, close } = await openDatabase()
// An application exports to its collector instead, by a BatchLogRecordProcessor.
const exporter = new InMemoryLogRecordExporter()
const provider = new LoggerProvider({
  processors: [new AuditLogRecordProcessor(), new SimpleLogRecordProcessor({ exporter })],
})
const logger = provider.getLogger('notes')

/** Runs an action, and answers its trace. */
function complete(id: number): Promise<string> {
  const subject = { entity: 'Note', entityId: String(id) }
  return prisma.$audit.run('complete', subject, async ({ traceId }) => {
    logger.emit({ severityNumber: SeverityNumber.INFO, body: 'completing' })
    await prisma.note.update({ where: { id }, data: { isDone: true } })
    logger.emit({ severityNumber: SeverityNumber.WARN, body: 'nobody to notify' })
    return traceId
  })
}

await prisma.note.createMany({ data: [{ text: 'Write it down' }, { text: 'Read it again' }] })
logger.emit({ severityNumber: SeverityNumber.INFO, body: 'outside of any run' })
const [traceId] = await Promise.all([
  withAudit({ actor: { id: 'ada' }, tenant: 'acme' }, () => complete(1)),
  withAudit({ actor: { id: 'grace' }, tenant: 'acme' }, () => complete(2)),
])

await provider.forceFlush()
for (const { body, attributes } of exporter.getFinishedLogRecords()) {
  console.log(JSON.stringify({ body, ...attributes }))
}
const { entries } = await prisma.$audit.trace(traceId)
console.log(`\nTrace ${traceId}`)
for (const { action, outcome, entity, entityId, actorId } of entries) {
  console.log(`  entry ${actorId} ${action} ${entity} ${entityId}: ${outcome}`)
}
await provider.shutdown()
await close()
