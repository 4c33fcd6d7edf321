import { createElement } from 'react'
import { renderToString } from 'react-dom/server'
import { expect, test } from 'vitest'
import { AuditActivity, AuditLog } from '../../src/ui/react.ts'
import * as server from '../../src/ui/server.ts'

test('React components are rendered on a server, as elements with their attributes', () => {
  const activity = createElement(AuditActivity, {
    ...{ entity: 'User', entityId: 42n, include: ['posts', 'lines'], live: true },
    ...{ baseUrl: '/trail', className: 'panel', lang: 'zh', entityHref: () => null },
  })
  expect(renderToString(activity)).toBe(
    '<audit-activity lang="zh" entity="User" entity-id="42" include="posts,lines" live="" class="panel" base-url="/trail"></audit-activity>',
  )
  expect(renderToString(createElement(AuditLog, { address: 'none' }))).toBe(
    '<audit-log address="none"></audit-log>',
  )
})

test('the elements have their names where there is no browser, and do nothing', () => {
  expect(Object.keys(server).sort()).toEqual([
    'AuditActivity',
    'AuditLog',
    'addMessages',
    'defaults',
  ])
  expect(() => server.addMessages()).not.toThrow()
})
