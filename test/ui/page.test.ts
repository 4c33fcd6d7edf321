import { afterAll, beforeAll, expect, test } from 'vitest'
import { auditedClient } from '../capture/audited.ts'
import { describeDatabase } from '../database/each.ts'
import { describeInBrowser } from './browser.ts'
import { openSite, type Site } from './site.ts'

describeDatabase('sqlite', 'The page of the handler', (db) => {
  let site: Site
  beforeAll(async () => {
    site = await openSite(auditedClient(db))
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
  })
})
