import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Snapshot } from '../../src/http/client.ts'
import { MASK, MASKED } from '../../src/mask.ts'
import { auditedClient } from '../capture/audited.ts'
import { describeDatabase } from '../database/each.ts'
import { describeInBrowser } from './browser.ts'
import { bundled } from './bundled.ts'
import { openSite, type Site } from './site.ts'

const document = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Changes</title>
<script type="module" src="/part.js"></script></head><body></body></html>`

const note = Array.from({ length: 40 }, (_, index) => `Line ${index} of a note.`)
const before = {
  id: 1,
  name: 'Ada',
  email: 'a@b.c',
  role: 'member',
  seats: 5,
  note: note.join('\n'),
}
const after = {
  ...before,
  role: 'admin',
  note: note.with(20, 'Line 20 of a letter.').join('\n'),
  until: '2027-01-01',
}

describeDatabase('sqlite', 'Changes', (db) => {
  let site: Site
  beforeAll(async () => {
    site = await openSite(auditedClient(db))
    site.scripts.set('/part.js', await bundled('test/ui/changes-page.ts'))
    site.pages.set('/part', document)
  })
  afterAll(() => site?.close())

  async function show(
    page: Page,
    states: {
      readonly beforeState: Snapshot | null
      readonly afterState: Snapshot | null
      readonly changed?: readonly string[]
    },
  ) {
    await page.goto(`${site.url}/part`)
    await page.locator('audit-changes').waitFor({ state: 'attached' })
    await page.evaluate((states) => {
      const element = globalThis.document.querySelector('audit-changes')
      Object.assign(element ?? {}, JSON.parse(states))
    }, JSON.stringify(states))
  }
  const violationsOf = async (page: Page) => {
    await page.evaluate(readFileSync('node_modules/axe-core/axe.min.js', 'utf8'))
    return page.evaluate(async () => {
      const { axe } = globalThis as unknown as { axe: typeof import('axe-core') }
      const { violations } = await axe.run({
        rules: { 'page-has-heading-one': { enabled: false } },
      })
      return violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])
    })
  }

  describeInBrowser('in Chromium', (browser) => {
    test('are beside one another, what is unchanged is folded away until it is asked for', async () => {
      const { page } = await browser.open()
      await show(page, { beforeState: before, afterState: after })
      const [old, now] = [
        page.getByRole('group', { name: 'Before' }),
        page.getByRole('group', { name: 'After' }),
      ]
      await old.getByRole('deletion').getByText('removed: role: member').waitFor()
      expect(await now.getByRole('insertion').allInnerTexts()).toHaveLength(3)
      expect(await old.locator('mark').allInnerTexts()).toEqual(['member', 'note'])
      expect(await now.getByText('Line 2 of a note.').count()).toBe(0)
      expect(await now.getByText('Ada').count()).toBe(0)
      await page.getByRole('button', { name: '3 unchanged fields' }).focus()
      await page.keyboard.press('Enter')
      await now.getByText('Ada').waitFor()
      // The focus went on to what is folded next.
      await page.keyboard.press('Enter')
      await now.getByText('seats').waitFor()
      await page.getByLabel('Only changes').uncheck()
      await now.getByText('Line 2 of a note.').waitFor()
    })

    test('are shown in the way that was chosen the last time', async () => {
      const { page } = await browser.open()
      await show(page, { beforeState: before, afterState: after })
      await page.getByRole('button', { name: 'Fields', exact: true }).click()
      await page.getByRole('row', { name: /^role ?, changed .*member.*admin$/ }).waitFor()
      await page.getByRole('button', { name: 'Unified' }).click()
      await page.getByLabel('Only changes').uncheck()
      await page.reload()
      await show(page, { beforeState: before, afterState: after })
      await page.getByRole('group', { name: 'Before → After' }).getByText('Ada').waitFor()
      await page.getByRole('button', { name: 'Unified', pressed: true }).waitFor()
      expect(await page.getByLabel('Only changes').isChecked()).toBe(false)
    })

    test('leave only values behind when they are copied from one side', async () => {
      const { page } = await browser.open()
      await show(page, { beforeState: before, afterState: { ...after, note: before.note } })
      const side = page.getByRole('group', { name: 'After' })
      await side.getByText('admin').waitFor()
      await page.getByRole('button', { name: '2 unchanged fields' }).waitFor()
      const box = await side.locator('.name', { hasText: 'role' }).first().boundingBox()
      const end = await side.getByText('2027-01-01').boundingBox()
      if (!box || !end) throw new Error('There is no text.')
      await page.mouse.move(box.x, box.y + box.height / 2)
      await page.mouse.down()
      await page.mouse.move(end.x + end.width, end.y + end.height / 2, { steps: 4 })
      await page.mouse.up()
      const copied = await page.evaluate(() => String(getSelection()))
      expect(copied.split('\n').filter((line) => line !== '')).toEqual([
        'role: admin',
        'until: 2027-01-01',
      ])
    })

    test('tell of creates, deletes, hidden values, and of nothing', async () => {
      const { page } = await browser.open()
      await show(page, { beforeState: null, afterState: { name: 'Ada', bio: null } })
      const created = page.getByRole('group', { name: 'Values it was created with' })
      await created.getByText('Ada').waitFor()
      expect(await page.getByRole('group', { name: 'Before' }).count()).toBe(0)
      expect(await page.getByLabel('Only changes').count()).toBe(0)
      await show(page, { beforeState: { name: 'Ada' }, afterState: null })
      await page
        .getByRole('group', { name: /when it was deleted/ })
        .getByText('Ada')
        .waitFor()
      const hidden = { id: 1, password: MASK, ssn: MASKED }
      await show(page, { beforeState: hidden, afterState: hidden, changed: ['password'] })
      await page.getByRole('deletion').getByText('••• redacted').waitFor()
      await page.getByText('The value is not in the audit log.').waitFor()
      await page.getByText('You may not see this value.').waitFor()
      await show(page, { beforeState: null, afterState: null })
      await page.getByText('This entry tells of no values.').waitFor()
    })

    test('stay responsive with hostile values and ten thousand fields', async () => {
      const { page } = await browser.open()
      const script = '<script>document.title = "hacked"</script>\u202Egnp.exe'
      const fields = Array.from({ length: 10_000 }, (_, index): [string, string] => [
        `field${index}`,
        `value ${index}`,
      ])
      const huge = 'x'.repeat(1_000_000)
      const old = { [script]: script, huge, ...Object.fromEntries(fields) }
      const now = Object.fromEntries(fields.map(([name, value]) => [name, `${value}!`]))
      await show(page, { beforeState: old, afterState: { [script]: 1, huge: `${huge}y`, ...now } })
      await page.getByText('value 0!').waitFor()
      await page.getByText(/^changed, 1,000,000 → 1,000,001 characters/).waitFor()
      expect(await page.title()).toBe('Changes')
      const size = () =>
        page
          .locator('audit-changes')
          .evaluate((element) => element.shadowRoot?.textContent?.length ?? 0)
      expect(await size()).toBeLessThan(100_000)
      await page.getByRole('button', { name: 'Show 500 more of 9,802 fields' }).click()
      await page.getByText('value 600!').waitFor()
      for (const view of ['Fields', 'Unified']) {
        await page.getByRole('button', { name: view, exact: true }).click()
        await page.getByText('value 600!').waitFor()
      }
      await show(page, { beforeState: { huge: null }, afterState: { huge } })
      await page.getByRole('button', { name: 'Show more of 1 line, 1,000,000 characters' }).click()
      await expect.poll(size).toBeGreaterThan(50_000)
      expect(await size()).toBeLessThan(60_000)
    })

    test('have no barriers in any view, in either theme', async () => {
      for (const colorScheme of ['light', 'dark'] as const) {
        const { page } = await browser.open({ colorScheme })
        const [beforeState, afterState] = [before, after].map((state) => ({
          ...state,
          token: MASK,
        }))
        await show(page, { beforeState: beforeState ?? null, afterState: afterState ?? null })
        for (const view of ['Fields', 'Side by side', 'Unified']) {
          await page.getByRole('button', { name: view, exact: true }).click()
          expect(await violationsOf(page)).toEqual([])
        }
      }
    })
  })
})
