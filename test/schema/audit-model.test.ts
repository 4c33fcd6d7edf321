import { describe, expect, test } from 'vitest'
import { auditModelFields, auditModelText } from '../../src/cli/audit-model-text.ts'
import { auditColumns, missingAuditFields } from '../../src/schema/audit-model.ts'
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
