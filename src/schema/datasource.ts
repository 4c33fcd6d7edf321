import type { Block } from './blocks.ts'
import { unquote } from './tokens.ts'

/** The datasource of a schema. */
export interface Datasource {
  /** `postgresql`, `mysql`, `sqlite`, ...; empty when there is none. */
  readonly provider: string
  readonly relationMode: 'foreignKeys' | 'prisma'
  /** The database schemas listed in `schemas = [...]`. */
  readonly schemas: readonly string[]
}

/** Reads the first datasource block. */
export function readDatasource(blocks: readonly Block[]): Datasource {
  const datasource = blocks.find((block) => block.keyword === 'datasource')
  const setting = (name: string): string[] =>
    (datasource?.lines.find((line) => line.tokens[0]?.text === name)?.tokens ?? [])
      .filter((token) => token.kind === 'string')
      .map((token) => unquote(token.text))
  const provider = setting('provider')[0] ?? ''
  // MongoDB has no foreign keys, so Prisma's other mode is its default there.
  const relationMode = setting('relationMode')[0] ?? (provider === 'mongodb' ? 'prisma' : '')
  return {
    // Prisma takes `postgres` as another name of the same provider.
    provider: provider === 'postgres' ? 'postgresql' : provider,
    relationMode: relationMode === 'prisma' ? 'prisma' : 'foreignKeys',
    schemas: setting('schemas'),
  }
}
