import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { promisify } from 'node:util'
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
  }, 90_000)
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

  test('tells of what can be asked of the trail', async () => {
    const [, asOf] = /(\/audit\/entities\/Resource\/2\/as-of\S+)'/.exec(application.printed) ?? []
    const past = await send(ada, `GET ${asOf}`)
    expect(past.json).toMatchObject({ state: { name: 'checkout', config: { replicas: 2 } } })
    const [, told = ''] = /audit\/reverts .*\n.* -d '(.*)'/.exec(application.printed) ?? []
    const revert = await send(ada, 'POST /audit/reverts', JSON.parse(told))
    expect(revert.json).toMatchObject({
      dryRun: true,
      steps: [{ entity: 'Resource', entityId: '2', patch: { config: { to: { replicas: 2 } } } }],
    })
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
    const execution = await trail(`entity:Execution id:${run.json.id}`)
    expect(execution.map(({ action }) => action)).toEqual(['delete', 'update', 'create'])
  })

  test('a bulk update is recorded for every resource that it changed, in one trace', async () => {
    const { json: resource } = await newResource('reports')
    await send(grace, `POST /resources/${resource.id}/executions`, { action: 'deploy' })
    const { json } = await send(grace, 'PATCH /resources?kind=service', { status: 'maintenance' })
    const entries = await trail('entity:Resource action:update')
    const [newest] = entries
    const bulk = entries.filter(({ traceId }) => traceId === newest?.traceId)
    expect(bulk).toHaveLength(json.count)
    expect(bulk).toContainEqual(expect.objectContaining({ entityId: String(resource.id) }))
  })

  test('who acts in the name of another is recorded with both', async () => {
    const headers = { 'X-On-Behalf-Of': 'grace@example.com' }
    const body = { name: 'queue', kind: 'queue', parameters: {} }
    const { json } = await send(ada, 'POST /templates', body, headers)
    const [entry] = await trail(`entity:Template id:${json.id}`)
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
    const entries = await trail('entity:Template action:create')
    const actorOf = new Map(entries.map(({ entityId, actorId }) => [entityId, actorId]))
    const actors = created.map(({ json }) => actorOf.get(String(json.id)))
    expect(actors).toEqual(callers.map((caller) => (caller === ada ? '1' : '2')))
  })

  test('an execution that fails halfway puts the resource back, and tells why', async () => {
    const { json: resource } = await newResource('half', {})
    const before = await trail()
    const path = `/resources/${resource.id}`
    const run = await send(grace, `POST ${path}/executions`, { action: 'deploy' })
    expect(run).toMatchObject({
      status: 409,
      json: { error: expect.stringContaining('config.region') },
    })
    const after = await trail()
    const entries = after.slice(0, after.length - before.length)
    expect(after.slice(entries.length)).toEqual(before)
    const [failed, ended, putBack, changed, created, started] = entries
    expect(started).toMatchObject({ action: 'deploy', outcome: 'started', actorId: '2' })
    expect(created).toMatchObject({ action: 'create', entity: 'Execution' })
    expect(changed).toMatchObject({ entity: 'Resource', after: { status: 'provisioning' } })
    expect(putBack).toMatchObject({ entity: 'Resource', after: { status: 'pending' } })
    expect(ended).toMatchObject({ entity: 'Execution', after: { status: 'failed' } })
    expect(failed).toMatchObject({
      action: 'deploy',
      outcome: 'failure',
      parentId: started?.id,
      after: { error: { message: '`config.region` is missing to deploy it.' } },
    })
    expect((await send(grace, `GET ${path}`)).json).toEqual({
      ...resource,
      updatedAt: expect.any(String),
    })
    const { json: executions } = await send(grace, `GET ${path}/executions`)
    expect(executions).toMatchObject([{ status: 'failed', traceId: started?.id }])
    // What it logged is there, too.
    const { json: trace } = await send(grace, `GET /traces/${started?.id}`)
    expect(trace.logs.lines.map(({ message }: { message: string }) => message)).toEqual([
      'deploy half',
      'config.region is missing',
      'It is pending again',
    ])
  })

  test('a caller who does not wait is answered when an execution has begun', async () => {
    const { json: resource } = await newResource('asked')
    const run = await send(
      grace,
      `POST /resources/${resource.id}/executions`,
      { action: 'deploy' },
      { Prefer: 'respond-async' },
    )
    expect(run).toMatchObject({ status: 202, json: { status: 'running', action: 'deploy' } })
    await expect
      .poll(async () => (await send(grace, `GET /executions/${run.json.id}`)).json)
      .toMatchObject({ status: 'succeeded', traceId: run.json.traceId })
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
      { message: 'Image is pulled' },
      { message: 'traced-1 is healthy' },
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

  test('the trail over HTTP is all of it for an administrator, and a part for others', async () => {
    const { json: resource } = await newResource('served')
    const filter = encodeURIComponent('-entity:AuditLog')
    const facetsOf = async (caller: string) => {
      const { json } = await send(caller, `GET /audit/facets?filter=${filter}&keys=entity`)
      return json.facets[0].values.map(({ value }: { value: string }) => value).sort()
    }
    const all = ['Execution', 'Resource', 'ServiceAccount', 'Template', 'User']
    expect(await facetsOf(ada)).toEqual(all)
    expect(await facetsOf(grace)).toEqual(['Execution', 'Resource', 'Template', 'User'])

    const promoted = 'GET /audit/entries?filter=entity:User+action:update+id:3&direction=asc&take=1'
    const states = [{ role: 'viewer' }, { role: 'operator' }]
    for (const [caller, email] of [
      [ada, 'alan@example.com'],
      [grace, '[masked]'],
    ] as const) {
      const [before, after] = states.map((state) => ({ ...state, email }))
      expect((await send(caller, promoted)).json.entries).toMatchObject([{ before, after }])
    }

    const path = `/audit/entities/Resource/${resource.id}`
    const created = (await send(grace, `GET ${path}/activity`)).json.entries[0]
    await send(grace, `PATCH /resources/${resource.id}`, { name: 'renamed' })
    const { json: past } = await send(grace, `GET ${path}/as-of?at=${created.createdAt}`)
    expect(past).toMatchObject({ state: { name: 'served' }, entry: { id: created.id } })
    // Who looked, and at what, is in the trail as well.
    const looked = await send(ada, 'GET /audit/entries?filter=action:audit.view+actor:2')
    const subjects = looked.json.entries.map((entry: Entry) => `${entry.entity} ${entry.entityId}`)
    expect(subjects).toContain(`Resource ${resource.id}`)
  })

  test('an administrator exports the trail, and takes a change back', async () => {
    const { json: resource } = await newResource('undone')
    await send(ada, `PATCH /resources/${resource.id}`, { name: 'mistaken' })
    const about = `entity:Resource+id:${resource.id}`
    const exported = await fetch(`${application.url}/audit/export?format=csv&filter=${about}`, {
      headers: { Authorization: ada },
    })
    expect((await exported.text()).trim().split('\r\n')).toHaveLength(3)
    const { json } = await send(ada, `GET /audit/entries?filter=${about}+action:update`)
    const reverted = await send(ada, 'POST /audit/reverts', { id: json.entries[0].id })
    expect(reverted.status).toBe(200)
    expect((await send(grace, `GET /resources/${resource.id}`)).json).toEqual({
      ...resource,
      updatedAt: expect.any(String),
    })
  })

  test('a stream tells of what happens, until its reader goes away', async () => {
    const reading = new AbortController()
    const { body } = await fetch(`${application.url}/audit/stream?filter=entity:Template`, {
      headers: { Authorization: grace },
      signal: reading.signal,
    })
    const events = body?.pipeThrough(new TextDecoderStream()).getReader()
    expect((await events?.read())?.value).toContain('event: open')
    await send(grace, 'POST /templates', { name: 'streamed', kind: 'queue', parameters: {} })
    expect((await events?.read())?.value).toMatch(/^event: entry\nid: .+\ndata: .+"streamed"/)
    reading.abort()
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

  test('the command line asks by the client of its audit.config.ts', async () => {
    const [, DATABASE_URL, command = ''] =
      /DATABASE_URL=(\S+) \\\n +node (.*)/.exec(application.printed) ?? []
    const given = command.replaceAll("'", '').split(' ')
    const env = { ...process.env, DATABASE_URL }
    const { stdout } = await promisify(execFile)(process.execPath, [...given, '--json'], { env })
    const { entries } = JSON.parse(stdout) as { entries: Entry[] }
    expect(new Set(entries.map(({ entity }) => entity))).toEqual(new Set(['User']))
  })

  test('ends cleanly when it is told to', async () => {
    const database = /Database +(\S+)/.exec(application.printed)?.[1] ?? ''
    expect(existsSync(database)).toBe(true)
    expect(await application.stop()).toBe(0)
    expect(existsSync(database)).toBe(false)
  })
})
