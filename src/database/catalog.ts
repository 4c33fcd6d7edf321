import { literal } from './sql/names.ts'

/** Runs one statement that reads. */
export type Query = (sql: string) => Promise<Record<string, unknown>[]>

/** A table by its name. */
export interface Place {
  readonly schema: string
  readonly table: string
}

/** A table, with the names of its columns. */
export interface Relation extends Place {
  /** `pg_class.relkind`: `r` a table, `p` a partitioned one. */
  readonly kind: string
  readonly columns: ReadonlySet<string>
}

/** The relations among `places` that there are. */
export async function findRelations(query: Query, places: readonly Place[]): Promise<Relation[]> {
  const rows = await query(
    `SELECT n.nspname AS "schema", c.relname AS "table", c.relkind::text AS "kind", a.attname AS "column"
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE ${isOneOf(places)}`,
  )
  const relations = new Map<string, Relation & { readonly columns: Set<string> }>()
  for (const row of rows as unknown as (Place & { kind: string; column: string | null })[]) {
    const { schema, table, kind, column } = row
    const key = JSON.stringify([schema, table])
    const relation = relations.get(key) ?? { schema, table, kind, columns: new Set() }
    if (column !== null) relation.columns.add(column)
    relations.set(key, relation)
  }
  return [...relations.values()]
}

/** A partition, or another table that inherits, at any depth. */
export interface Partition extends Place {
  /** The table that it is a part of. */
  readonly root: Place
}

export async function findPartitions(query: Query, roots: readonly Place[]): Promise<Partition[]> {
  const rows = await query(
    `WITH RECURSIVE parts AS (
  SELECT c.oid AS root, c.oid AS part
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE ${isOneOf(roots)}
  UNION SELECT p.root, i.inhrelid FROM pg_catalog.pg_inherits i JOIN parts p ON p.part = i.inhparent
)
SELECT n.nspname AS "schema", c.relname AS "table", rn.nspname AS "rootSchema", r.relname AS "rootTable"
FROM parts p
JOIN pg_catalog.pg_class c ON c.oid = p.part AND c.relkind IN ('r', 'p')
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_class r ON r.oid = p.root
JOIN pg_catalog.pg_namespace rn ON rn.oid = r.relnamespace
WHERE p.part <> p.root
ORDER BY 3, 4, 1, 2`,
  )
  const found = rows as unknown as (Place & { rootSchema: string; rootTable: string })[]
  return found.map(({ schema, table, rootSchema, rootTable }) => ({
    schema,
    table,
    root: { schema: rootSchema, table: rootTable },
  }))
}

/** What a role may do with the trail and the engine. */
export interface Role {
  readonly role: string
  readonly isSuperuser: boolean
  /** The privileges on the audit table by which the trail can be changed. */
  readonly changes: readonly string[]
  /** `null` where there is no such schema or function. */
  readonly usesSchema: boolean | null
  readonly executesWrite: boolean | null
  readonly readsKeys: boolean
  /** How many of the recorded tables it owns, whose triggers it can disable. */
  readonly owned: number
}

/** The roles of these names that there are; without names, the one that is connected. */
export async function findRoles(
  query: Query,
  names: readonly string[],
  engineSchema: string,
  audit: Place,
  recorded: readonly Place[],
): Promise<Role[]> {
  const wanted =
    names.length > 0 ? `IN (${names.map((name) => literal(name)).join(', ')})` : '= current_user'
  const may = (privilege: string) =>
    privilege === 'INSERT' || privilege === 'UPDATE'
      ? `has_any_column_privilege(r.oid, audit.oid, '${privilege}')`
      : `has_table_privilege(r.oid, audit.oid, '${privilege}')`
  const rows = await query(
    `SELECT r.rolname AS "role", r.rolsuper AS "isSuperuser",
  ${changes.map((privilege) => `${may(privilege)} AS "${privilege}"`).join(', ')},
  has_schema_privilege(r.oid, own.oid, 'USAGE') AS "usesSchema",
  has_function_privilege(r.oid, w.oid, 'EXECUTE') AS "executesWrite",
  coalesce(has_schema_privilege(r.oid, own.oid, 'USAGE')
    AND has_any_column_privilege(r.oid, secret.oid, 'SELECT'), false) AS "readsKeys",
  (SELECT count(*)::int FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE ${isOneOf(recorded)} AND pg_has_role(r.oid, c.relowner, 'USAGE')) AS "owned"
FROM pg_catalog.pg_roles r
LEFT JOIN (SELECT c.oid FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE ${isOneOf([audit])}) AS audit ON true
LEFT JOIN pg_catalog.pg_namespace own ON own.nspname = ${literal(engineSchema)}
LEFT JOIN pg_catalog.pg_proc w ON w.pronamespace = own.oid AND w.proname = 'write'
LEFT JOIN pg_catalog.pg_class secret ON secret.relnamespace = own.oid AND secret.relname = 'secret'
WHERE r.rolname ${wanted}
ORDER BY 1`,
  )
  return rows.map((row) => {
    const { role, isSuperuser, usesSchema, executesWrite, readsKeys, owned } = row
    const found = { role, isSuperuser, usesSchema, executesWrite, readsKeys, owned }
    return { ...found, changes: changes.filter((privilege) => row[privilege]) } as Role
  })
}

const changes = ['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE'] as const

function isOneOf(places: readonly Place[]): string {
  if (places.length === 0) return 'false'
  const pairs = places.map(({ schema, table }) => `(${literal(schema)}, ${literal(table)})`)
  return `(n.nspname, c.relname) IN (${pairs.join(', ')})`
}
