import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { auditedClient } from '../capture/audited.ts'
import { describeDatabase } from '../database/each.ts'
import { describeInBrowser } from './browser.ts'
import { writeTrail } from './log-entries.ts'
import { openSite, type Site } from './site.ts'

describeDatabase('sqlite', 'A part that does not come', (db) => {
  let site: Site
  beforeAll(async () => {
    const prisma = auditedClient(db)
    await writeTrail(prisma, 4)
    site = await openSite(prisma)
    const page = (lang: string, script: string, element: string) =>
      `<!doctype html><html lang="${lang}"><head><meta charset="utf-8"><title>Parts</title>
      <script type="module" src="/audit/ui/${script}"></script></head><body>${element}</body></html>`
    const activity = '<audit-activity entity="Resource" entity-id="vpc-1"></audit-activity>'
    site.pages.set('/activity', page('en', 'activity.js', activity))
    site.pages.set('/zh', page('zh', 'elements.js', '<audit-log address="none"></audit-log>'))
  })
  beforeEach(() => {
    site.intercept = undefined
  })
  afterAll(() => site?.close())

  /** As after a deployment, or while the network is lost. */
  const lose = (name: string) => {
    site.intercept = ({ url }) =>
      url.includes(`/ui/${name}-`) ? new Response(null, { status: 404 }) : undefined
  }
  const problem = (page: Page) =>
    page.getByRole('alert').filter({ hasText: 'This part could not be loaded' })
  const retry = (page: Page) => problem(page).getByRole('button', { name: 'Try again' }).click()

  describeInBrowser('in Chromium', (browser) => {
    test.each([
      ['beside the entries', 'region', 1280],
      ['over the page', 'dialog', 700],
    ] as const)(
      'is told where an entry is opened %s, tried again, and closed',
      async (_where, role, width) => {
        const { page } = await browser.open({ viewport: { width, height: 900 } })
        const entry = page.getByRole(role, { name: 'Entry', exact: true })
        lose('audit-entry')
        await page.goto(`${site.url}/audit/`)
        await page.getByRole('button', { name: 'Open: update User' }).click()
        await problem(page).waitFor()
        await problem(page).getByRole('button', { name: 'Close' }).click()
        await entry.waitFor({ state: 'detached' })
        await page.getByRole('button', { name: 'Open: update User' }).click()
        await problem(page).waitFor()
        site.intercept = undefined
        await retry(page)
        await entry.getByText('Benjamin').first().waitFor()
        expect(await problem(page).count()).toBe(0)
      },
    )

    test('is told where a step of an activity is opened, tried again, and closed', async () => {
      const { page } = await browser.open()
      const sheet = page.getByRole('dialog', { name: 'Entry' })
      lose('audit-entry')
      await page.goto(`${site.url}/activity`)
      const step = page.getByRole('listitem').first()
      await step.getByRole('button', { name: 'show the entry' }).click()
      await problem(page).getByRole('button', { name: 'Close' }).click()
      await sheet.waitFor({ state: 'hidden' })
      await step.getByRole('button', { name: 'show the entry' }).click()
      site.intercept = undefined
      await retry(page)
      await sheet.getByRole('button', { name: 'Close' }).waitFor()
    })

    test('is told in place of the logs and of the table', async () => {
      const { page } = await browser.open()
      await page.goto(`${site.url}/activity`)
      lose('audit-logs')
      await page.getByRole('tab', { name: 'Logs' }).click()
      await problem(page).waitFor()
      site.intercept = undefined
      await retry(page)
      await page.getByText('planning 3 changes').waitFor()
      await page.getByRole('tab', { name: 'Audit' }).click()
      lose('audit-table')
      await page.getByRole('button', { name: 'Table' }).click()
      await problem(page).waitFor()
      site.intercept = undefined
      await retry(page)
      await page.getByRole('cell', { name: 'deploy-bot' }).first().waitFor()
    })

    test('is said in English where it is another language', async () => {
      const { page } = await browser.open()
      lose('zh')
      await page.goto(`${site.url}/zh`)
      await page.getByRole('heading', { name: 'Audit log' }).waitFor()
    })
  })
})
