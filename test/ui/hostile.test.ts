import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { withAudit } from '../../src/index.ts'
import { auditedClient } from '../capture/audited.ts'
import { describeDatabase } from '../database/each.ts'
import { describeInBrowser } from './browser.ts'
import { openSite, type Site } from './site.ts'

const script = '<script>alert(1)</script>'
const image = '<img src=x onerror="alert(2)">'
const link = 'javascript:alert(3)'
/** Turns what follows around, and never ends. */
const bidi = '\u202Egnp.exe\u2066'
const megabyte = `${image}${'<b>long</b> '.repeat(90_000)}`

const many = <Value>(count: number, value: (i: number) => Value) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`${image}${i}`, value(i)]))

describeDatabase('sqlite', 'An audit log of hostile values', (db) => {
  let site: Site
  beforeAll(async () => {
    const prisma = auditedClient(db)
    const actor = { id: `${image}${bidi}`, name: `${script}${bidi}`, onBehalfOf: image }
    const request = { ip: script, id: image, userAgent: `${bidi}${script}` }
    await withAudit({ actor, tenant: script, request, reason: `${image}${bidi}` }, async () => {
      await prisma.$audit.record({
        action: script,
        entity: image,
        entityId: link,
        tags: { [script]: image, [bidi]: bidi, url: link, lone: '\uD800 alone' },
        before: { [image]: script, text: bidi },
        after: { [image]: image, text: `${bidi}${script}` },
      })
      await prisma.$audit.record({
        action: 'update',
        entity: 'Large',
        entityId: 'i'.repeat(1000),
        tags: many(1000, (i) => `${script}${i}`),
        before: { text: megabyte, nested: { html: script } },
        after: { text: `${megabyte}!`, nested: { html: image } },
      })
      await prisma.$audit.record({
        action: 'update',
        entity: 'Wide',
        entityId: '1',
        before: many(10_000, (i) => i),
        after: many(10_000, (i) => i + 1),
      })
    })
    site = await openSite(prisma)
  })
  afterAll(() => site?.close())

  describeInBrowser('in Chromium', (browser) => {
    /** Nothing of it has become an element, or asked for anything. */
    const expectText = async (page: Page) => {
      expect(await page.locator('img, b, a[href^="javascript"], main script').count()).toBe(0)
    }

    test('shows them as text, everywhere', async () => {
      const { page } = await browser.open()
      const dialogs: string[] = []
      page.on('dialog', (dialog) => {
        dialogs.push(dialog.message())
        void dialog.dismiss()
      })
      const asked: string[] = []
      page.on('request', (request) => asked.push(new URL(request.url()).pathname))
      await page.goto(
        `${site.url}/audit/?filter=${encodeURIComponent(`actor:"${image.replaceAll('"', '\\"')}"*`)}`,
      )
      const rows = page.getByRole('button', { name: /^Open: / })
      await expect.poll(() => rows.count()).toBe(3)
      await expectText(page)
      const name = page.getByRole('button', { name: script }).first()
      expect(
        await name
          .locator('.foreign')
          .first()
          .evaluate((at) => getComputedStyle(at).unicodeBidi),
      ).toBe('isolate')

      const panel = page.getByRole('region', { name: 'Entry', exact: true })
      for (const [entity, view] of [
        ['img', 'Side by side'],
        ['Large', 'Unified'],
        ['Wide', 'Fields'],
      ] as const) {
        await page.getByRole('button', { name: new RegExp(`^Open: .*${entity}`) }).click()
        await panel.getByRole('tab', { name: 'Changes' }).click()
        await panel.getByRole('button', { name: view, exact: true }).click()
        await panel
          .getByText(entity === 'img' ? script : entity)
          .first()
          .waitFor()
        await expectText(page)
        for (const tab of ['Trace', 'Details', 'JSON']) {
          await panel.getByRole('tab', { name: tab }).click()
          await panel.getByRole('tabpanel', { name: tab }).getByText(/./).first().waitFor()
          await expectText(page)
        }
        // What is not seen is not laid out: of 1 MB, or of 10,000 fields, a little.
        const size = await page.evaluate(() => {
          const count = (root: ParentNode): number =>
            [...root.querySelectorAll('*')].reduce(
              (sum, at) => sum + 1 + (at.shadowRoot ? count(at.shadowRoot) : 0),
              0,
            )
          return count(document)
        })
        expect(size).toBeLessThan(10_000)
      }
      await page.keyboard.press('Escape')
      await panel.waitFor({ state: 'detached' })
      // By a click, such a name becomes a term like any other.
      await page
        .getByRole('button', { name: /^<script>.*:\s*<img/ })
        .first()
        .click()
      await expect.poll(() => new URL(page.url()).searchParams.get('filter')).toContain(script)
      await expect.poll(() => rows.count()).toBeGreaterThan(0)
      await expectText(page)
      expect(dialogs).toEqual([])
      expect(
        asked.filter((path) => !path.startsWith('/audit/') && path !== '/favicon.ico'),
      ).toEqual([])
      expect(site.errors).toEqual([])
    })

    test('an address from such a name leads nowhere', async () => {
      site.scripts.set(
        '/links.js',
        `import '/audit/ui/elements.js'
         document.querySelector('audit-log').entityHref = (entity, id) => id`,
      )
      site.pages.set(
        '/links',
        `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Links</title>
        <script type="module" src="/links.js"></script></head><body><audit-log></audit-log></body></html>`,
      )
      const { page } = await browser.open()
      await page.goto(`${site.url}/links?filter=${encodeURIComponent(`id:"${link}"`)}`)
      await page
        .getByRole('button', { name: /^Open: / })
        .first()
        .waitFor()
      await page.getByText(link).first().waitFor()
      expect(await page.getByRole('link', { name: link }).count()).toBe(0)
    })
  })
})
