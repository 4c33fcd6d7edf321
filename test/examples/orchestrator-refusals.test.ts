import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Application, startApplication } from './application.ts'
import { ada, grace, type Orchestrator, orchestratorAt } from './orchestrator.ts'

describe('The orchestrator example refuses', () => {
  let application: Application
  let send: Orchestrator['send']
  let trail: Orchestrator['trail']

  beforeAll(async () => {
    application = await startApplication('examples/orchestrator/main.ts')
    ;({ send, trail } = orchestratorAt(application.url))
  }, 90_000)
  afterAll(async () => {
    await application?.stop()
  })

  test('a write without authentication, and no row is left', async () => {
    const before = await trail()
    const resource = { name: 'intruder', templateId: 1 }
    for (const caller of [
      undefined,
      `Basic ${btoa('ada@example.com:wrong')}`,
      'Bearer orc_wrong',
    ]) {
      expect((await send(caller, 'POST /resources', resource)).status).toBe(401)
      expect((await send(caller, 'PATCH /users/2', { role: 'admin' })).status).toBe(401)
      expect((await send(caller, 'DELETE /resources/1')).status).toBe(401)
    }
    expect(await trail()).toEqual(before)
    expect((await send(grace, 'GET /resources')).text).not.toContain('intruder')
  })

  test('what an account may not do', async () => {
    expect((await send(grace, 'GET /audit/export?format=csv')).status).toBe(403)
    expect((await send(grace, 'POST /audit/reverts', { id: '0'.repeat(32) })).status).toBe(403)
    expect((await send(grace, 'PATCH /users/2', { role: 'admin' })).status).toBe(403)
    const person = { email: 'eve@example.com', name: 'Eve', password: 'only-for-eyes' }
    await send(ada, 'POST /users', person)
    const eve = `Basic ${btoa('eve@example.com:only-for-eyes')}`
    expect((await send(eve, 'GET /resources/1')).status).toBe(200)
    expect((await send(eve, 'DELETE /resources/1')).status).toBe(403)
  })

  test.each([
    ['GET /nothing', undefined, 404],
    ['GET /resources/999', undefined, 404],
    [`GET /traces/${'0'.repeat(32)}`, undefined, 404],
    ['GET /traces/nothing', undefined, 400],
    ['GET /resources/999/activity', undefined, 404],
    ['PATCH /resources/999', { name: 'a' }, 404],
    ['DELETE /resources/999', undefined, 404],
    ['POST /resources/999/executions', { action: 'deploy' }, 404],
    ['POST /resources', { name: '', templateId: 1 }, 400],
    ['POST /resources', { name: 'a', templateId: 999 }, 400],
    ['POST /resources', { name: 'a', templateId: 1, status: 'active' }, 400],
    ['POST /resources', { name: 'a\0b', templateId: 1 }, 400],
    ['POST /resources', 'no object', 400],
    ['PATCH /resources/1', {}, 400],
    ['PATCH /resources', { status: 'active' }, 400],
    ['POST /users', { email: 'x', name: 'x', password: 'long enough' }, 400],
    ['POST /resources', { name: 'orders-db', templateId: 1 }, 409],
    ['DELETE /templates/1', undefined, 409],
    ['POST /resources/1/executions', { action: 'deploys' }, 400],
  ])('%s with %j by %i', async (route, body, status) => {
    const answer = await send(ada, route, body)
    expect(answer).toMatchObject({ status, json: { error: expect.any(String) } })
  })

  test.each([
    ['GET /audit/entries?take=0', 400, 'PARAMETER_INVALID'],
    ['GET /audit/entries?cursor=x', 400, 'QUERY_INVALID'],
    ['GET /audit/entries?filter=since:never', 400, 'FILTER_INVALID'],
    ['GET /audit/nothing', 404, 'NOT_FOUND'],
    [`GET /audit/entries/${'0'.repeat(32)}`, 404, 'NOT_FOUND'],
    ['DELETE /audit/entries', 405, 'METHOD_NOT_ALLOWED'],
  ])('%s by %i %s', async (route, status, code) => {
    expect(await send(ada, route)).toMatchObject({ status, json: { status, code } })
  })
})
