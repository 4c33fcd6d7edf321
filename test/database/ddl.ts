import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import {
  bindMigrationAwareSqlAdapterFactory,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
} from '@prisma/driver-adapter-utils'
import * as engine from '@prisma/schema-engine-wasm/schema_engine_bg'

/**
 * The DDL that creates the tables of a schema text, as `prisma migrate` would write it.
 *
 * It runs in this process and connects to nothing. Prisma's engine does not do MySQL this way.
 */
export async function createTablesScript(
  provider: 'sqlite' | 'postgresql',
  schema: string,
): Promise<string> {
  instantiate()
  const schemaEngine = await engine.SchemaEngine.new(
    { datamodels: undefined },
    () => {},
    bindMigrationAwareSqlAdapterFactory(unconnected(provider)),
  )
  const files = [{ path: 'schema.prisma', content: schema }]
  const { stdout } = await schemaEngine.diff({
    from: { tag: 'empty' },
    to: { tag: 'schemaDatamodel', files },
    script: true,
    exitCode: null,
    filters: { externalTables: [], externalEnums: [] },
  })
  if (!stdout) throw new Error('The schema engine wrote no DDL')
  return stdout
}

// Node has it, but neither its types nor ES2023 do.
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object
  Instance: new (module: object, imports: object) => { exports: Record<string, unknown> }
}

let instantiated = false

function instantiate() {
  if (instantiated) return
  const { resolve } = createRequire(import.meta.url)
  const glue = resolve('@prisma/schema-engine-wasm/schema_engine_bg')
  const module = new WebAssembly.Module(readFileSync(glue.replace(/js$/, 'wasm')))
  const imports = { './schema_engine_bg.js': { ...engine } }
  const { exports } = new WebAssembly.Instance(module, imports)
  engine.__wbg_set_wasm(exports)
  const start = exports.__wbindgen_start
  if (typeof start === 'function') start()
  instantiated = true
}

/** What the engine wants of a database before it compares two schemas: the server's version. */
function unconnected(provider: 'sqlite' | 'postgresql'): SqlMigrationAwareDriverAdapterFactory {
  const info = {
    provider: provider === 'sqlite' ? 'sqlite' : 'postgres',
    adapterName: 'unconnected',
  } as const
  const adapter: SqlDriverAdapter = {
    ...info,
    queryRaw: async () => ({ columnNames: [], columnTypes: [], rows: [] }),
    executeRaw: async () => 0,
    executeScript: async () => {},
    startTransaction: () => Promise.reject(new Error('There is no database')),
    dispose: async () => {},
  }
  return { ...info, connect: async () => adapter, connectToShadowDb: async () => adapter }
}
