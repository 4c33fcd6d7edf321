/**
 * The logger of the application: every line that is logged by a run is stored with its trace id.
 */
import { type Logger, pino } from 'pino'
// An application writes: import { type ExecutionLog, executionLog } from 'prisma-extension-audit'
// and: import { auditMixin, executionLogStream } from 'prisma-extension-audit/pino'
import { type ExecutionLog, type ExecutionLogOptions, executionLog } from '../../src/index.ts'
import { auditMixin, executionLogStream } from '../../src/logging/pino.ts'
import type { Database } from './database.ts'

export interface Logging {
  readonly logger: Logger
  readonly log: ExecutionLog
}

/** Logs into the database; an application adds its other streams by `pino.multistream`. */
export function openLogging(prisma: Database, options?: ExecutionLogOptions): Logging {
  const log = executionLog(prisma, options)
  const logger = pino({ name: 'executions', mixin: auditMixin() }, executionLogStream(log))
  return { logger, log }
}
