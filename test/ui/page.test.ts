import { afterAll, beforeAll, expect, test } from 'vitest'
import { auditedClient, entriesOf } from '../capture/audited.ts'
import { describeDatabase } from '../database/each.ts'
import { violationsOf } from './axe.ts'
import { describeInBrowser } from './browser.ts'
import { auditor, openSite, type Site } from './site.ts'

describeDatabase('sqlite', 'The page of the handler', (db) => {
  let site: Site
  let id: string
  beforeAll(async () => {
    const prisma = auditedClient(db)
    await prisma.document.create({ data: { id: 'first', title: 'First' } })
    const [entry] = await entriesOf(prisma)
    id = entry?.id ?? ''
    site = await openSite(prisma)
  })
  afterAll(() => site?.close())

  describeInBrowser('in Chromium', (browser) => {
    test('shows the whole trail, at the path of the handler', async () => {
      const { page } = await browser.open()
      await page.goto(`${site.url}/audit`)
      expect(page.url()).toBe(`${site.url}/audit`)
      await page.locator('audit-log').getByText(/./).first().waitFor()
      expect(site.errors).toEqual([])
    })

    test.each([
      ['zh-CN', 'zh-CN', '审计日志', /^\d+年\d+月\d+日 /],
      ['de-DE', 'en-DE', 'Audit log', /^\d+ \w+ \d{4}, /],
      ['en-GB', 'en-GB', 'Audit log', /^\d+ \w+ \d{4}, /],
      ['en-US', 'en-US', 'Audit log', /^\w+ \d+, \d{4}, /],
    ])('speaks as a browser in %s likes it', async (locale, language, title, time) => {
      const { page } = await browser.open({ locale })
      await page.goto(`${site.url}/audit/?entry=${id}`)
      await page.getByRole('heading', { level: 1, name: title }).waitFor()
      expect(await page.evaluate(() => document.documentElement.lang)).toBe(language)
      expect(await page.locator('audit-entry dd time').first().innerText()).toMatch(time)
      expect(await violationsOf(page)).toEqual([])
    })

    test.each([
      ['zh-CN', '您无权访问。'],
      ['de-DE', 'This is not allowed.'],
    ])('refuses a browser in %s as it likes it', async (locale, title) => {
      site.scope = 403
      const { page } = await browser.open({ locale })
      await page.goto(`${site.url}/audit/`)
      await page.getByRole('heading', { level: 1, name: title }).waitFor()
      expect(await violationsOf(page)).toEqual([])
      site.scope = auditor
    })
  })
})
