import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AuditedClient, auditedClient } from '../capture/audited.ts'
import { describeDatabase } from '../database/each.ts'
import { describeInBrowser } from './browser.ts'
import { bundled } from './bundled.ts'
import { openSite, type Site } from './site.ts'

describeDatabase('sqlite', 'A React component of an element that is loaded', (db) => {
  let site: Site
  let prisma: AuditedClient
  const record = () => prisma.$audit.record({ action: 'approve', entity: 'Live', entityId: 1 })
  beforeAll(async () => {
    prisma = auditedClient(db)
    await record()
    site = await openSite(prisma)
    site.scripts.set('/react.js', await bundled('test/ui/react-page.ts'))
    site.pages.set(
      '/react',
      `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>React</title>
      <script type="module" src="/react.js"></script></head><body><main></main></body></html>`,
    )
  })
  afterAll(() => site?.close())

  describeInBrowser('in Chromium', (browser) => {
    test('tells of what comes in, where it is live', async () => {
      const { page } = await browser.open()
      await page.goto(`${site.url}/react`)
      await page.getByRole('listitem').first().waitFor()
      await expect
        .poll(() => page.locator('audit-activity').evaluate((each) => 'live' in each && each.live))
        .toBe(true)
      await record()
      await page.getByRole('button', { name: 'One new entry' }).waitFor()
    })
  })
})
