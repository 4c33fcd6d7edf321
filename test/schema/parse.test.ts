import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { DMMF } from '@prisma/client/runtime/client'
import { getDMMF } from '@prisma/get-dmmf'
import { describe, expect, test } from 'vitest'
import { type Field, type Model, parseSchema, type Schema } from '../../src/schema/parse.ts'

const FIXTURES = join(import.meta.dirname, 'fixtures')

/** File name and text of each file of a fixture, which is a file or a folder. */
function readFixture(name: string): [string, string][] {
  const path = join(FIXTURES, name)
  const files = statSync(path).isDirectory()
    ? readdirSync(path).map((file) => join(name, file))
    : [name]
  return files.sort().map((file) => [file, readFileSync(join(FIXTURES, file), 'utf8')])
}

function schemaOf(name: string): Schema {
  return parseSchema(
    readFixture(name)
      .map(([, text]) => text)
      .join('\n'),
  )
}

function prismaOf(files: [string, string][]): DMMF.Document {
  const answer = getDMMF({ datamodel: files })
  if ('reason' in answer) throw new Error(answer.error.message)
  return answer
}

describe.each(readdirSync(FIXTURES))('the schema %s', (name) => {
  const document = prismaOf(readFixture(name))
  const schema = schemaOf(name)

  test('has the models that Prisma sees', () => {
    expect([...schema.models.keys()]).toEqual(document.datamodel.models.map(({ name }) => name))
  })

  test.each(document.datamodel.models)('has the model $name as Prisma sees it', (expected) => {
    expect(describeModel(schema.models.get(expected.name) as Model)).toEqual(prismaModel(expected))
  })

  test.each(document.datamodel.models)('names the keys of $name as `where` does', (model) => {
    const { primaryKey, uniques } = schema.models.get(model.name) as Model
    const names = [primaryKey, ...uniques].flatMap((key) => (key ? [key.name] : []))
    const input = document.schema.inputObjectTypes.prisma?.find(
      (type) => type.name === `${model.name}WhereUniqueInput`,
    )
    const accepted = new Set(input?.fields.map((field) => field.name))
    expect(names.filter((key) => !accepted.has(key))).toEqual([])
  })

  test('has the enums that Prisma sees', () => {
    const described = [...schema.enums.values()].map((one) => ({
      name: one.name,
      type: one.type,
      values: [...one.values],
    }))
    expect(described).toEqual(
      document.datamodel.enums.map((one) => ({
        name: one.name,
        type: one.dbName ?? one.name,
        values: one.values.map((value) => [value.name, value.dbName ?? value.name]),
      })),
    )
  })

  test('reads the same with other line ends', () => {
    for (const ending of ['\r\n', '\r']) {
      const files = readFixture(name).map(([, text]) => text.replace(/\r\n|\n/g, ending))
      expect(parseSchema(files.join(ending))).toEqual(schema)
    }
  })
})

function describeModel(model: Model) {
  const fields = [...model.fields.values()].filter((field) => field.kind !== 'unsupported')
  return {
    name: model.name,
    table: model.table,
    namespace: model.namespace,
    documentation: model.documentation,
    primaryKey: model.primaryKey?.fields ?? null,
    uniques: model.uniques.map((key) => key.fields),
    fields: fields.map(describeField),
  }
}

function describeField({ default: raw, kind, ...field }: Field) {
  return { ...field, kind, default: raw === null ? null : prismaDefault(raw, field.type) }
}

function prismaModel(model: DMMF.Model) {
  const names = new Set(model.fields.map((field) => field.name))
  const hidden = ['hidden']
  const id = model.fields.find((field) => field.isId)
  const fields = model.fields.map(prismaField)
  return {
    name: model.name,
    table: model.dbName ?? model.name,
    namespace: model.schema ?? null,
    documentation: model.documentation ?? null,
    primaryKey: id ? [id.name] : (model.primaryKey?.fields ?? null),
    uniques: [
      ...model.fields.filter((field) => field.isUnique).map((field) => [field.name]),
      ...model.uniqueFields,
    ]
      .filter((key) => key.every((field) => names.has(field) || hidden.includes(field)))
      .filter((key, at, all) => all.findIndex((other) => `${other}` === `${key}`) === at),
    fields,
  }
}

function prismaField(field: DMMF.Field) {
  const [type, args] = field.nativeType ?? [null, []]
  return {
    name: field.name,
    kind: field.kind === 'object' ? 'relation' : field.kind,
    type: field.type,
    isList: field.isList,
    isRequired: field.isRequired,
    column: field.dbName ?? field.name,
    nativeType: type === null || args.length === 0 ? type : `${type}(${args.join(',')})`,
    default: field.hasDefaultValue ? field.default : null,
    isUpdatedAt: field.isUpdatedAt ?? false,
    documentation: field.documentation ?? null,
    relation:
      field.kind === 'object'
        ? {
            name: field.relationName,
            fields: field.relationFromFields,
            references: field.relationToFields,
            onDelete: field.relationOnDelete ?? null,
            onUpdate: field.relationOnUpdate ?? null,
          }
        : null,
  }
}

const VERSIONS: Readonly<Record<string, string>> = { 'cuid()': '1', 'uuid()': '4' }

/** What Prisma makes of the text inside `@default(...)`. */
function prismaDefault(raw: string, type: string): unknown {
  const call = /^(\w+)\s*\((.*)\)$/.exec(raw)
  if (call)
    return { name: call[1], args: JSON.parse(`[${call[2]?.trim() || VERSIONS[raw] || ''}]`) }
  if (raw.startsWith('[')) return JSON.parse(raw.replace(/\b(DARK_RED|green)\b/g, '"$1"'))
  if (/^[A-Z_a-z]+$/.test(raw) && type !== 'Boolean') return raw
  return JSON.parse(raw)
}

describe('what Prisma does not tell', () => {
  test('keeps unsupported fields, with their database type', () => {
    const fields = schemaOf('values.prisma').models.get('Scalars')?.fields
    expect(fields?.get('wide')).toMatchObject({
      kind: 'unsupported',
      type: 'tsvector',
      isRequired: false,
    })
    expect(fields?.get('point')).toMatchObject({
      kind: 'unsupported',
      type: 'geometry(Point, 4326) {',
      isRequired: true,
      isList: false,
    })
    expect(fields?.get('list')).toMatchObject({ type: 'a // b', isList: true, isRequired: true })
  })

  test('leaves out what is ignored', () => {
    const { models } = schemaOf('keys.prisma')
    expect(models.has('Hidden')).toBe(false)
    expect(models.get('WithHidden')?.fields.has('hidden')).toBe(false)
  })

  test('has no key that holds an unsupported field', () => {
    expect(schemaOf('keys.prisma').models.get('UnsupportedId')?.primaryKey).toBeNull()
  })

  test('tells views from models, and the namespace of an enum', () => {
    const { models, enums, provider } = schemaOf('namespaces.prisma')
    expect([...models.values()].filter((model) => model.isView).map(({ name }) => name)).toEqual([
      'Totals',
      'Loose',
    ])
    expect(enums.get('Status')).toMatchObject({ namespace: 'shop', type: 'order_status' })
    expect(provider).toBe('postgresql')
  })

  test.each([
    ['names.prisma', 'postgresql', 'foreignKeys'],
    ['spacing.prisma', 'mysql', 'prisma'],
    ['comments.prisma', 'sqlite', 'foreignKeys'],
    ['several-files', 'sqlite', 'foreignKeys'],
  ])('reads the datasource of %s', (name, provider, relationMode) => {
    expect(schemaOf(name)).toMatchObject({ provider, relationMode })
  })

  test('reads attributes over several lines', () => {
    const model = parseSchema(`
      model A {
        id Int @id(
          map: "x"
        )
        a  Int @default(
          1
        ) /// doc
        @@unique(
          fields: [
            id,
            a
          ],
          name: "both"
        )
        b  Int
      }`).models.get('A')
    expect(model?.uniques).toEqual([{ name: 'both', fields: ['id', 'a'] }])
    expect(model?.fields.get('a')).toMatchObject({ default: '1', documentation: 'doc' })
    expect([...(model?.fields.keys() ?? [])]).toEqual(['id', 'a', 'b'])
  })

  test('has no provider without a datasource', () => {
    expect(parseSchema('').provider).toBe('')
  })
})

describe('text that is cut off', () => {
  test.each([
    ['model A {\n  id Int @id\n', 'An opening brace `{` has no closing one on line `1`'],
    ['model A {\n  id Int @id\n}\n}\n', 'A closing brace `}` has no opening one on line `4`'],
    ['model A {\n  id Int @map("a)\n}\n', 'A string has no closing quote on line `2`'],
    ['\r\n\r\n/* model A {\r\n', 'A comment has no closing `*/` on line `3`'],
  ])('is refused: %j', (text, message) => {
    expect(() => parseSchema(text)).toThrow(
      expect.objectContaining({
        code: 'SCHEMA_INVALID',
        message: expect.stringContaining(message),
      }),
    )
  })
})
