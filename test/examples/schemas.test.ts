import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { createTablesScript } from '../database/ddl.ts'

describe.each(['orchestrator', 'integrations'])('The schema of the example %s', (example) => {
  const folder = `../../examples/${example}/prisma`
  const schema = read(`${folder}/schema.prisma`)

  test('has our models as they are shipped', () => {
    expect(schema).toContain(read('../../prisma/audit-log/sqlite.prisma'))
    expect(schema).toContain(read('../../prisma/execution-log/sqlite.prisma'))
  })

  // After a change of the schema, `npx vitest run test/examples -u` writes the migration anew.
  test('is what its migration creates', async () => {
    const script = await createTablesScript('sqlite', schema)
    await expect(script).toMatchFileSnapshot(`${folder}/migrations/0_init/migration.sql`)
  })
})

function read(path: string): string {
  return readFileSync(new URL(path, import.meta.url), 'utf8')
}
