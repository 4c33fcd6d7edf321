import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { createTablesScript } from '../database/ddl.ts'

const folder = '../../examples/orchestrator/prisma'

describe('The schema of the orchestrator example', () => {
  const schema = read(`${folder}/schema.prisma`)

  test('has the audit model as it is shipped', () => {
    expect(schema).toContain(read('../../prisma/audit-log/sqlite.prisma'))
  })

  // After a change of the schema, `npx vitest run -u test/examples` writes the migration anew.
  test('is what its migration creates', async () => {
    const script = await createTablesScript('sqlite', schema)
    await expect(script).toMatchFileSnapshot(`${folder}/migrations/0_init/migration.sql`)
  })
})

function read(path: string): string {
  return readFileSync(new URL(path, import.meta.url), 'utf8')
}
