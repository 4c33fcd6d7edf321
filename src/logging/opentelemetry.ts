/**
 * OpenTelemetry: a log record processor that gives each record the audit context.
 */
import { type LogFields, logFields } from './fields.ts'

/** What of a log record of `@opentelemetry/sdk-logs` is used. */
export interface LogRecord {
  readonly attributes?: Readonly<Record<string, unknown>> | undefined
  setAttribute(name: string, value: string): unknown
}

const attributeNames: readonly (readonly [keyof LogFields, string])[] = [
  ['trace_id', 'audit.trace_id'],
  ['parent_id', 'audit.parent_id'],
  ['action', 'audit.action'],
  ['entity', 'audit.entity'],
  ['entity_id', 'audit.entity_id'],
  ['actor_id', 'audit.actor.id'],
  ['actor_type', 'audit.actor.type'],
  ['on_behalf_of', 'audit.actor.on_behalf_of'],
  ['tenant_id', 'audit.tenant.id'],
  ['request_id', 'audit.request.id'],
]

/**
 * Sets the {@link LogFields} of the code that emits a record as its attributes, with the prefix
 * `audit.`; those that a record has already are left. It goes before the processors that export:
 *
 * ```ts
 * new LoggerProvider({ processors: [new AuditLogRecordProcessor(), new BatchLogRecordProcessor(...)] })
 * ```
 */
export class AuditLogRecordProcessor {
  onEmit(record: LogRecord): void {
    const fields = logFields()
    for (const [field, attribute] of attributeNames) {
      const value = fields[field]
      if (value === undefined || record.attributes?.[attribute] !== undefined) continue
      record.setAttribute(attribute, value)
    }
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}
}
