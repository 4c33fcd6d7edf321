import {
  type Attribute,
  argument,
  namesValue,
  rawValue,
  readAttributes,
  stringValue,
  wordValue,
} from './attributes.ts'
import { type Block, type Line, readBlocks } from './blocks.ts'
import { readDatasource } from './datasource.ts'
import type { Enum, Field, Key, Model, Relation, Schema } from './schema.ts'
import { unquote } from './tokens.ts'

export type { Enum, Field, Key, Model, Relation, Schema } from './schema.ts'

/**
 * Reads the text of a Prisma schema, all files of it joined by line feeds.
 *
 * The text is taken to be one that Prisma accepts. Models and fields that the client does not
 * have, being marked `@@ignore` or `@ignore`, are apart; composite types are left out.
 *
 * @throws AuditError `SCHEMA_INVALID` where braces, quotes or comments do not match.
 */
export function parseSchema(text: string): Schema {
  const blocks = readBlocks(text)
  const models = blocks.filter((block) => block.keyword === 'model' || block.keyword === 'view')
  const enums = blocks.filter((block) => block.keyword === 'enum')
  const names: Names = {
    models: new Set(models.map((block) => block.name)),
    enums: new Set(enums.map((block) => block.name)),
  }
  const { provider, relationMode } = readDatasource(blocks)
  const isIgnored = (block: Block) => find(blockAttributes(block), 'ignore') !== undefined
  const read = (some: readonly Block[]) =>
    new Map(some.map((block) => [block.name, readModel(block, names, text)]))
  return {
    provider,
    relationMode,
    models: read(models.filter((block) => !isIgnored(block))),
    ignoredModels: read(models.filter(isIgnored)),
    enums: new Map(enums.map((block) => [block.name, readEnum(block)])),
  }
}

interface Names {
  readonly models: ReadonlySet<string>
  readonly enums: ReadonlySet<string>
}

interface FieldLine {
  readonly field: Field
  readonly attributes: readonly Attribute[]
}

function readModel(block: Block, names: Names, text: string): Model {
  const own = blockAttributes(block)
  const all = fieldLines(block).map((line) => readField(line, block.name, names, text))
  const isIgnored = ({ attributes }: FieldLine) => find(attributes, 'ignore') !== undefined
  const fieldsOf = (lines: readonly FieldLine[]) =>
    new Map(lines.map(({ field }) => [field.name, field]))
  return {
    name: block.name,
    table: mappedName(own) ?? block.name,
    namespace: namespaceOf(own),
    isView: block.keyword === 'view',
    documentation: block.documentation,
    fields: fieldsOf(all.filter((line) => !isIgnored(line))),
    ignoredFields: fieldsOf(all.filter(isIgnored)),
    ...readKeys(all, own),
  }
}

function readField(line: Line, model: string, names: Names, text: string): FieldLine {
  const [nameToken, typeToken, ...rest] = line.tokens
  const name = nameToken?.text ?? ''
  const isUnsupported = typeToken?.text === 'Unsupported' && rest[0]?.text === '('
  const type = isUnsupported ? unquote(rest[1]?.text ?? '""') : (typeToken?.text ?? '')
  const modifiers = rest.slice(isUnsupported ? 3 : 0)
  const attributes = readAttributes(rest)
  const isRelation = !isUnsupported && names.models.has(type)
  const scalar = names.enums.has(type) ? 'enum' : 'scalar'
  const field: Field = {
    name,
    kind: isUnsupported ? 'unsupported' : isRelation ? 'relation' : scalar,
    type,
    isList: modifiers[0]?.text === '[',
    isRequired: modifiers[0]?.text !== '?',
    column: mappedName(attributes) ?? name,
    nativeType: nativeTypeOf(attributes),
    default: rawValue(argument(find(attributes, 'default'), 'value', 0), text),
    isUpdatedAt: find(attributes, 'updatedAt') !== undefined,
    documentation: line.documentation,
    relation: isRelation ? readRelation(find(attributes, 'relation'), model, type) : null,
  }
  return { field, attributes }
}

function readRelation(attribute: Attribute | undefined, from: string, to: string): Relation {
  const name = stringValue(argument(attribute, 'name', 0))
  return {
    name: name ?? [from, to].sort().join('To'),
    fields: namesValue(argument(attribute, 'fields')),
    references: namesValue(argument(attribute, 'references')),
    onDelete: wordValue(argument(attribute, 'onDelete')),
    onUpdate: wordValue(argument(attribute, 'onUpdate')),
  }
}

function readKeys(
  lines: readonly FieldLine[],
  own: readonly Attribute[],
): Pick<Model, 'primaryKey' | 'uniques'> {
  const marked = (attribute: string): Key[] =>
    lines
      .filter(({ attributes }) => find(attributes, attribute))
      .map(({ field }) => ({ name: field.name, fields: [field.name] }))
  const unsupported = new Set(
    lines.filter(({ field }) => field.kind === 'unsupported').map(({ field }) => field.name),
  )
  // A partial index, the one with a `where`, lets the same values appear twice.
  const listed = (name: string): Key[] =>
    own.filter((attribute) => attribute.name === name && !argument(attribute, 'where')).map(readKey)
  const isUsable = (key: Key) => !key.fields.some((field) => unsupported.has(field))
  return {
    primaryKey: [...marked('id'), ...listed('id')].find(isUsable) ?? null,
    uniques: [...marked('unique'), ...listed('unique')].filter(isUsable),
  }
}

function readKey(attribute: Attribute): Key {
  const fields = namesValue(argument(attribute, 'fields', 0))
  // Prisma calls a key of one field by that field, whatever its own name.
  const given = fields.length > 1 ? stringValue(argument(attribute, 'name')) : null
  return { name: given ?? fields.join('_'), fields }
}

function readEnum(block: Block): Enum {
  const own = blockAttributes(block)
  return {
    name: block.name,
    values: new Map(
      fieldLines(block).map(({ tokens }) => {
        const name = tokens[0]?.text ?? ''
        return [name, mappedName(readAttributes(tokens)) ?? name]
      }),
    ),
    type: mappedName(own) ?? block.name,
    namespace: namespaceOf(own),
  }
}

function fieldLines(block: Block): Line[] {
  return block.lines.filter((line) => line.tokens[0]?.text !== '@@')
}

function blockAttributes(block: Block): Attribute[] {
  return block.lines
    .filter((line) => line.tokens[0]?.text === '@@')
    .flatMap((line) => readAttributes(line.tokens))
}

function find(attributes: readonly Attribute[], name: string): Attribute | undefined {
  return attributes.find((attribute) => attribute.name === name)
}

function mappedName(attributes: readonly Attribute[]): string | null {
  return stringValue(argument(find(attributes, 'map'), 'name', 0))
}

function namespaceOf(attributes: readonly Attribute[]): string | null {
  return stringValue(argument(find(attributes, 'schema'), 'map', 0))
}

/** The part before the dot is the datasource's name, which need not be `db`. */
function nativeTypeOf(attributes: readonly Attribute[]): string | null {
  const attribute = attributes.find(({ name }) => name.includes('.'))
  if (!attribute) return null
  const type = attribute.name.slice(attribute.name.indexOf('.') + 1)
  const args = attribute.args.map((arg) => arg.tokens.map((token) => token.text).join(''))
  return args.length > 0 ? `${type}(${args.join(',')})` : type
}
