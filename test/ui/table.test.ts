import { readFileSync } from 'node:fs'
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { auditedClient } from '../capture/audited.ts'
import { describeDatabase } from '../database/each.ts'
import { work } from '../http/two-tenants.ts'
import { describeInBrowser, type TestBrowser } from './browser.ts'
import { bundled } from './bundled.ts'
import { openSite, type Site } from './site.ts'

interface TableWindow {
  readonly told: readonly (readonly [string, unknown])[]
  readonly table: HTMLElementTagNameMap['audit-table']
  fill(count: number): void
  prepend(count: number): void
}
declare const window: TableWindow

const html =
  '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Table</title>' +
  '<script type="module" src="/part.js"></script></head><body><main><h1>Table</h1></main></body></html>'

describeDatabase('sqlite', 'The table of entries', (db) => {
  let site: Site
  beforeAll(async () => {
    const prisma = auditedClient(db)
    await work(prisma, 'acme')
    for (let at = 0; at < 60; at++) {
      await prisma.$audit.record({ action: 'approve', entity: 'User', entityId: String(at) })
    }
    site = await openSite(prisma)
    site.scripts.set('/part.js', await bundled('test/ui/table-page.ts'))
    site.pages.set('/part', html)
  })
  afterAll(() => site?.close())

  const opened = async (browser: TestBrowser, search = '') => {
    const { page } = await browser.open()
    await page.goto(`${site.url}/part${search}`)
    const table = page.getByRole('table', { name: 'Audit entries' })
    if (search === '') await table.getByRole('cell').first().waitFor()
    return { page, table }
  }
  const made = async (browser: TestBrowser, count: number) => {
    const found = await opened(browser, '?empty')
    await found.page.waitForFunction(() => window.table !== undefined)
    await found.page.evaluate((count) => window.fill(count), count)
    await row(found.page, 'made-0').waitFor()
    return found
  }
  const row = (page: Page, id: string) => page.locator(`tr[data-id="${id}"]`)
  const told = (page: Page) => page.evaluate(() => window.told)
  const focusedRow = (page: Page) =>
    page.evaluate(() => {
      const { activeElement } = window.table.shadowRoot as ShadowRoot
      return activeElement?.closest('tr')?.dataset.id
    })
  const top = async (row: Locator) => Math.round((await row.boundingBox())?.y ?? Number.NaN)

  describeInBrowser('in Chromium', (browser) => {
    test('shows entries, and opens one by a click on its row or by its button', async () => {
      const { page, table } = await opened(browser)
      expect(await table.getByRole('columnheader').allInnerTexts()).toEqual([
        expect.stringContaining('Time'),
        expect.stringContaining('Actor'),
        expect.stringContaining('Action'),
        expect.stringContaining('Resource'),
        'Changes',
        'Details',
      ])
      await table.getByRole('button', { name: 'Action' }).first().click()
      await table.getByRole('row', { name: 'approve User 0' }).waitFor()
      expect(
        await table.getByRole('columnheader', { name: 'Action' }).getAttribute('aria-sort'),
      ).toBe('ascending')
      const approval = table.getByRole('row', { name: 'approve User 0' }).first()
      expect(await approval.getByRole('link').getAttribute('href')).toBe('/users/0')
      await approval.getByRole('button', { name: /^Open: approve User 0,/ }).click()
      await page.locator('tr[aria-current="true"]').waitFor()
      const other = table.getByRole('row', { name: 'approve User 1' }).first()
      await other.locator('.in-changes').click()
      const events = await told(page)
      expect(events.map(([name]) => name)).toEqual(['audit-sort', 'audit-open', 'audit-open'])
      expect(await other.getAttribute('aria-current')).toBe('true')
    })

    test('tells what to filter by, and with Alt what to leave out', async () => {
      const { page, table } = await opened(browser)
      await table.getByRole('button', { name: 'Time' }).click()
      await table.getByRole('row', { name: /create Document/ }).waitFor()
      await table
        .getByRole('button', { name: /^shared: ?acme$/ })
        .first()
        .click()
      const actor = table.getByRole('button', { name: 'Actor of acme' }).first()
      await actor.click({ modifiers: ['Alt'] })
      await actor.press('Alt+Enter')
      const filters = (await told(page)).filter(([name]) => name === 'audit-filter')
      const values = [{ text: 'actor-acme' }]
      const excluded = { term: { kind: 'field', key: 'actor', values }, isExcluded: true }
      expect(filters.map(([, detail]) => detail)).toEqual([
        { term: { kind: 'tag', key: 'shared', values: [{ text: 'acme' }] }, isExcluded: false },
        excluded,
        excluded,
      ])
    })

    test('loads more when its end comes near, and stays where it is', async () => {
      const { page, table } = await opened(browser)
      const count = () => page.evaluate(() => window.table.entries.length)
      await expect.poll(count).toBe(50)
      await page.getByRole('region', { name: 'Audit entries' }).press('End')
      await expect.poll(count).toBeGreaterThan(60)
      expect(await focusedRow(page)).toBe(await page.evaluate(() => window.table.entries[49]?.id))
      await page.keyboard.press('End')
      await table.page().getByText('That is all: ').waitFor()
    })

    test('keeps thousands of rows, of which few are in the document, where they are', async () => {
      const { page } = await made(browser, 5000)
      const count = () => page.locator('tr.entry').count()
      expect(await count()).toBeLessThan(60)
      await page
        .locator('audit-table .region')
        .evaluate((region) => region.scrollTo({ top: 90_000 }))
      await row(page, 'made-0').waitFor({ state: 'detached' })
      await page.locator('tr.entry').first().waitFor()
      // The heights of the rows in sight are measured first.
      await page.evaluate(
        () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
      )
      const id = (await page.locator('tr.entry').nth(9).getAttribute('data-id')) ?? ''
      const before = await top(row(page, id))
      await page.evaluate(() => window.prepend(40))
      await page.locator('tr.entry').first().waitFor()
      await expect.poll(() => top(row(page, id))).toBe(before)
      expect(await count()).toBeLessThan(60)
      await page.evaluate(() => {
        window.table.selected = 'made-4000'
      })
      await row(page, 'made-4000').waitFor()
      const region = await page.locator('audit-table .region').boundingBox()
      await expect
        .poll(async () => (await top(row(page, 'made-4000'))) - (region?.y ?? 0))
        .toBeGreaterThan(0)
    })

    test('stays where it is when the entry that is shown elsewhere comes in further below', async () => {
      const { page } = await made(browser, 100)
      await page.evaluate(async () => {
        window.table.selected = 'made-120'
        await window.table.updateComplete
      })
      await row(page, 'made-0')
        .getByRole('button', { name: /^Open: / })
        .focus()
      await page.evaluate(() => window.fill(150))
      await page.evaluate(
        () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
      )
      const region = page.locator('audit-table .region')
      expect(await region.evaluate(({ scrollTop }) => scrollTop)).toBe(0)
      await page.keyboard.press('ArrowDown')
      await expect.poll(() => focusedRow(page)).toBe('made-1')
    })

    test('is walked through by the keyboard', async () => {
      const { page } = await made(browser, 5000)
      await page.getByRole('region', { name: 'Audit entries' }).focus()
      for (const [key, id] of [
        ['ArrowDown', 'made-0'],
        ['j', 'made-1'],
        ['ArrowDown', 'made-2'],
        ['k', 'made-1'],
        ['End', 'made-4999'],
        ['ArrowUp', 'made-4998'],
        ['Home', 'made-0'],
        ['ArrowDown', 'made-1'],
      ] as const) {
        await page.keyboard.press(key)
        await expect.poll(() => focusedRow(page)).toBe(id)
      }
      // Of all rows, only the controls of this one are on the way.
      await page.keyboard.press('Tab')
      expect(await focusedRow(page)).toBe('made-1')
      await page.keyboard.press('Shift+Tab')
      await page.keyboard.press('Enter')
      expect((await told(page)).at(-1)).toEqual(['audit-open', { id: 'made-1' }])
    })

    test('shows the columns that were chosen, in their order, and remembers them', async () => {
      const { page, table } = await opened(browser)
      await page.getByRole('button', { name: 'Columns' }).click()
      const choice = page.getByRole('dialog', { name: 'Columns' })
      await choice.getByRole('checkbox', { name: 'Details' }).uncheck()
      await choice.getByRole('checkbox', { name: 'Trace' }).check()
      await choice.getByRole('button', { name: 'Move up: Trace' }).click()
      await page.keyboard.press('Enter')
      await page.keyboard.press('Escape')
      const expected = ['Time', 'Actor', 'Action', 'Trace', 'Resource', 'Changes']
      const shown = async () =>
        (await table.getByRole('columnheader').allInnerTexts()).map((text) =>
          text.replace(/[^A-Za-z]/g, ''),
        )
      await expect.poll(shown).toEqual(expected)
      await page.reload()
      await expect.poll(shown).toEqual(expected)
      await page.getByRole('button', { name: 'Columns' }).click()
      await page.getByRole('button', { name: 'Reset' }).click()
      await expect.poll(shown).toContain('Details')
    })

    test('says that it loads and that there is nothing, and fits a narrow page', async () => {
      const { page } = await opened(browser, '?empty')
      await page.getByText('There are no entries here.').waitFor()
      await page.evaluate(() => {
        window.table.isLoading = true
      })
      await page.locator('.region[aria-busy="true"] .bone').first().waitFor()
      await page.evaluate(() => {
        window.table.isLoading = false
        window.fill(100)
      })
      await page.setViewportSize({ width: 320, height: 700 })
      await row(page, 'made-3').waitFor()
      const overflows = () =>
        page.evaluate(() => {
          const region = window.table.shadowRoot?.querySelector('.region') as Element
          const { documentElement } = document
          return [region, documentElement].some(
            ({ scrollWidth, clientWidth }) => scrollWidth > clientWidth,
          )
        })
      await expect.poll(overflows).toBe(false)
      await page.evaluate(readFileSync('node_modules/axe-core/axe.min.js', 'utf8'))
      expect(
        await page.evaluate(async () => {
          const { axe } = globalThis as unknown as { axe: typeof import('axe-core') }
          return (await axe.run()).violations.map(({ id }) => id)
        }),
      ).toEqual([])
    })
  })
})
