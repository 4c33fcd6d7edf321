import { describe, expect, test } from 'vitest'
import { parseStatement } from '../../../src/capture/statements/parse.ts'
import {
  endingSubqueries,
  type Fragment,
  UnknownStatement,
} from '../../../src/capture/statements/reader.ts'

/** A part of a statement in short: its text, and the parameters that it takes. */
function part(fragment: Fragment | null | undefined) {
  return fragment && `${fragment.text} @${fragment.firstParameter}+${fragment.parameters}`
}

describe('A statement of Prisma', () => {
  test('INSERT: columns, values, conflicts, and where a clause can follow', () => {
    const sql =
      `INSERT INTO "public"."users" ("email","role") VALUES ($1,CAST($2::text AS "public"."user_role")), ` +
      `($3,DEFAULT) ON CONFLICT DO NOTHING RETURNING "public"."users"."id" /*traceparent='00-1'*/`
    const insert = parseStatement(sql)
    if (insert?.verb !== 'insert') throw new Error('not an insert')
    expect(insert).toMatchObject({
      table: 'users',
      namespace: 'public',
      target: '"public"."users"',
      columns: ['email', 'role'],
      onConflict: 'ignore',
      hasReturning: true,
    })
    expect(insert.rows.map((row) => row.map(part))).toEqual([
      ['$1 @0+1', 'CAST($2::text AS "public"."user_role") @1+1'],
      ['$3 @2+1', 'DEFAULT @3+0'],
    ])
    expect(sql.slice(0, insert.end).endsWith('"users"."id"')).toBe(true)
    expect(sql.slice(insert.rowsStart, insert.rowsEnd)).toMatch(/^\(\$1.*DEFAULT\)$/)
  })

  test.each([
    ['INSERT INTO `t` (`a`) VALUES (?)', 'fail'],
    ['INSERT IGNORE INTO `t` (`a`) VALUES (?)', 'ignore'],
    ['INSERT OR IGNORE INTO `main`.`t` (`a`) VALUES (?)', 'ignore'],
    ['INSERT INTO "t" DEFAULT VALUES RETURNING "t"."id"', 'fail'],
    ['INSERT INTO `t` () VALUES ()', 'fail'],
  ])('%s', (sql, onConflict) => {
    expect(parseStatement(sql)).toMatchObject({ verb: 'insert', table: 't', onConflict })
  })

  test('INSERT that updates: what it goes by, and what it writes', () => {
    const sql =
      'INSERT INTO "t" ("a","b") VALUES ($1,$2) ON CONFLICT  ("a") DO UPDATE SET "b" = $3 ' +
      'WHERE ("t"."a" = $4 AND 1=1) RETURNING "t"."a"'
    const insert = parseStatement(sql)
    if (insert?.verb !== 'insert' || typeof insert.onConflict !== 'object') throw new Error('none')
    const { columns, assignments, where, begin, end } = insert.onConflict
    expect(columns).toEqual(['a'])
    expect([...assignments].map(([column, value]) => [column, part(value)])).toEqual([
      ['b', '$3 @2+1'],
    ])
    expect(part(where)).toBe('("t"."a" = $4 AND 1=1) @3+1')
    expect(sql.slice(begin, end)).toBe('UPDATE SET "b" = $3 WHERE ("t"."a" = $4 AND 1=1)')
  })

  test('UPDATE: what each column gets, and the condition, each with its parameters', () => {
    const update = parseStatement(
      `UPDATE "a ""b" SET "x" = ("a ""b"."x" + $1), "y" = $2 WHERE ("id" IN ($3,$4) AND EXISTS(SELECT 1 ` +
        `FROM "c" WHERE "c"."z" = $5 LIMIT 1)) RETURNING "id"`,
    )
    if (update?.verb !== 'update') throw new Error('not an update')
    expect(update.table).toBe('a "b')
    expect([...update.assignments].map(([column, value]) => [column, part(value)])).toEqual([
      ['x', '("a ""b"."x" + $1) @0+1'],
      ['y', '$2 @1+1'],
    ])
    expect(part(update.where)).toMatch(/^\("id" IN .*LIMIT 1\)\) @2\+3$/)
  })

  test('DELETE: with a condition and without', () => {
    const some = parseStatement('DELETE FROM `_AToB` WHERE (`A` = (?) AND `B` IN (?,?))')
    if (some?.verb !== 'delete') throw new Error('not a delete')
    expect(part(some.where)).toBe('(`A` = (?) AND `B` IN (?,?)) @0+3')
    expect(parseStatement('DELETE FROM `t`')).toMatchObject({ verb: 'delete', where: null })
  })

  test.each([
    'SELECT * FROM "t" WHERE "a" = \'UPDATE\'',
    'BEGIN',
    'SAVEPOINT s',
    '/* comment */ COMMIT',
  ])('%s writes nothing', (sql) => {
    expect(parseStatement(sql)).toBeNull()
  })

  test('is not misread by what stands in quotes, comments and parentheses', () => {
    const sql = `DELETE FROM "WHERE" WHERE ("RETURNING" = ' ) RETURNING ' AND "a" = $1) -- RETURNING`
    const found = parseStatement(sql)
    if (found?.verb !== 'delete') throw new Error('not a delete')
    expect(found).toMatchObject({ table: 'WHERE', hasReturning: false })
    expect(part(found.where)).toBe(`("RETURNING" = ' ) RETURNING ' AND "a" = $1) @0+1`)
  })

  test.each([
    'WITH x AS (DELETE FROM "t" RETURNING *) SELECT * FROM x',
    'INSERT INTO `t` (`a`) VALUES (?) ON DUPLICATE KEY UPDATE `a` = ?',
    'REPLACE INTO `t` (`a`) VALUES (?)',
    'MERGE INTO "t" USING "u" ON 1 = 1 WHEN MATCHED THEN DELETE',
    'TRUNCATE "t"',
    'INSERT INTO "t" ("a") SELECT "a" FROM "u"',
    'INSERT INTO "t" ("a", "b") VALUES ($1)',
    'UPDATE "t" AS "x" SET "a" = $1',
    'UPDATE `t` SET `a` = ? WHERE `b` = ? LIMIT 1',
    'DELETE FROM "t" USING "u" WHERE "t"."a" = "u"."a"',
  ])('of another form is refused: %s', (sql) => {
    expect(() => parseStatement(sql)).toThrow(UnknownStatement)
  })
})

test('Each subquery of a condition gets a clause at its end', () => {
  const condition =
    '(`a` = ? AND (`t`.`b`) IN (SELECT `x` FROM (SELECT `y` AS `x` FROM `u` WHERE (`y` <> ?) LIMIT 3) AS `s`) ' +
    "AND NOT EXISTS(SELECT `c` FROM `SELECT` WHERE `d` = '(SELECT)'))"
  expect(endingSubqueries(condition, 'LOCK')).toBe(
    '(`a` = ? AND (`t`.`b`) IN (SELECT `x` FROM (SELECT `y` AS `x` FROM `u` WHERE (`y` <> ?) LIMIT 3 LOCK) AS `s` LOCK) ' +
      "AND NOT EXISTS(SELECT `c` FROM `SELECT` WHERE `d` = '(SELECT)' LOCK))",
  )
  expect(endingSubqueries('`a` = ?', 'LOCK')).toBe('`a` = ?')
})
