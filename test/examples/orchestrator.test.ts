import { existsSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Application, startApplication } from './application.ts'
import { ada, type Entry, grace, type Orchestrator, orchestratorAt } from './orchestrator.ts'

describe('The orchestrator example', () => {
  let application: Application
  let send: Orchestrator['send']
  let trail: Orchestrator['trail']

  beforeAll(async () => {
    application = await startApplication('examples/orchestrator/main.ts')
    ;({ send, trail } = orchestratorAt(application.url))
  })
  afterAll(async () => {
    await application?.stop()
  })

  function newResource(name: string, config: object = { region: 'eu-west-1', replicas: 1 }) {
    return send(grace, 'POST /resources', { name, templateId: 2, config })
  }

  test('tells where to look, and what has happened', () => {
    expect(application.printed).toContain(
      `curl -u ada@example.com:demo-password ${application.url}`,
    )
    expect(application.printed).toMatch(/Ada Lovelace +update +User 3 +role: viewer → operator/)
    expect(application.printed).toMatch(/Alan Turing +update +Resource 2 +config.replicas: 2 → 3/)
    expect(application.printed).toMatch(/Ada Lovelace \(for user 2\) +update +Resource 3 /)
  })

  test('the life of a resource is in its activity after it was deleted', async () => {
    const account = { name: 'nightly', scopes: ['read', 'write'] }
    const { json: nightly } = await send(ada, 'POST /service-accounts', account)
    const { status, json: resource } = await newResource('billing')
    expect(status).toBe(201)
    const path = `/resources/${resource.id}`
    const config = { region: 'eu-west-1', replicas: 4 }
    const headers = { 'X-Ticket': 'OPS-1', 'X-Reason': 'Load', 'User-Agent': 'vitest' }
    expect((await send(ada, `PATCH ${path}`, { config }, headers)).json).toMatchObject({ config })
    const token = `Bearer ${nightly.token}`
    const run = await send(token, `POST ${path}/executions`, { action: 'deploy' })
    expect(run).toMatchObject({ status: 201, json: { status: 'succeeded' } })
    expect((await send(grace, `DELETE ${path}`)).status).toBe(204)
    expect((await send(grace, `GET ${path}`)).status).toBe(404)

    const { json } = await send(grace, `GET ${path}/activity`)
    expect(json.nextCursor).toBeNull()
    expect(json.entries).toMatchObject([
      {
        action: 'delete',
        actorName: 'Grace Hopper',
        before: { status: 'active', config },
        after: null,
      },
      { action: 'deploy', outcome: 'success', actorName: 'nightly', parentId: run.json.traceId },
      {
        action: 'update',
        actorName: 'nightly',
        before: { status: 'provisioning' },
        after: { status: 'active' },
      },
      {
        action: 'update',
        actorName: 'nightly',
        actorType: 'service',
        actorId: String(nightly.id),
        tags: { execution: run.json.id },
        before: { status: 'pending' },
        after: { status: 'provisioning' },
        traceId: run.json.traceId,
        parentId: run.json.traceId,
      },
      { action: 'deploy', outcome: 'started', actorName: 'nightly', id: run.json.traceId },
      {
        action: 'update',
        actorName: 'Ada Lovelace',
        actorType: 'user',
        actorId: '1',
        tenantId: 'acme',
        reason: 'Load',
        tags: { ticket: 'OPS-1' },
        changed: ['config'],
        before: { config: { replicas: 1 } },
        after: { config: { replicas: 4 } },
        diff: { updated: { config: { replicas: 4 } } },
        request: { method: 'PATCH', path, ip: '127.0.0.1', userAgent: 'vitest' },
      },
      { action: 'create', actorName: 'Grace Hopper', before: null, after: { name: 'billing' } },
    ])
    const sequence = json.entries.map(({ seq }: Entry) => BigInt(seq))
    expect(sequence).toEqual(sequence.toSorted((a: bigint, b: bigint) => Number(b - a)))
    const execution = await trail(`entity=Execution&entityId=${run.json.id}`)
    expect(execution.map(({ action }) => action)).toEqual(['delete', 'update', 'create'])
  })

  test('a bulk update is recorded for every resource that it changed, in one trace', async () => {
    const { json: resource } = await newResource('reports')
    await send(grace, `POST /resources/${resource.id}/executions`, { action: 'deploy' })
    const { json } = await send(grace, 'PATCH /resources?kind=service', { status: 'maintenance' })
    const entries = await trail('entity=Resource&action=update')
    const [newest] = entries
    const bulk = entries.filter(({ traceId }) => traceId === newest?.traceId)
    expect(bulk).toHaveLength(json.count)
    expect(bulk).toContainEqual(expect.objectContaining({ entityId: String(resource.id) }))
  })

  test('who acts in the name of another is recorded with both', async () => {
    const headers = { 'X-On-Behalf-Of': 'grace@example.com' }
    const body = { name: 'queue', kind: 'queue', parameters: {} }
    const { json } = await send(ada, 'POST /templates', body, headers)
    const [entry] = await trail(`entity=Template&entityId=${json.id}`)
    expect(entry).toMatchObject({ actorId: '1', onBehalfOf: '2' })
    expect((await send(grace, 'POST /templates', body, headers)).status).toBe(403)
  })

  test('every one of many requests at once is recorded with its own actor', async () => {
    const callers = Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? ada : grace))
    const template = { kind: 'load', parameters: {} }
    const created = await Promise.all(
      callers.map((caller, i) =>
        send(caller, 'POST /templates', { ...template, name: `load-${i}` }),
      ),
    )
    expect(created.map(({ status }) => status)).toEqual(callers.map(() => 201))
    const entries = await trail('entity=Template&action=create')
    const actorOf = new Map(entries.map(({ entityId, actorId }) => [entityId, actorId]))
    const actors = created.map(({ json }) => actorOf.get(String(json.id)))
    expect(actors).toEqual(callers.map((caller) => (caller === ada ? '1' : '2')))
  })

  test('an execution that is refused halfway leaves no change, and tells that it failed', async () => {
    const { json: resource } = await newResource('half', {})
    const before = await trail()
    const path = `/resources/${resource.id}`
    const run = await send(grace, `POST ${path}/executions`, { action: 'deploy' })
    expect(run).toMatchObject({
      status: 409,
      json: { error: expect.stringContaining('config.region') },
    })
    const [failed, started, ...rest] = await trail()
    expect(rest).toEqual(before)
    expect(started).toMatchObject({ action: 'deploy', outcome: 'started', actorId: '2' })
    expect(failed).toMatchObject({
      action: 'deploy',
      outcome: 'failure',
      parentId: started?.id,
      after: { error: { message: '`config.region` is missing to deploy it.' } },
    })
    expect((await send(grace, `GET ${path}`)).json).toEqual(resource)
    expect((await send(grace, `GET ${path}/executions`)).json).toEqual([])
    // What it logged is there, too.
    const { json: trace } = await send(grace, `GET /traces/${started?.id}`)
    expect(trace.logs.lines.map(({ message }: { message: string }) => message)).toEqual([
      'deploy half',
      'config.region is missing',
    ])
  })

  test('the trace of an execution leads from who did it to how it ran', async () => {
    const { json: resource } = await newResource('traced')
    const path = `/resources/${resource.id}/executions`
    const runs = await Promise.all([
      send(ada, `POST ${path}`, { action: 'deploy' }),
      send(grace, `POST /resources/1/executions`, { action: 'restart' }),
    ])
    const { traceId, id } = runs[0].json
    expect(runs[0].status).toBe(201)
    expect(traceId).toMatch(/^[0-9a-f]{32}$/)
    const { json: trace } = await send(grace, `GET /traces/${traceId}`)
    expect(trace.entries.map((entry: Entry) => `${entry.action} ${entry.entity}`)).toEqual([
      'deploy Resource',
      'create Execution',
      'update Resource',
      'update Resource',
      'update Execution',
      'deploy Resource',
    ])
    for (const entry of trace.entries.slice(1)) {
      expect(entry).toMatchObject({ traceId, parentId: traceId, actorName: 'Ada Lovelace' })
    }
    expect(trace.entries[5]).toMatchObject({
      tags: { execution: id },
      after: { outcome: 'success' },
    })
    expect(trace.logs.lines).toMatchObject([
      {
        level: 'info',
        message: 'deploy traced',
        logger: 'executions',
        fields: { kind: 'service' },
      },
      { message: 'region is set', fields: { parameter: 'region', value: 'eu-west-1' } },
      { message: 'replicas is set' },
      { message: 'It is active' },
    ])
    for (const line of trace.logs.lines) {
      expect(line).toMatchObject({
        traceId,
        parentId: traceId,
        fields: { actor_id: '1', entity: 'Resource' },
      })
    }
    const { json: page } = await send(grace, `GET /traces/${traceId}?take=2&logsTake=3`)
    expect(page.entries).toHaveLength(2)
    expect(page.logs.lines).toHaveLength(3)
    const next = `take=10&cursor=${page.nextCursor}&logsCursor=${page.logs.nextCursor}`
    const { json: rest } = await send(grace, `GET /traces/${traceId}?${next}`)
    expect([...page.entries, ...rest.entries]).toEqual(trace.entries)
    expect([...page.logs.lines, ...rest.logs.lines]).toEqual(trace.logs.lines)
  })

  test('no password and no token is in an answer or in the trail', async () => {
    const password = 'correct horse battery staple'
    const person = { email: 'margaret@example.com', name: 'Margaret Hamilton', password }
    const user = await send(ada, 'POST /users', person)
    const changed = await send(ada, `PATCH /users/${user.json.id}`, { password: `${password}!` })
    const account = { name: 'backup', scopes: ['read'] }
    const { json: backup } = await send(ada, 'POST /service-accounts', account)
    expect(user.text + changed.text).not.toMatch(/password/i)
    expect(backup.token).toMatch(/^orc_/)

    const entries = await trail()
    const text = JSON.stringify(entries)
    expect(text).not.toContain(password)
    expect(text).not.toContain('demo-password')
    expect(text).not.toContain('orc_')
    const hashes = [...text.matchAll(/"(?:passwordHash|tokenHash)":"([^"]*)"/g)]
    expect(new Set(hashes.map(([, value]) => value))).toEqual(new Set(['[redacted]']))
    expect(
      entries.filter(
        ({ entityId, entity }) => entity === 'User' && entityId === String(user.json.id),
      ),
    ).toMatchObject([{ action: 'update', changed: ['passwordHash'] }, { action: 'create' }])
  })

  test('ends cleanly when it is told to', async () => {
    const database = /Database +(\S+)/.exec(application.printed)?.[1] ?? ''
    expect(existsSync(database)).toBe(true)
    expect(await application.stop()).toBe(0)
    expect(existsSync(database)).toBe(false)
  })
})
