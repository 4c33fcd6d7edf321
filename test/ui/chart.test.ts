import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { HistogramJson } from '../../src/http/client.ts'
import { auditedClient } from '../capture/audited.ts'
import { describeDatabase } from '../database/each.ts'
import { describeInBrowser, type TestBrowser } from './browser.ts'
import { bundled } from './bundled.ts'
import { openSite, type Site } from './site.ts'

declare const window: {
  readonly filters: readonly string[]
  readonly chart: HTMLElementTagNameMap['audit-chart']
}

const html =
  '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Chart</title>' +
  '<script type="module" src="/part.js"></script></head><body><main><h1>Chart</h1></main></body></html>'
/** Of four hours, thirty buckets at least: eight minutes each in a page this wide. */
const range = 'since:2026-11-20T08:00:00Z until:2026-11-20T12:00:00Z'

describeDatabase('sqlite', 'The chart of entries over time', (db) => {
  let site: Site
  beforeAll(async () => {
    const prisma = auditedClient(db)
    await prisma.$audit.record({ action: 'approve', entity: 'User', entityId: '1' })
    site = await openSite(prisma)
    site.scripts.set('/part.js', await bundled('test/ui/chart-page.ts'))
    site.pages.set('/part', html)
  })
  afterAll(() => site?.close())

  const opened = async (browser: TestBrowser, filter: string) => {
    const { page } = await browser.open({ viewport: { width: 392, height: 600 } })
    await page.goto(`${site.url}/part?filter=${encodeURIComponent(filter)}`)
    const chart = page.getByRole('slider', { name: 'Entries over time' })
    return { page, chart }
  }
  /** Bucket by bucket: so many updates as its index, one deletion in each third. */
  const answer = ({ url }: Request): Response | undefined => {
    const { pathname, searchParams } = new URL(url)
    if (pathname !== '/audit/histogram') return undefined
    const [since, until] = ['since', 'until'].map((name) =>
      Date.parse(searchParams.get(name) ?? ''),
    ) as [number, number]
    const count = Number(searchParams.get('buckets'))
    const at = (index: number) => new Date(since + ((until - since) * index) / count).toISOString()
    const buckets = Array.from({ length: count }, (_, index) => ({
      since: at(index),
      until: at(index + 1),
      isExact: index >= 10,
      counts: {
        ...(index >= 5 && { update: index }),
        ...(index % 3 === 0 && index >= 5 && { delete: 1 }),
      },
    }))
    const json: HistogramJson = { since: at(0), until: at(count), knownSince: at(5), buckets }
    return Response.json(json)
  }

  describeInBrowser('in Chromium', (browser) => {
    test('finds where there is something to see, and says it in words', async () => {
      site.intercept = undefined
      const { page, chart } = await opened(browser, 'action:approve')
      await page.getByText(/: 1 entry\. Most, 1, in /).waitFor({ state: 'attached' })
      expect(await chart.getAttribute('aria-valuetext')).toMatch(/: 1 entry, approve 1$/)
      expect(await page.getByText('other 1').isVisible()).toBe(true)
    })

    test('makes what is marked by the pointer the range of the filter, and takes it back', async () => {
      site.intercept = answer
      const { page, chart } = await opened(browser, range)
      await page.getByText(/update ≈ 4/).waitFor()
      expect(await page.getByText('not looked at').isVisible()).toBe(true)
      const box = await chart.boundingBox()
      if (!box) throw new Error('The chart has no place.')
      const x = (bucket: number) => box.x + (box.width * (bucket + 0.5)) / 30
      await page.mouse.move(x(15), box.y + 20)
      await page.getByText(/^16 entries$/).waitFor()
      await page.mouse.down()
      await page.mouse.move(x(18), box.y + 20)
      await page.getByText(/^68 entries$/).waitFor()
      await page.mouse.up()
      const zoomed = 'since:2026-11-20T10:00Z until:2026-11-20T10:32Z'
      await expect.poll(() => page.evaluate(() => window.filters)).toEqual([zoomed])
      await page.getByRole('button', { name: 'Reset the range' }).click()
      await expect.poll(() => page.evaluate(() => window.filters)).toEqual([zoomed, range])
    })

    test('is read and marked by the keyboard', async () => {
      site.intercept = answer
      const { page, chart } = await opened(browser, range)
      await page.getByText(/update ≈ 4/).waitFor()
      await chart.focus()
      await page.keyboard.press('Home')
      expect(await chart.getAttribute('aria-valuetext')).toBe('20 Nov, 08:00–08:08: ≈ 0 entries')
      for (let at = 0; at < 12; at++) await page.keyboard.press('ArrowRight')
      await page.keyboard.press('Shift+ArrowRight')
      await expect
        .poll(() => chart.getAttribute('aria-valuetext'))
        .toBe('20 Nov, 09:36–09:52: 26 entries, update 25, delete 1')
      await page.keyboard.press('Escape')
      await page.keyboard.press('Enter')
      await expect
        .poll(() => page.evaluate(() => window.filters.at(-1)))
        .toBe('since:2026-11-20T11:52Z until:2026-11-20T12:00Z')
      await page.evaluate(readFileSync('node_modules/axe-core/axe.min.js', 'utf8'))
      expect(
        await page.evaluate(async () => {
          const { axe } = globalThis as unknown as { axe: typeof import('axe-core') }
          return (await axe.run()).violations.map(({ id }) => id)
        }),
      ).toEqual([])
    })

    test('says in one line what went wrong, where it was, and tries again', async () => {
      let refusals = 0
      site.intercept = (request) => {
        if (!request.url.includes('/histogram') || refusals++ > 0) return answer(request)
        return Response.json({ status: 403, code: 'FORBIDDEN', title: 'No' }, { status: 403 })
      }
      const { page, chart } = await opened(browser, range)
      await page.getByText('You may not see the audit log').waitFor()
      const { height } = (await chart.boundingBox()) ?? {}
      await page.getByRole('button', { name: 'Try again' }).click()
      await page.getByText(/update ≈ 4/).waitFor()
      expect((await chart.boundingBox())?.height).toBe(height)
    })
  })
})
