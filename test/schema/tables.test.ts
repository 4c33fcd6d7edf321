import { describe, expect, test } from 'vitest'
import { parseSchema } from '../../src/schema/parse.ts'
import { tablesOf } from '../../src/schema/tables.ts'

function tables(text: string) {
  return tablesOf(parseSchema(text))
}

/** `From(fields) -> (references) onDelete/onUpdate` of every foreign key that refers to a table. */
function referencesTo(text: string, name: string): string[] | undefined {
  return tables(text)
    .get(name)
    ?.references.map(
      ({ from, fields, references, onDelete, onUpdate }) =>
        `${from.name}(${fields}) -> (${references}) ${onDelete}/${onUpdate}`,
    )
}

describe('The tables of a schema', () => {
  test('know who refers to them, with the actions that Prisma takes by default', () => {
    const text = `
      model A {
        id   Int    @id
        code String @unique
        bs   B[]
        cs   C[]
        ds   D[]
      }
      model B {
        id  Int @id
        aId Int
        a   A   @relation(fields: [aId], references: [id])
      }
      model C {
        id  Int  @id
        aId Int?
        a   A?   @relation(fields: [aId], references: [id])
      }
      model D {
        code String
        n    Int
        a    A      @relation(fields: [code], references: [code], onDelete: Cascade, onUpdate: NoAction)
        @@id([code, n])
      }
    `
    expect(referencesTo(text, 'A')).toEqual([
      'B(aId) -> (id) Restrict/Cascade',
      'C(aId) -> (id) SetNull/Cascade',
      'D(code) -> (code) Cascade/NoAction',
    ])
  })

  test('hold the join tables of implicit relations, column A being the first by name', () => {
    const text = `
      model Tag {
        name  String @id
        posts Post[]
      }
      model Post {
        id        Int    @id @default(autoincrement())
        tags      Tag[]
        followers Post[] @relation("Follows")
        following Post[] @relation("Follows")
      }
    `
    const all = tables(text)
    expect([...all.keys()]).toEqual(['Tag', 'Post', '_PostToTag', '_Follows'])
    const joined = all.get('_PostToTag')
    expect(joined?.sides).toEqual([
      { model: 'Post', field: 'tags', id: 'id' },
      { model: 'Tag', field: 'posts', id: 'name' },
    ])
    expect(joined?.key.fields).toEqual(['A', 'B'])
    expect(
      joined?.columns.map(({ name, type, default: value }) => ({ name, type, value })),
    ).toEqual([
      { name: 'A', type: 'Int', value: null },
      { name: 'B', type: 'String', value: null },
    ])
    expect(all.get('_Follows')?.sides?.map(({ field }) => field)).toEqual([
      'followers',
      'following',
    ])
    expect(referencesTo(text, 'Tag')).toEqual(['_PostToTag(B) -> (name) Cascade/Cascade'])
    expect(referencesTo(text, 'Post')).toEqual([
      '_PostToTag(A) -> (id) Cascade/Cascade',
      '_Follows(A) -> (id) Cascade/Cascade',
      '_Follows(B) -> (id) Cascade/Cascade',
    ])
  })

  test('include what the client is not to know of: the database has its foreign keys', () => {
    const text = `
      model A {
        id Int @id
        bs B[] @ignore
        cs C[] @ignore
      }
      model B {
        id  Int @id
        aId Int
        a   A   @relation(fields: [aId], references: [id], onDelete: Cascade)
        cs  C[]
        @@ignore
      }
      model C {
        id  Int @id
        aId Int @ignore
        bId Int
        a   A   @relation(fields: [aId], references: [id], onDelete: Cascade) @ignore
        b   B   @relation(fields: [bId], references: [id], onDelete: Cascade) @ignore
      }
    `
    expect(referencesTo(text, 'A')).toEqual([
      'C(aId) -> (id) Cascade/Cascade',
      'B(aId) -> (id) Cascade/Cascade',
    ])
    expect(referencesTo(text, 'B')).toEqual(['C(bId) -> (id) Cascade/Cascade'])
    expect(
      tables(text)
        .get('C')
        ?.columns.map(({ name }) => name),
    ).toEqual(['id', 'bId'])
  })
})
