import { beforeEach, describe, expect, test } from 'vitest'
import { revertSchema } from '../../src/http/revert-answer.ts'
import { withAudit } from '../../src/index.ts'
import { entriesOf } from '../capture/audited.ts'
import { describeDatabase } from '../database/each.ts'
import { alpha, type Served, serve } from './served.ts'
import { type Done, work } from './two-tenants.ts'

const sameSite = { 'Sec-Fetch-Site': 'same-origin' }

describeDatabase('sqlite', 'a revert over HTTP', (db) => {
  let served: Served
  let own: Done
  beforeEach(async () => {
    await db.clear()
    served = serve(db)
    own = await work(served.prisma, 'alpha')
  })

  const title = async () =>
    (await served.prisma.document.findUnique({ where: { id: 'document-alpha' } }))?.title

  const revert = async (body: object, asking = {}) => {
    const response = await served.ask('/reverts', { body, headers: sameSite, ...asking })
    return { status: response.status, body: JSON.parse(await response.text()) }
  }

  test('is done by the viewer, and recorded once', async () => {
    const before = new Set((await entriesOf(served.prisma)).map(({ id }) => id))
    const { status, body } = await revert({ id: own.updateId, reason: 'by mistake' })
    expect(status).toBe(200)
    expect(revertSchema.parse(body)).toEqual(body)
    expect(body).toMatchObject({
      dryRun: false,
      reverts: [own.updateId],
      conflicts: [],
      steps: [{ action: 'update', patch: { title: { from: 'changed alpha', to: 'new alpha' } } }],
    })
    expect(await title()).toBe('new alpha')
    const entries = (await entriesOf(served.prisma)).filter(({ id }) => !before.has(id))
    const [asked] = entries.splice(0, 1)
    expect(asked).toMatchObject({
      action: 'audit.revert',
      entityId: own.updateId,
      actorId: 'auditor',
      tenantId: 'alpha',
      reason: 'by mistake',
    })
    expect(entries.map(({ action, outcome }) => `${action} ${outcome}`)).toEqual([
      'revert started',
      'update success',
      'revert success',
    ])
    for (const entry of entries) {
      expect(entry).toMatchObject({
        actorId: 'auditor',
        tenantId: 'alpha',
        reason: 'by mistake',
        traceId: body.traceId,
        request: { method: 'POST', path: '/audit/reverts' },
      })
    }
  })

  test('is seen by the tenant whose entry it reverts, also where the viewer has several', async () => {
    const scope = { ...alpha, tenants: ['alpha', 'zebra'] }
    const { body } = await revert({ id: own.updateId }, { scope })
    const { entries } = await served.json(`/traces/${body.traceId}`)
    expect(entries).toHaveLength(3)
    const everything = { ...alpha, tenants: 'all' as const }
    expect(
      (await revert({ id: own.createId, onConflict: 'revert' }, { scope: everything })).status,
    ).toBe(200)
    const all = await entriesOf(served.prisma)
    expect(all.at(-1)).toMatchObject({ action: 'revert', tenantId: 'alpha' })
  })

  test('that is only tried changes nothing, and is recorded as a view', async () => {
    const { status, body } = await revert({ id: own.updateId, dryRun: true })
    expect(status).toBe(200)
    expect(body).toMatchObject({ dryRun: true, traceId: null, steps: [{ action: 'update' }] })
    expect(await title()).toBe('changed alpha')
    const view = (await entriesOf(served.prisma)).at(-1)
    expect(view).toMatchObject({
      action: 'audit.view',
      entityId: own.updateId,
      tags: { route: 'revert' },
    })
  })

  test('is refused with what was changed since', async () => {
    await withAudit({ actor: { id: 'eve' }, tenant: 'alpha' }, () =>
      served.prisma.document.update({
        where: { id: 'document-alpha' },
        data: { title: 'later' },
      }),
    )
    const { status, body } = await revert({ id: own.updateId })
    expect(status).toBe(409)
    expect(body).toMatchObject({
      code: 'REVERT_CONFLICT',
      conflicts: [
        {
          entity: 'Document',
          entityId: 'document-alpha',
          field: 'title',
          reason: 'changed',
          recorded: 'changed alpha',
          current: 'later',
          revertTo: 'new alpha',
          by: { actorId: 'eve', createdAt: expect.stringMatching(/Z$/) },
        },
      ],
    })
    expect(await title()).toBe('later')
    expect((await revert({ id: own.updateId, onConflict: 'revert' })).status).toBe(200)
    expect(await title()).toBe('new alpha')
  })

  test('of a whole unit of work takes all of it back', async () => {
    const traceId = own.traceIds[0]
    const { status } = await revert({ traceId, onConflict: 'revert' })
    expect(status).toBe(200)
    expect(await title()).toBeUndefined()
  })

  test('is refused where there is nothing to revert', async () => {
    const nothing = await revert({ id: '0'.repeat(32) })
    expect(nothing).toMatchObject({ status: 422, body: { code: 'REVERT_INVALID' } })
  })

  test('is not for a scope that does not allow it, whatever it names', async () => {
    const { mayRevert, ...scope } = alpha
    expect(mayRevert).toBe(true)
    const answers = [own.updateId, '0'.repeat(32)].map((id) => revert({ id }, { scope }))
    const [known, unknown] = await Promise.all(answers)
    expect(known?.status).toBe(403)
    expect(known).toEqual(unknown)
  })

  describe('is refused', () => {
    const body = () => ({ id: own.updateId })
    const cases: [string, () => object, number, string][] = [
      ['another site', () => ({ headers: { 'Sec-Fetch-Site': 'cross-site' } }), 403, 'CROSS_SITE'],
      ['a sibling site', () => ({ headers: { 'Sec-Fetch-Site': 'same-site' } }), 403, 'CROSS_SITE'],
      ['an origin', () => ({ headers: { Origin: 'https://evil.test' } }), 403, 'CROSS_SITE'],
      ['a hidden origin', () => ({ headers: { Origin: 'null' } }), 403, 'CROSS_SITE'],
      [
        'a form',
        () => ({ headers: { 'Content-Type': 'application/x-www-form-urlencoded' } }),
        415,
        'BODY_UNSUPPORTED',
      ],
      [
        'plain text',
        () => ({ headers: { 'Content-Type': 'text/plain;application/json' } }),
        415,
        'BODY_UNSUPPORTED',
      ],
      ['a long body', () => ({ body: { reason: 'x'.repeat(17_000) } }), 413, 'BODY_TOO_LARGE'],
      ['no target', () => ({ body: {} }), 400, 'PARAMETER_INVALID'],
      [
        'two targets',
        () => ({ body: { id: own.updateId, traceId: own.traceIds[0] } }),
        400,
        'PARAMETER_INVALID',
      ],
      ['an unknown field', () => ({ body: { ...body(), force: true } }), 400, 'PARAMETER_INVALID'],
      [
        'a text for a flag',
        () => ({ body: { ...body(), dryRun: 'true' } }),
        400,
        'PARAMETER_INVALID',
      ],
      ['a list', () => ({ body: [] }), 400, 'PARAMETER_INVALID'],
      [
        'a lone surrogate',
        () => ({ body: { ...body(), reason: '\ud800' } }),
        400,
        'PARAMETER_INVALID',
      ],
    ]
    test.each(cases)('%s', async (_, asking, status, code) => {
      expect(await revert(body(), asking())).toMatchObject({ status, body: { code } })
      expect(await title()).toBe('changed alpha')
    })

    test('what is no JSON', async () => {
      for (const given of ['{', '', '\xff', 'undefined']) {
        const request = served.requestOf('/reverts', { method: 'POST' })
        const headers = new Headers(request.headers)
        headers.set('Content-Type', 'application/json')
        const response = await served.handler(new Request(request, { headers, body: given }))
        expect(response.status).toBe(400)
        expect(await response.json()).toMatchObject({
          code: 'PARAMETER_INVALID',
          errors: [{ parameter: 'body', message: expect.stringContaining('JSON') }],
        })
      }
    })
  })

  test('is taken from the same origin, of a program, and behind a proxy', async () => {
    for (const headers of [
      { 'Sec-Fetch-Site': 'none' },
      { Origin: 'https://localhost' },
      { 'Content-Type': 'application/json; charset=utf-8' },
    ]) {
      const { status } = await revert({ id: own.updateId, dryRun: true }, { headers })
      expect(status).toBe(200)
    }
  })

  test('says why where `authorize` has read the body', async () => {
    const errors: unknown[] = []
    const { ask } = serve(db, {
      authorize: async (request) => {
        await request.text()
        return alpha
      },
      onError: (error) => errors.push(error),
    })
    const response = await ask('/reverts', { body: { id: own.updateId } })
    expect(response.status).toBe(500)
    expect(String(errors)).toContain('request.clone()')
  })
})
