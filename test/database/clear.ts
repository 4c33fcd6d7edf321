import type { Provider } from './capabilities.ts'
import type { Connection } from './connection.ts'

/** Deletes all rows of all tables, past foreign keys and past triggers that forbid it. */
export async function clearTables(provider: Provider, connection: Connection): Promise<void> {
  await clear[provider](connection)
}

const clear = {
  async sqlite(connection) {
    const objects = await connection.query(
      "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
    )
    const triggers = objects.filter(({ type }) => type === 'trigger')
    const tables = objects.filter(({ type }) => type === 'table')
    await connection.query('PRAGMA foreign_keys = OFF')
    await connection.query('BEGIN IMMEDIATE')
    for (const { name } of triggers) await connection.query(`DROP TRIGGER "${name}"`)
    for (const { name } of tables) await connection.query(`DELETE FROM "${name}"`)
    for (const { sql } of triggers) await connection.query(String(sql))
    await connection.query('COMMIT')
  },

  async postgresql(connection) {
    // Triggers and foreign keys do not act in this role. DELETE, because TRUNCATE takes ten times
    // as long on tables with few rows. Temporary tables belong to sessions, which take them along
    // a moment after they end.
    await connection.query(`DO $$
      DECLARE name text;
      BEGIN
        SET LOCAL session_replication_role = replica;
        FOR name IN
          SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
          WHERE schemaname NOT LIKE 'pg\\_%' AND schemaname <> 'information_schema'
        LOOP
          EXECUTE 'DELETE FROM ' || name;
        END LOOP;
      END $$`)
  },

  async mysql(connection) {
    const tables = await connection.query("SHOW FULL TABLES WHERE Table_type = 'BASE TABLE'")
    const triggers = await connection.query('SHOW TRIGGERS')
    const guarded = new Set(triggers.map(({ Table }) => Table))
    // Most tables are empty, and each statement by itself takes as long as this one.
    const looks = tables.map((table) => {
      const name = Object.values(table)[0]
      return `(SELECT '${name}' AS name FROM \`${name}\` LIMIT 1)`
    })
    const filled = await connection.query(looks.join(' UNION ALL '))
    await connection.query('SET FOREIGN_KEY_CHECKS = 0')
    await connection.query('START TRANSACTION')
    for (const { name } of filled) {
      // TRUNCATE passes triggers by, but is DDL and takes longer.
      await connection.query(`${guarded.has(name) ? 'TRUNCATE' : 'DELETE FROM'} \`${name}\``)
    }
    await connection.query('COMMIT')
    await connection.query('SET FOREIGN_KEY_CHECKS = 1')
  },
} satisfies Record<Provider, (connection: Connection) => Promise<void>>
