import { expect, test } from 'vitest'
import type { EntryJson } from '../../src/http/client.ts'
import { type Condition, meets, withCondition } from '../../src/ui/activity/conditions.ts'
import { pathChanges } from '../../src/ui/activity/path-changes.ts'
import { kindsOf, stepsOf } from '../../src/ui/activity/steps.ts'
import { en } from '../../src/ui/messages/en.ts'
import type { Shared } from '../../src/ui/shared.ts'
import { changesSummary } from '../../src/ui/shown/changes-summary.ts'

function entry(given: Partial<EntryJson>): EntryJson {
  const diff = { added: {}, deleted: {}, updated: {} }
  return {
    ...{ seq: '1', id: 'id', traceId: 'trace', parentId: null, createdAt: '2026-01-01T00:00:00Z' },
    ...{ action: 'update', outcome: 'success', reason: null, entity: 'User', entityId: '1' },
    ...{ actorId: 'ada', actorType: 'user', actorName: null, onBehalfOf: null, tenantId: null },
    ...{ source: 'client', before: null, after: null, changed: [], diff, tags: null },
    ...{ request: null, version: 1, ...given },
  }
}

const isOwn = ({ entity }: EntryJson) => entity === 'User'

test('counts the versions of the entity down, past what is another one and what begins a run', () => {
  const running = { source: 'api', action: 'sync', traceId: 'run' }
  const entries = [
    entry({ id: 'd' }),
    entry({ id: 'post', entity: 'Post' }),
    entry({
      ...running,
      ...{ id: 'c', parentId: 'b', outcome: 'failure' },
      ...{ before: { outcome: 'started' }, after: { outcome: 'failure', durationMs: 41_000 } },
    }),
    entry({ ...running, id: 'b', outcome: 'started' }),
    entry({ id: 'a', action: 'create' }),
  ]
  const steps = stepsOf(entries, 4, isOwn)
  expect(steps.map(({ entry: { id }, version, duration }) => [id, version, duration])).toEqual([
    ['d', 4, null],
    ['post', null, null],
    ['c', 3, 41_000],
    ['a', 1, null],
  ])
  expect(kindsOf(steps)).toEqual([{ name: 'Post', count: 1 }])
})

test('tells what changed within JSON by its path, and no more than a few', () => {
  const settings = { limits: { seats: 5, until: null }, plan: 'pro' }
  const changed = { limits: { seats: 25, until: '2027-01-01' }, plan: 'pro' }
  const names = Array.from({ length: 10_000 }, (_, index) => `field${index}`)
  const values = Object.fromEntries(names.map((name) => [name, 1]))
  const { shown, more } = pathChanges(
    entry({
      changed: ['password', 'settings', ...names],
      before: { password: '[redacted]', settings },
      after: { password: '[redacted]', settings: changed, ...values },
    }),
  )
  expect(shown.slice(0, 4)).toEqual([
    { path: 'password', before: '[redacted]', after: '[redacted]' },
    { path: 'settings.limits.seats', before: 5, after: 25 },
    { path: 'settings.limits.until', before: null, after: '2027-01-01' },
    { path: 'field0', before: undefined, after: 1 },
  ])
  expect(shown.length + more).toBe(10_003)
})

test('takes no inherited property for a value', () => {
  const changed = ['constructor', '__proto__']
  const { shown } = pathChanges(entry({ changed, before: {}, after: { constructor: 'x' } }))
  expect(shown[0]).toEqual({ path: 'constructor', before: undefined, after: 'x' })
  expect(shown[1]).toEqual({ path: '__proto__', before: undefined, after: undefined })
})

test('shows what meets any condition on the same thing, and none that excludes it', () => {
  const condition = (key: string, text: string, isExcluded = false): Condition => {
    const kind = key === 'ticket' ? 'tag' : 'field'
    return { term: { kind, key, values: [{ text }] } as Condition['term'], isExcluded }
  }
  const ada = condition('actor', 'ada')
  const some = [ada, condition('actor', 'eve'), condition('ticket', '7')]
  expect(meets(entry({ tags: { ticket: [6, 7] } }), some)).toBe(true)
  expect(meets(entry({ actorId: 'eve', tags: { ticket: 7 } }), some)).toBe(true)
  expect(meets(entry({ actorId: 'bob', tags: { ticket: 7 } }), some)).toBe(false)
  expect(meets(entry({}), some)).toBe(false)
  const contrary = withCondition([ada], { ...ada, isExcluded: true })
  expect(contrary).toHaveLength(1)
  expect(meets(entry({}), contrary)).toBe(false)
})

test('takes the null of a Json field for a value, and not for what is in one', () => {
  const wrapped = { settings: { $json: null } }
  const value = { settings: { theme: 'dark' } }
  const diff = { added: { settings: { theme: 'dark' } }, deleted: wrapped, updated: {} }
  const set = entry({ changed: ['settings'], before: wrapped, after: value, diff })
  expect(pathChanges(set).shown).toEqual([
    { path: 'settings', before: { $json: null }, after: { theme: 'dark' } },
  ])
  const shared = { text: en, locale: 'en' } as Shared
  const { values } = changesSummary(shared, set)
  expect(values.slice(0, 2)).toEqual(['settings', 'null'])
  const unset = entry({ changed: ['settings'], before: value, after: wrapped, diff })
  expect(pathChanges(unset).shown).toEqual([
    { path: 'settings', before: { theme: 'dark' }, after: { $json: null } },
  ])
})
