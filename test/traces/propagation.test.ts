import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  currentAudit,
  exportTrace,
  formatTraceparent,
  importTrace,
  parseTraceparent,
  withAudit,
} from '../../src/index.ts'

const traceId = '0190f0f0f0f00123456789abcdef0123'
const parentId = '0190f0f0f0f0fedcba9876543210fedc'

describe('A trace', () => {
  test('goes along as plain JSON, and is continued from it', () => {
    const context = {
      actor: { id: 7n, type: 'agent', name: 'Ada', onBehalfOf: 9 },
      tenant: 5,
      tags: { a: 1, b: ['x'], c: null },
      trace: { traceId, parentId, action: 'execute', entity: 'Job', entityId: '1' },
      request: { ip: '10.0.0.1' },
      reason: 'secret',
    } as const
    const carrier = withAudit(context, () => exportTrace())
    expect(carrier).toEqual({
      version: 1,
      traceId,
      parentId,
      actor: { id: '7', type: 'agent', name: 'Ada', onBehalfOf: '9' },
      tenant: '5',
      tags: { a: 1, b: ['x'], c: null },
      traceparent: `00-${traceId}-ba9876543210fedc-01`,
    })
    const expected = {
      actor: { id: '7', type: 'agent', name: 'Ada', onBehalfOf: '9' },
      tenant: '5',
      tags: { a: 1, b: ['x'], c: null },
      trace: { traceId, parentId },
    }
    expect(importTrace(carrier)).toEqual(expected)
    expect(importTrace(JSON.stringify(carrier))).toEqual(expected)
    withAudit(importTrace(carrier), () => expect(exportTrace()).toEqual(carrier))
  })

  test('is none outside of a context, and of a context without one only who acts', () => {
    expect(exportTrace()).toBeUndefined()
    const carrier = withAudit({ actor: { id: 'a' } }, () => exportTrace())
    expect(carrier).toEqual({ version: 1, actor: { id: 'a' } })
    expect(importTrace(carrier)).toEqual({ actor: { id: 'a' } })
  })

  test('is continued from a traceparent, too', () => {
    const header = formatTraceparent(traceId)
    expect(importTrace(header)).toEqual({ trace: { traceId } })
    withAudit(importTrace(header), () => expect(currentAudit()?.trace).toEqual({ traceId }))
  })

  test('goes into another process and back', async () => {
    const script = `import { currentAudit, importTrace, withAudit } from './src/index.ts'
      withAudit(importTrace(process.argv[1]), () => console.log(JSON.stringify(currentAudit())))`
    const carrier = withAudit({ actor: { id: 1 }, trace: { traceId } }, () =>
      JSON.stringify(exportTrace()),
    )
    const args = ['--import', 'tsx', '--input-type=module', '--eval', script, carrier]
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    expect(JSON.parse(await text(child.stdout))).toEqual({ actor: { id: '1' }, trace: { traceId } })
  })

  test.each([
    [undefined, 'it has no `version`'],
    [null, 'it has no `version`'],
    [5, 'it has no `version`'],
    ['nonsense', 'it is neither JSON nor a `traceparent`'],
    [{ version: 2, traceId }, 'its version is `2`'],
    [{ version: 1, traceId: 'short' }, '`trace.traceId`'],
    [{ version: 1, traceId, parentId: 5 }, '`trace.parentId`'],
    [{ version: 1, actor: 'root' }, '`actor`'],
    [{ version: 1, actor: { id: 1, type: 'god' } }, '`actor.type`'],
    [{ version: 1, tags: 'x' }, '`tags`'],
    [{ version: 1, tenant: {} }, '`tenant`'],
  ])('that is %j is refused', (carrier, message) => {
    expect(() => importTrace(carrier)).toThrow(
      expect.objectContaining({
        code: 'CONTEXT_INVALID',
        message: expect.stringContaining(message),
      }),
    )
  })

  test('that JSON cannot hold is refused', () => {
    for (const carrier of [{ version: 1n }, 7n, Symbol('x'), () => 1]) {
      expect(() => importTrace(carrier)).toThrow(
        expect.objectContaining({
          code: 'CONTEXT_INVALID',
          message: expect.stringContaining('version'),
        }),
      )
    }
  })

  test('of whatever text is read or refused, and never breaks', () => {
    const any = fc.oneof(
      fc.string(),
      fc.json(),
      fc.anything({ withBigInt: true, withDate: true, withMap: true }),
    )
    fc.assert(
      fc.property(any, (carrier) => {
        try {
          withAudit(importTrace(carrier), () => exportTrace())
        } catch (error) {
          expect(error).toMatchObject({ code: 'CONTEXT_INVALID' })
        }
      }),
    )
  })
})

describe('A traceparent', () => {
  test.each([
    ['00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', true],
    [' 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00 ', true],
    ['cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what-comes', true],
    ['00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more', false],
    ['ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', false],
    ['00-00000000000000000000000000000000-00f067aa0ba902b7-01', false],
    ['00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01', false],
    ['00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01', false],
    ['00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7', false],
    ['', false],
  ])('%j is one: %s', (header, isOne) => {
    const expected = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' }
    expect(parseTraceparent(header)).toEqual(isOne ? expected : undefined)
  })

  test('of a trace is read back', () => {
    const hex = (length: number) =>
      fc
        .stringMatching(new RegExp(`^[0-9a-f]{${length}}$`))
        .filter((id) => /[1-9a-f]{3}/.test(id.slice(-16)))
    fc.assert(
      fc.property(hex(32), fc.option(hex(32)), (id, parent) => {
        expect(parseTraceparent(formatTraceparent(id, parent))?.traceId).toBe(id)
      }),
    )
  })
})
