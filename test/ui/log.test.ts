import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { withAudit } from '../../src/index.ts'
import { type AuditedClient, auditedClient } from '../capture/audited.ts'
import { describeDatabase } from '../database/each.ts'
import { describeInBrowser } from './browser.ts'
import { writeTrail } from './log-entries.ts'
import { auditor, openSite, type Site } from './site.ts'

describeDatabase('sqlite', 'The audit log', (db) => {
  let site: Site
  let prisma: AuditedClient
  beforeAll(async () => {
    prisma = auditedClient(db)
    await writeTrail(prisma, 120)
    site = await openSite(prisma)
  })
  beforeEach(() => {
    site.intercept = undefined
  })
  afterAll(() => site?.close())

  const show = async (page: Page, query = '') => {
    await page.goto(`${site.url}/audit/${query}`)
    await rows(page).first().waitFor()
  }
  const rows = (page: Page) => page.getByRole('row').filter({ has: page.locator('td .open') })
  const panel = (page: Page) => page.getByRole('region', { name: 'Entry', exact: true })
  const region = (page: Page) => page.getByRole('region', { name: 'Audit entries' })
  const filterOf = (page: Page) => new URL(page.url()).searchParams.get('filter')
  const offsetOf = async (page: Page, text: string) =>
    (await rows(page).filter({ hasText: text }).first().boundingBox())?.y
  const record = (entityId: string) =>
    withAudit({ actor: { id: 'u_9', name: 'Zoe' } }, () =>
      prisma.$audit.record({ action: 'approve', entity: 'Live', entityId }),
    )

  describeInBrowser('in Chromium', (browser) => {
    test('a click on a tag, an actor or an action filters, one with Alt leaves out', async () => {
      const { page } = await browser.open()
      await show(page)
      await page.getByRole('heading', { level: 1, name: 'Audit log' }).waitFor()
      await page.getByText(/^\d+ entries$/).waitFor()
      await rows(page)
        .getByRole('button', { name: /plan:\s*pro/ })
        .first()
        .click()
      await expect.poll(() => filterOf(page)).toBe('plan:pro')
      await expect.poll(() => rows(page).filter({ hasText: 'Post' }).count()).toBe(0)
      await rows(page)
        .getByRole('button', { name: 'update', exact: true })
        .first()
        .click({ modifiers: ['Alt'] })
      await expect.poll(() => filterOf(page)).toBe('plan:pro -action:update')
      await expect.poll(() => rows(page).getByText('update', { exact: true }).count()).toBe(0)
      expect(await page.title()).toBe('plan:pro -action:update · Audit log')
      await page.goBack()
      await expect.poll(() => filterOf(page)).toBe('plan:pro')
      await rows(page).getByText('update', { exact: true }).first().waitFor()
    })

    test('entries are sorted, and further pages come with the position kept', async () => {
      const { page } = await browser.open()
      await show(page, '?filter=entity:Post')
      await page.getByRole('columnheader', { name: 'Time' }).getByRole('button').click()
      await expect.poll(() => page.url()).toContain('direction=asc')
      await rows(page).first().getByText('1', { exact: true }).waitFor()
      await region(page).focus()
      await page.keyboard.press('End')
      await page.getByText('100 entries loaded').waitFor({ state: 'attached' })
      const before = await offsetOf(page, '50')
      await expect.poll(() => offsetOf(page, '50')).toBe(before)
      await page.keyboard.press('End')
      await page.getByText('120 entries loaded').waitFor({ state: 'attached' })
      await page.keyboard.press('Home')
      await rows(page).getByRole('button', { name: 'Open: create Post 1,' }).waitFor()
      await expect.poll(() => region(page).evaluate(({ scrollTop }) => scrollTop)).toBe(0)
    })

    test('an entry has its own address, which back closes and a reload opens again', async () => {
      const { page } = await browser.open()
      await show(page, '?filter=entity:User&zone=utc')
      await rows(page).getByRole('button', { name: 'Open: update User' }).click()
      await panel(page).waitFor()
      const { searchParams } = new URL(page.url())
      expect(searchParams.get('entry')).toBeTruthy()
      await page.reload()
      await panel(page).getByText('Benjamin').first().waitFor()
      expect(await page.getByRole('button', { name: 'UTC' }).getAttribute('aria-pressed')).toBe(
        'true',
      )
      await page.keyboard.press('j')
      await expect
        .poll(() => new URL(page.url()).searchParams.get('entry'))
        .not.toBe(searchParams.get('entry'))
      await page.keyboard.press('Escape')
      await panel(page).waitFor({ state: 'detached' })
      await rows(page).getByRole('button', { name: 'Open: update User' }).click()
      await panel(page).waitFor()
      await page.goBack()
      await panel(page).waitFor({ state: 'detached' })
      await page.goForward()
      await panel(page).waitFor()
      expect(filterOf(page)).toBe('entity:User')
    })

    test('tells the application of each entry that is opened, however that is, and closed', async () => {
      const { page } = await browser.open()
      await show(page, '?filter=entity:Post')
      const ids = await page.evaluate(async () => {
        const log = document.querySelector('audit-log') as HTMLElement
        const told: unknown[] = []
        Object.assign(globalThis, { told })
        log.addEventListener('audit-open', (event) => told.push((event as CustomEvent).detail.id))
        const rows = log.shadowRoot?.querySelector('audit-table')?.shadowRoot
        return [...(rows?.querySelectorAll<HTMLElement>('tr.entry') ?? [])].map(
          ({ dataset }) => dataset.id,
        )
      })
      const told = () => page.evaluate(() => (globalThis as unknown as { told: unknown[] }).told)
      const expected: unknown[] = []
      const tells = async (id: unknown, act: () => Promise<unknown>) => {
        await act()
        expected.push(id)
        await expect.poll(told).toEqual(expected)
      }
      await page.keyboard.press('j')
      await tells(ids[0], () => page.keyboard.press('Enter'))
      await tells(ids[1], () => page.keyboard.press('j'))
      await tells(ids[0], () => page.keyboard.press('k'))
      await tells(null, () => page.keyboard.press('Escape'))
      await tells(ids[0], () => page.goForward())
      await tells(null, () => page.goBack())
      await tells(ids[2], () => rows(page).nth(2).locator('.open').click())
      await tells(null, () => panel(page).getByRole('button', { name: 'Close' }).click())
    })

    test('what comes in live waits above, and moves nothing that is looked at', async () => {
      const { page } = await browser.open()
      await show(page, '?filter=-action:audit.view')
      await record('before')
      const opened = page.waitForResponse((response) => response.url().includes('/stream'))
      await page.getByTitle('Show entries as they come in').click()
      await opened
      await page.getByRole('button', { name: '1 new' }).waitFor()
      await record('after')
      await page.getByRole('button', { name: '2 new' }).waitFor()
      await region(page).evaluate((element) => element.scrollTo({ top: 700 }))
      await expect.poll(() => region(page).evaluate(({ scrollTop }) => scrollTop)).toBe(700)
      const middle = rows(page).nth(12)
      const name = (await middle.innerText()).split('\n').at(-1)
      const at = (await middle.boundingBox())?.y
      const id = await middle.getAttribute('data-id')
      await page.getByRole('button', { name: '2 new' }).click()
      await page.getByRole('button', { name: '2 new' }).waitFor({ state: 'detached' })
      const same = page.locator(`tr[data-id="${id}"]`)
      await expect
        .poll(async () => Math.round((await same.boundingBox())?.y ?? 0))
        .toBe(Math.round(at ?? -1))
      expect((await same.innerText()).split('\n').at(-1)).toBe(name)
      await region(page).evaluate((element) => element.scrollTo({ top: 0 }))
      await rows(page).getByText('after', { exact: true }).waitFor()
      await rows(page).getByText('before', { exact: true }).waitFor()
    })

    test('a connection that is lost is told, and made again', async () => {
      const { page } = await browser.open()
      site.intercept = (request) =>
        request.url.includes('/stream') ? new Response(null, { status: 503 }) : undefined
      await show(page)
      await page.getByTitle('Show entries as they come in').click()
      await page.getByText('The connection is lost').waitFor()
      site.intercept = undefined
      await page.getByText('The connection is lost').waitFor({ state: 'detached' })
    })

    test('UTC and the columns are remembered', async () => {
      const { page } = await browser.open()
      await show(page, '?filter=entity:User')
      const hours = (zone: string) =>
        rows(page)
          .first()
          .locator(`.clock`)
          .innerText()
          .then((time) => `${zone} ${time.slice(0, 2)}`)
      const local = await hours('')
      await page.getByRole('button', { name: 'UTC' }).click()
      await expect.poll(() => hours('')).not.toBe(local)
      expect(new URL(page.url()).searchParams.get('zone')).toBe('utc')
      await page.getByRole('button', { name: 'Columns' }).click()
      await page.getByRole('checkbox', { name: 'Trace' }).check()
      await page.getByRole('columnheader', { name: 'Trace' }).waitFor()
      await page.goto(`${site.url}/audit/`)
      await page.getByRole('columnheader', { name: 'Trace' }).waitFor()
      expect(await page.getByRole('button', { name: 'UTC' }).getAttribute('aria-pressed')).toBe(
        'true',
      )
    })

    test('an export has exactly the entries that are shown, in their order', async () => {
      const { page } = await browser.open()
      await show(page, '?filter=entity:Post&order=time&direction=asc')
      await page.getByRole('button', { name: 'Export' }).click()
      const download = page.waitForEvent('download')
      await page.getByRole('link', { name: 'Export as NDJSON' }).click()
      const file = await download
      expect(file.suggestedFilename()).toMatch(/\.ndjson$/)
      const text = await readFile(await file.path(), 'utf8')
      const ids = text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).id)
      const { entries } = await prisma.$audit.search('entity:Post', {
        take: 1000,
        order: { by: 'time', direction: 'asc' },
      })
      expect(ids).toEqual(entries.map(({ id }) => id))
      site.scope = { tenants: 'all', mayExport: false, mayRevert: false }
      await page.reload()
      await rows(page).first().waitFor()
      expect(await page.getByRole('button', { name: 'Export' }).count()).toBe(0)
    })

    test('an export by a client stays there until the browser has it, without a choice of files', async () => {
      site.scope = auditor
      const { page } = await browser.open()
      await page.addInitScript(() => {
        Reflect.deleteProperty(window, 'showSaveFilePicker')
        const revoked: string[] = []
        Object.assign(globalThis, { revoked })
        URL.revokeObjectURL = (url) => void revoked.push(url)
      })
      await show(page, '?filter=entity:User')
      await page.evaluate(() => {
        const log = document.querySelector('audit-log')
        const { shared } = log as unknown as { readonly shared: { readonly client: object } }
        Object.assign(log ?? {}, { client: { ...shared.client } })
      })
      await page.getByRole('button', { name: 'Export' }).click()
      const download = page.waitForEvent('download')
      await page.getByRole('button', { name: 'Export as NDJSON' }).click()
      const text = await readFile(await (await download).path(), 'utf8')
      expect(text.trim().split('\n')).toHaveLength(2)
      await page.getByText('The export is complete.').waitFor({ state: 'attached' })
      expect(
        await page.evaluate(() => (globalThis as unknown as { revoked: unknown[] }).revoked),
      ).toEqual([])
    })

    test('keys belong to the log while it is seen, and no character is being composed', async () => {
      const { page } = await browser.open()
      await show(page)
      const isTaken = (key: string, init: { readonly keyCode?: number } = {}) =>
        page.evaluate(
          ([key, init]) => {
            const event = { key, bubbles: true, cancelable: true, ...init }
            return !document.body.dispatchEvent(new KeyboardEvent('keydown', event))
          },
          [key, init] as const,
        )
      expect(await isTaken('l')).toBe(true)
      expect(await isTaken('l', { keyCode: 229 })).toBe(false)
      await page.evaluate(() => {
        document.body.hidden = true
      })
      for (const key of ['/', 'e', 'r', 'l', 'j']) expect(await isTaken(key)).toBe(false)
    })

    test('a filter that cannot be read stays as it is, with its error', async () => {
      const { page } = await browser.open()
      await page.goto(`${site.url}/audit/?filter=${encodeURIComponent('entity: foo')}`)
      await page.getByText('The filter cannot be read').waitFor()
      expect(filterOf(page)).toBe('entity: foo')
      await page.getByRole('button', { name: 'Clear the filter' }).click()
      await rows(page).first().waitFor()
    })

    test('begins with the filter that its page says, and follows it', async () => {
      site.pages.set(
        '/filtered',
        `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Log</title>
        <script type="module" src="/audit/ui/elements.js"></script></head>
        <body><audit-log address="none" filter="entity:User"></audit-log></body></html>`,
      )
      const asked: (string | null)[] = []
      site.intercept = ({ url }) => {
        const { pathname, searchParams } = new URL(url)
        if (pathname.endsWith('/count')) asked.push(searchParams.get('filter'))
        return undefined
      }
      const { page } = await browser.open()
      await page.goto(`${site.url}/filtered`)
      await page.getByText('2 entries', { exact: true }).waitFor()
      expect(await rows(page).count()).toBe(2)
      await page.evaluate(() =>
        document.querySelector('audit-log')?.setAttribute('filter', 'entity:Tag'),
      )
      await rows(page).filter({ hasText: 'create Tag' }).waitFor()
      expect(asked).toEqual(['entity:User', 'entity:Tag'])
    })

    test('in Chinese, and from right to left', async () => {
      site.pages.set(
        '/zh',
        `<!doctype html><html lang="ar" dir="rtl"><head><meta charset="utf-8"><title>Log</title>
        <script type="module" src="/audit/ui/elements.js"></script></head>
        <body><audit-log lang="zh" address="none"></audit-log></body></html>`,
      )
      const { page } = await browser.open()
      await page.goto(`${site.url}/zh`)
      await page.getByRole('heading', { name: '审计日志' }).waitFor()
      await rows(page).first().waitFor()
      const title = await page.getByRole('heading', { name: '审计日志' }).boundingBox()
      const help = await page.getByRole('button', { name: '键盘快捷键' }).boundingBox()
      expect(title?.x).toBeGreaterThan(help?.x ?? Number.POSITIVE_INFINITY)
      await rows(page).getByRole('button', { name: 'An auditor' }).first().click()
      await page.getByText('auditor', { exact: true }).waitFor()
      expect(page.url()).toBe(`${site.url}/zh`)
      await page.evaluate(() => document.querySelector('audit-log')?.setAttribute('lang', 'en'))
      await page.getByRole('heading', { name: 'Audit log' }).waitFor()
    })
  })
})
