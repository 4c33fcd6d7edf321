import { installScript } from '../../src/database/install.ts'
import type { EngineSettings } from '../../src/database/sql/names.ts'
import { audit, withAudit } from '../../src/index.ts'
import { resolveOptions } from '../../src/options.ts'
import type { OperationName } from './operations.ts'
import type { Client, Variant } from './variants.ts'

const options = { engine: 'database', model: 'AuditEntry' } as const
const actor = { id: '7', name: 'Ada' }

/** What PostgreSQL can do by itself: the database engine, and what one might write by hand instead. */
export const triggerVariants: readonly Variant[] = [
  {
    name: 'database engine',
    note: "prisma-extension-audit, engine: 'database': triggers of statements, context in a comment",
    databases: ['postgresql'],
    script: (schema) =>
      installScript(resolveOptions(options, 'postgresql', schema) as EngineSettings),
    extend: async (client) => client.$extends(audit(options)) as unknown as Client,
    run: (work) => withAudit({ actor }, work),
    countRows: (client) => client.auditEntry.count(),
  },
  {
    name: 'row trigger',
    note: 'by hand, the least: to_jsonb(OLD), to_jsonb(NEW) for each row; no context, no names, no traces',
    databases: ['postgresql'],
    script: () => rowTriggers,
    extend: async (client) => client,
    run: (work) => work(),
    countRows: (client) => client.auditEntry.count(),
  },
  {
    name: 'insert select',
    note:
      'by hand, nothing but an INSERT ... SELECT of the audit rows that the database engine writes for ' +
      'updateMany or deleteMany: what writing them takes by itself',
    databases: ['postgresql'],
    operations: ['updateMany', 'deleteMany'],
    extend: async (client) => client,
    run: (work) => work(),
    call: (client, operation, key) => client.$executeRawUnsafe(insertSelect(operation), key),
    countRows: (client) => client.auditEntry.count(),
  },
]

const rowTriggers = `
CREATE FUNCTION record_row() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  entry text := replace(gen_random_uuid()::text, '-', '');
BEGIN
  INSERT INTO "AuditEntry" (id, "traceId", action, entity, "entityId", "actorType", source, before, after)
  VALUES (entry, entry, lower(TG_OP), TG_TABLE_NAME, coalesce(NEW.id, OLD.id), 'user', 'database', to_jsonb(OLD), to_jsonb(NEW));
  RETURN NULL;
END $$;
${['Product', 'Purchase', 'Item', 'Label']
  .map(
    (table) =>
      `CREATE TRIGGER record_row AFTER INSERT OR UPDATE OR DELETE ON "${table}" FOR EACH ROW EXECUTE FUNCTION record_row();`,
  )
  .join('\n')}`

function insertSelect(operation: OperationName): string {
  const date = (column: string) => `to_char(p."${column}", 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
  const snapshot = `jsonb_build_object('id', p.id, 'sku', p.sku, 'name', p.name, 'description', p.description,
    'status', p.status, 'price', trim_scale(p.price)::text, 'stock', p.stock, 'categoryId', p."categoryId",
    'createdAt', ${date('createdAt')}, 'updatedAt', ${date('updatedAt')})`
  const isUpdate = operation === 'updateMany'
  return `
INSERT INTO "AuditEntry" (id, "traceId", "createdAt", action, outcome, entity, "entityId", "actorId", "actorType",
  "actorName", source, before, after, changed, version)
SELECT p.entry, '0192f0c1a2b30123456789abcdef0123', now(), '${isUpdate ? 'update' : 'delete'}', 'success', 'Product', p.id,
  '7', 'user', 'Ada', 'database', ${snapshot}, ${isUpdate ? snapshot : 'NULL'},
  ${isUpdate ? `'["status", "price", "stock", "updatedAt"]'::jsonb` : 'NULL'}, 1
FROM (SELECT *, replace(gen_random_uuid()::text, '-', '') AS entry FROM "Product" WHERE "categoryId" = $1) AS p`
}
