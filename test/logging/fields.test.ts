import { describe, expect, test } from 'vitest'
import { updateAudit, withAudit } from '../../src/index.ts'
import { logFields } from '../../src/logging/fields.ts'
import { expectedFields, type Mark, traffic } from './traffic.ts'

const id = '0192f0a1b2c3d4e5f60718293a4b5c6d'

describe('logFields', () => {
  test('is empty outside of any context, and of a context that knows nothing', () => {
    expect(logFields()).toEqual({})
    expect(withAudit({ reason: 'none of a line' }, logFields)).toEqual({})
  })

  test('has all that is known, as text', () => {
    const trace = { traceId: id, parentId: id, action: 'execute', entity: 'Note', entityId: '1' }
    const actor = { id: 7n, type: 'service', name: 'CI', onBehalfOf: 42 } as const
    const request = { id: 'r-1', ip: '127.0.0.1' }
    expect(withAudit({ trace, actor, request, tenant: 3 }, logFields)).toEqual({
      trace_id: id,
      parent_id: id,
      action: 'execute',
      entity: 'Note',
      entity_id: '1',
      actor_id: '7',
      actor_type: 'service',
      on_behalf_of: '42',
      tenant_id: '3',
      request_id: 'r-1',
    })
  })

  test('leaves out what is null, and takes an actor without a type as a user', () => {
    const trace = { traceId: id, parentId: null, entity: 'Report', entityId: null }
    const actor = { id: null, onBehalfOf: null }
    expect(withAudit({ trace, actor, tenant: null }, logFields)).toStrictEqual({
      trace_id: id,
      entity: 'Report',
      actor_type: 'user',
    })
  })

  test('follows a context that changes, and answers an object that may be added to', () => {
    withAudit({ actor: { id: 1 } }, () => {
      Object.assign(logFields(), { actor_id: 'changed' })
      expect(logFields()).toEqual({ actor_id: '1', actor_type: 'user' })
      updateAudit({ actor: { id: 2 } })
      expect(logFields()).toEqual({ actor_id: '2', actor_type: 'user' })
    })
    expect(Object.assign(logFields(), { own: 1 })).toEqual({ own: 1 })
  })

  test('is that of the running code among many requests', async () => {
    const seen: { mark: Mark; fields: object }[] = []
    await traffic((mark) => seen.push({ mark, fields: logFields() }))
    expect(seen).toHaveLength(300 * 7)
    for (const { mark, fields } of seen) expect(fields).toStrictEqual(expectedFields(mark))
  })
})
