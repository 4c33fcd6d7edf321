import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { auditedClient } from '../capture/audited.ts'
import { describeDatabase } from '../database/each.ts'
import { describeInBrowser } from './browser.ts'
import { writeTrail } from './log-entries.ts'
import { openSite, type Site } from './site.ts'

/** What has the focus, in whatever element it is: its text or its name. */
const focused = (page: Page) =>
  page.evaluate(() => {
    let at = document.activeElement
    while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement
    return at?.getAttribute('aria-label') ?? (at as HTMLElement | null)?.innerText?.trim() ?? ''
  })

/** Tab, as often as it takes. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let i = 0; i < 40; i++) {
    await page.keyboard.press('Tab')
    if (name.test(await focused(page))) return
  }
  throw new Error(`Tab never came to ${name}`)
}

describeDatabase('sqlite', 'The audit log by keyboard only', (db) => {
  let site: Site
  beforeAll(async () => {
    const prisma = auditedClient(db)
    await writeTrail(prisma, 5)
    site = await openSite(prisma)
  })
  afterAll(() => site?.close())

  describeInBrowser('in Chromium', (browser) => {
    async function openLog(): Promise<Page> {
      const { page } = await browser.open()
      await page.goto(`${site.url}/audit/`)
      await page
        .getByRole('button', { name: /^Open: / })
        .first()
        .waitFor()
      return page
    }

    test('leads from opening the page to an exported filter', async () => {
      const page = await openLog()
      const panel = page.getByRole('region', { name: 'Entry', exact: true })

      await page.keyboard.press('?')
      const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
      await sheet.getByText('Go to the filter').waitFor()
      await page.keyboard.press('Escape')
      await sheet.waitFor({ state: 'hidden' })

      await page.keyboard.press('/')
      await page.keyboard.type('entity:User ')
      await page.keyboard.press('Enter')
      await expect.poll(() => page.url()).toContain('filter=entity%3AUser')
      await page.getByText('2 entries', { exact: true }).waitFor()

      // Into the table by Tab, and through it.
      await tabTo(page, /^Open: update User|^Audit entries$/)
      await page.keyboard.press('j')
      await expect.poll(() => focused(page)).toMatch(/^Open: (update|create) User/)
      await page.keyboard.press('Enter')
      await panel.getByRole('tab', { name: /Changes/ }).waitFor()
      const opened = page.url()
      await page.keyboard.press('[')
      await expect.poll(() => page.url()).not.toBe(opened)
      await panel.getByRole('button', { name: /Version 2|Next/i }).waitFor()
      await page.keyboard.press(']')
      await expect.poll(() => page.url()).toBe(opened)
      await page.keyboard.press('Escape')
      await panel.waitFor({ state: 'detached' })
      await expect.poll(() => focused(page)).toMatch(/^Open: /)

      await page.keyboard.press('u')
      await expect.poll(() => page.url()).toContain('zone=utc')
      await page.keyboard.press('e')
      await expect.poll(() => focused(page)).toBe('Export as CSV')
      const download = page.waitForEvent('download')
      await page.keyboard.press('Enter')
      const lines = (await readFile(await (await download).path(), 'utf8')).trim().split('\n')
      expect(lines).toHaveLength(3)
    })

    test('a key that comes right after the shortcuts were closed is heard', async () => {
      const page = await openLog()
      await page.keyboard.press('?')
      const close = page.getByRole('dialog').getByRole('button', { name: 'Close' })
      await close.focus()
      // The focus leaves what is hidden with the next frame only.
      await close.evaluate((button: HTMLButtonElement) => {
        button.click()
        button.dispatchEvent(
          new KeyboardEvent('keydown', { key: '/', bubbles: true, composed: true }),
        )
      })
      await page.keyboard.type('entity:User ')
      await expect.poll(() => page.url()).toContain('filter=entity%3AUser')
    })

    test('the skip link leads over all controls, and single keys can be switched off', async () => {
      const page = await openLog()
      await page.keyboard.press('Tab')
      expect(await focused(page)).toBe('Skip to the entries')
      await page.keyboard.press('Enter')
      await expect.poll(() => focused(page)).toMatch(/^Open: /)
      await page.keyboard.press('?')
      await page.getByRole('checkbox', { name: 'Use these shortcuts' }).uncheck()
      await page.keyboard.press('Escape')
      await page.keyboard.press('u')
      expect(page.url()).not.toContain('zone=utc')
      await page.keyboard.press('?')
      expect(await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).count()).toBe(0)
    })
  })
})
