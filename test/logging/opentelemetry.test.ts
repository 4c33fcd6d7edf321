import { SeverityNumber } from '@opentelemetry/api-logs'
import {
  BatchLogRecordProcessor,
  InMemoryLogRecordExporter,
  LoggerProvider,
  type LogRecordProcessor,
  SimpleLogRecordProcessor,
} from '@opentelemetry/sdk-logs'
import { describe, expect, test } from 'vitest'
import { withAudit } from '../../src/index.ts'
import { AuditLogRecordProcessor } from '../../src/logging/opentelemetry.ts'
import { expectedFields, type Mark, traffic } from './traffic.ts'

const attributeNames: Readonly<Record<string, string>> = {
  actor_id: 'actor.id',
  actor_type: 'actor.type',
  on_behalf_of: 'actor.on_behalf_of',
  tenant_id: 'tenant.id',
  request_id: 'request.id',
}

describe.each([
  ['SimpleLogRecordProcessor', (exporter) => new SimpleLogRecordProcessor({ exporter })],
  ['BatchLogRecordProcessor', (exporter) => new BatchLogRecordProcessor({ exporter })],
] as [string, (exporter: InMemoryLogRecordExporter) => LogRecordProcessor][])(
  'AuditLogRecordProcessor before a %s',
  (_, exporting) => {
    function open() {
      const exporter = new InMemoryLogRecordExporter()
      const processors = [new AuditLogRecordProcessor(), exporting(exporter)]
      const provider = new LoggerProvider({ processors })
      return { provider, logger: provider.getLogger('app'), exporter }
    }

    test('gives each record the context of the code that emits it', async () => {
      const { provider, logger, exporter } = open()
      const emit = ({ request, step }: Mark) =>
        logger.emit({ body: 'text', attributes: { request, step } })
      // As many as the queue of a batch takes.
      await traffic(emit, 200)
      await provider.forceFlush()
      const records = exporter.getFinishedLogRecords()
      expect(records).toHaveLength(200 * 7)
      for (const { attributes } of records) {
        const { request, step, ...rest } = attributes
        const expected = Object.entries(expectedFields({ request, step } as Mark))
        expect(rest).toStrictEqual(
          Object.fromEntries(
            expected.map(([name, value]) => [`audit.${attributeNames[name] ?? name}`, value]),
          ),
        )
      }
      await provider.shutdown()
    })

    test('leaves the rest of a record, and attributes that it has', async () => {
      const { provider, logger, exporter } = open()
      withAudit({ actor: { id: 1 }, tenant: 'acme' }, () =>
        logger.emit({
          body: { nested: ['text'] },
          severityNumber: SeverityNumber.WARN,
          severityText: 'warn',
          attributes: { 'audit.tenant.id': 'own', step: 1 },
        }),
      )
      await provider.forceFlush()
      expect(exporter.getFinishedLogRecords()).toMatchObject([
        {
          body: { nested: ['text'] },
          severityNumber: SeverityNumber.WARN,
          severityText: 'warn',
          instrumentationScope: { name: 'app' },
          attributes: {
            'audit.actor.id': '1',
            'audit.actor.type': 'user',
            'audit.tenant.id': 'own',
            step: 1,
          },
        },
      ])
      await provider.shutdown()
    })
  },
)
