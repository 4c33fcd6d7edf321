import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { withAudit } from '../../src/index.ts'
import { entryJson } from '../../src/query/entry-json.ts'
import { exportEntries } from '../../src/query/export.ts'
import type { Filter } from '../../src/query/filter.ts'
import type { ExportOptions, SearchOrder } from '../../src/query/queries.ts'
import type { Source } from '../../src/query/source.ts'
import { type AuditedClient, auditedClient } from '../capture/audited.ts'
import { describeEachEngine } from '../database/each.ts'
import { readCsv } from './csv-reader.ts'
import { sourceOf } from './source.ts'

const everything: Filter = { terms: [] }
const updates: Filter = { terms: [{ kind: 'field', key: 'action', values: [{ text: 'update' }] }] }

describeEachEngine('export', (db) => {
  let prisma: AuditedClient
  let source: Source
  beforeAll(async () => {
    prisma = auditedClient(db)
    source = sourceOf(db)
    await prisma.$connect()
  })
  beforeEach(() => db.clear())

  const pieces = async (options: ExportOptions, filter = everything, from = source) => {
    const all: string[] = []
    for await (const piece of exportEntries(from, filter, options)) all.push(piece)
    return all
  }
  const lines = async (options: Omit<ExportOptions, 'format'> = {}, filter?: Filter) => {
    const text = (await pieces({ format: 'ndjson', ...options }, filter)).join('')
    return text.split('\n').slice(0, -1)
  }

  test('writes a line of JSON for each entry that matches, newest first', async () => {
    const { id } = await prisma.tag.create({ data: { name: 'ä "x"\nline' } })
    await prisma.tag.update({ where: { id }, data: { name: 'y\u2028z' } })
    const { entries } = await prisma.$audit.entries()
    const meant = entries.map((entry) => JSON.stringify(entryJson(entry)))
    expect(await lines()).toEqual(meant)
    expect(await lines({}, updates)).toEqual(meant.filter((line) => line.includes('"update"')))
  })

  test('writes CSV, with the names first', async () => {
    await withAudit({ actor: { id: 'ada', name: '=cmd()' }, tags: { flow: 'a,b' } }, () =>
      prisma.tag.create({ data: { name: 'x' } }),
    )
    const [entry] = (await prisma.$audit.entries()).entries
    const [names = [], ...rows] = readCsv((await pieces({ format: 'csv' })).join(''))
    expect(rows).toHaveLength(1)
    const cells = Object.fromEntries(names.map((name, i) => [name, rows[0]?.[i]]))
    expect(cells).toMatchObject({
      seq: String(entry?.seq),
      createdAt: entry?.createdAt.toISOString(),
      traceId: entry?.traceId,
      parentId: null,
      action: 'create',
      entityId: entry?.entityId,
      actorName: "'=cmd()",
      before: null,
      after: JSON.stringify(entry?.after),
      tags: '{"flow":"a,b"}',
    })
  })

  test('writes the names where nothing matches, and nothing as NDJSON', async () => {
    expect((await pieces({ format: 'csv' })).join('')).toMatch(/^seq,.*,request\r\n$/)
    expect(await pieces({ format: 'ndjson' })).toEqual([])
  })

  describe('of a long trail', () => {
    const orders: SearchOrder[] = [
      {},
      { direction: 'asc' },
      { by: 'entity' },
      { by: 'actor', direction: 'asc' },
    ]
    test.each(orders)('goes through it once, by %j, as it was at the start', async (order) => {
      await prisma.tag.createMany({ data: named('a', 2_100) })
      await prisma.team.createMany({ data: named('b', 200) })
      const exported = exportEntries(source, everything, { format: 'ndjson', order })
      let text = ''
      let piece = 0
      for await (const each of exported) {
        text += each
        if (++piece > 3) continue
        await prisma.tag.createMany({ data: named(`new ${piece}`, 700) })
        await withAudit({ actor: { id: 'new' } }, () =>
          prisma.team.create({ data: { name: 'new team' } }),
        )
      }
      const told = text
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line))
      expect(told.filter(({ after }) => after.name.startsWith('new'))).toEqual([])
      expect(told).toHaveLength(2_300)
      expect(new Set(told.map(({ seq }) => seq)).size).toBe(2_300)
    })

    test('reads no further than it is asked to', async () => {
      await prisma.tag.createMany({ data: named('a', 2_100) })
      const exported = exportEntries(source, everything, { format: 'ndjson' })
      const iterator = exported[Symbol.asyncIterator]()
      await iterator.next()
      db.statements().clear()
      expect(db.statements().count()).toBe(0)
      await iterator.next()
      expect(db.statements().count(/SELECT/i)).toBe(1)
      await iterator.return?.()
    })

    test('ends when it is told to', async () => {
      await prisma.tag.createMany({ data: named('a', 1_100) })
      const stop = new AbortController()
      const exported = exportEntries(source, everything, { format: 'csv', signal: stop.signal })
      let text = ''
      for await (const each of exported) {
        text += each
        if (text.length > 1_000) stop.abort()
      }
      expect(readCsv(text)).toHaveLength(1_001)
      expect(await pieces({ format: 'csv', signal: stop.signal })).toEqual([])
    })
  })

  test('leaves out what the scope does, and masks fields', async () => {
    for (const tenant of ['acme', 'other']) {
      await withAudit({ actor: { id: 'ada' }, tenant }, () =>
        prisma.tag.create({ data: { name: `of ${tenant}` } }),
      )
    }
    const scope = { tenants: ['acme'], masked: { Tag: ['name'] }, mayExport: true }
    const scoped = { ...source, scope }
    for (const format of ['csv', 'ndjson'] as const) {
      const text = (await pieces({ format }, everything, scoped)).join('')
      expect(text).toContain('[masked]')
      expect(text).toContain('acme')
      expect(text).not.toContain('of acme')
      expect(text).not.toContain('other')
    }
  })

  test('refuses a scope that does not allow it, and what it does not know', () => {
    const options = { format: 'csv' } as const
    for (const mayExport of [undefined, false]) {
      const scoped = { ...source, scope: { tenants: 'all', mayExport } as const }
      expect(() => exportEntries(scoped, everything, options)).toThrow(
        expect.objectContaining({ code: 'QUERY_FORBIDDEN' }),
      )
    }
    expect(() => exportEntries(source, everything, { format: 'xml' as never })).toThrow(
      expect.objectContaining({ code: 'QUERY_INVALID', message: expect.stringContaining('`xml`') }),
    )
  })
})

function named(name: string, count: number): { name: string }[] {
  return Array.from({ length: count }, (_, i) => ({ name: `${name} ${i}` }))
}
