import { describe, expect, test } from 'vitest'
import { auditModelFields, auditModelText } from '../../src/cli/audit-model-text.ts'
import { auditColumns, missingAuditFields, tagModel } from '../../src/schema/audit-model.ts'
import { findTagModel } from '../../src/schema/find-audit-model.ts'
import { type Model, parseSchema } from '../../src/schema/parse.ts'

function modelOf(text: string): Model {
  return parseSchema(text).models.get('AuditLog') as Model
}

describe.each(['postgresql', 'mysql', 'sqlite'])('the audit model on %s', (provider) => {
  const text = auditModelText({ provider })

  test('has in the code the columns that it has in the shipped file', () => {
    const shipped = [...auditModelFields(provider).values()].map(
      (field) => [field.name, `${field.type}${field.isRequired ? '' : '?'}`] as const,
    )
    expect([...auditColumns(provider)]).toEqual(shipped)
  })

  test('is complete as shipped, also with columns of the user', () => {
    expect(missingAuditFields(modelOf(text), provider)).toEqual([])
    const more = text.replace('version ', 'region String?\n  version ')
    expect(missingAuditFields(modelOf(more), provider)).toEqual([])
  })

  test('tells what is absent, and what has another type or may be null', () => {
    const broken = text
      .replace(/^ {2}traceId.*\n/m, '')
      .replace(/entityId {3}String\?/, 'entityId String')
      .replace(/version {4}Int/, 'version BigInt')
      .replace(/after {6}Json\?/, 'after Json[]')
    expect(missingAuditFields(modelOf(broken), provider)).toEqual([
      'traceId String',
      'entityId String?',
      'after Json?',
      'version Int',
    ])
  })
})

test('the order of insertion is an Int on SQLite only', () => {
  const model = modelOf(auditModelText({ provider: 'postgresql' }))
  expect(missingAuditFields(model, 'sqlite')).toEqual(['seq Int'])
})

describe.each(['postgresql', 'mysql', 'sqlite'])('the model of tags on %s', (provider) => {
  const text = auditModelText({ provider }, tagModel)
  const schemaOf = (changed: string) => parseSchema(changed)
  const lacksOf = (changed: string) =>
    tagModel.missing(schemaOf(changed).models.get('AuditTag') as Model, provider)

  test('is complete as shipped, also with columns of the user', () => {
    expect(lacksOf(text)).toEqual([])
    expect(lacksOf(text.replace('  seq ', '  note String?\n  seq '))).toEqual([])
  })

  test('tells what is absent, has another type, or is no key', () => {
    expect(lacksOf(text.replace(/^ {2}value.*\n/m, ''))).toEqual(['value String'])
    expect(lacksOf(text.replace(/^ {2}key +String/m, '  key String?'))).toEqual(['key String'])
    const seq = provider === 'sqlite' ? 'seq Int' : 'seq BigInt'
    expect(lacksOf(text.replace(/^ {2}seq +/m, '  place '))).toEqual([seq])
    for (const key of ['@@id([value, key, seq])', '@@unique([key, value, seq])', '']) {
      const changed = text.replace('@@id([key, value, seq])', key)
      expect(lacksOf(changed)).toEqual(['@@id([key, value, seq])'])
    }
  })

  test('need not be there unless it is named, but must not be something else', () => {
    const other = schemaOf('model AuditTag {\n  id Int @id\n}\n')
    const find = (schema: ReturnType<typeof schemaOf>, name?: string) => () =>
      findTagModel(schema, name, provider)
    expect(find(schemaOf(''))()).toBeNull()
    expect(find(schemaOf(text))()?.name).toBe('AuditTag')
    expect(find(schemaOf(text), 'Label')).toThrow(/model of tags `Label`.*init/)
    expect(find(other)).toThrow(expect.objectContaining({ code: 'AUDIT_MODEL_INVALID' }))
    expect(find(other)).toThrow(/`AuditTag` lacks `key String`.*audit\(\{ tagModel: "\.\.\." \}\)/)
    const renamed = auditModelText({ provider, name: 'Label' }, tagModel)
    const both = schemaOf(`model AuditTag {\n  id Int @id\n}\n${renamed}`)
    expect(find(both, 'Label')()?.name).toBe('Label')
  })
})
