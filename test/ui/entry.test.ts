import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { withAudit } from '../../src/index.ts'
import { type AuditedClient, auditedClient, entriesOf } from '../capture/audited.ts'
import { describeDatabase } from '../database/each.ts'
import { describeInBrowser } from './browser.ts'
import { bundled } from './bundled.ts'
import { openSite, type Site } from './site.ts'

const document = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Entry</title>
<script type="module" src="/part.js"></script></head><body></body></html>`

interface Seen {
  seenBy(baseUrl: string): void
}

const actor = { id: 'u_204', type: 'user', name: 'support-lead', onBehalfOf: 'u_17' } as const

/** Three versions of a user, a run, an approval, and a user that was deleted. */
async function act(prisma: AuditedClient) {
  const request = {
    ip: '203.0.113.7',
    id: 'req-1',
    userAgent: 'curl/8',
    method: 'POST',
    path: '/users',
  }
  const tags = { namespace: 'billing', plan: 'pro' }
  await withAudit({ actor, request, tags, tenant: 'acme', reason: 'A ticket' }, async () => {
    const data = { email: 'ada@example.com', name: 'Ada', password: 'secret' }
    const { id } = await prisma.user.create({ data: { ...data, settings: { theme: 'dark' } } })
    const where = { id }
    await prisma.user.update({ where, data: { role: 'ADMIN', name: 'Ada Lovelace' } })
    await prisma.user.update({ where, data: { credit: 25, password: 'another' } })
    await prisma.$audit.run('execute', { entity: 'Job', entityId: 'job-1' }, async () => {
      await prisma.user.update({ where, data: { settings: { theme: 'light', size: 2 } } })
    })
    await prisma.$audit.record({ action: 'approve', entity: 'Job', entityId: 'job-1' })
  })
  return entriesOf(prisma)
}

describeDatabase('sqlite', 'An entry', (db) => {
  let site: Site
  let entries: Awaited<ReturnType<typeof act>>
  const idOf = (action: string, index = 0) =>
    entries.filter((entry) => entry.action === action)[index]?.id ?? ''

  beforeAll(async () => {
    const prisma = auditedClient(db)
    entries = await act(prisma)
    site = await openSite(prisma)
    site.scripts.set('/part.js', await bundled('test/ui/entry-page.ts'))
    site.pages.set('/part', document)
  })
  afterAll(() => site?.close())

  const show = (page: Page, id: string, more = '') =>
    page.goto(`${site.url}/part?entry=${id}${more}`)

  describeInBrowser('in Chromium', (browser) => {
    test('tells who did what, when and why, and what it was before', async () => {
      const { page } = await browser.open()
      await show(page, idOf('update'))
      await page.getByRole('heading', { level: 2, name: /update.*User.*1/ }).waitFor()
      const facts = page.locator('dl').first()
      for (const fact of [
        'support-lead',
        'u_204',
        'as u_17',
        'A ticket',
        'acme',
        'success',
        'UTC',
      ]) {
        await facts.getByText(fact).first().waitFor()
      }
      const sides = page.locator('audit-changes')
      await sides.getByRole('group', { name: 'Before · v1' }).getByText('MEMBER').waitFor()
      await sides.getByRole('group', { name: 'After · v2' }).getByText('ADMIN').waitFor()
      await facts.getByRole('button', { name: 'acme' }).click()
      const told = await page.evaluate(() => (globalThis as unknown as { told: unknown[] }).told)
      const term = { kind: 'field', key: 'tenant', values: [{ text: 'acme' }] }
      expect(told).toEqual([['audit-filter', { term, isExcluded: false }]])
    })

    test('tells how long ago it was, also later on', async () => {
      const { page } = await browser.open()
      await page.clock.install()
      await show(page, idOf('update'))
      const facts = page.locator('dl').first()
      await facts.getByText(/seconds? ago|now|minutes? ago/).waitFor()
      await page.clock.fastForward('50:00')
      await facts.getByText(/5\d minutes ago/).waitFor()
    })

    test('goes to the versions before and after, and keeps the tab that was chosen', async () => {
      const { page } = await browser.open()
      await show(page, idOf('update'))
      await page.getByRole('tab', { name: 'Changes 3' }).focus()
      await page.keyboard.press('End')
      await page.getByRole('tab', { name: 'JSON', selected: true }).waitFor()
      await page.keyboard.press('ArrowLeft')
      await page.getByRole('tabpanel', { name: 'Details' }).getByText('203.0.113.7').waitFor()
      await page.getByRole('button', { name: 'Version 3' }).click()
      await page.getByRole('button', { name: 'Version 2' }).waitFor()
      await page.getByRole('tab', { name: 'Details', selected: true }).waitFor()
      await page.getByRole('button', { name: 'Version 4' }).click()
      await page.getByRole('button', { name: 'Version 3' }).waitFor()
      expect(await page.getByRole('button', { name: 'Next version' }).isDisabled()).toBe(true)
      await page.getByRole('button', { name: 'Close' }).click()
      await page.getByRole('heading').waitFor({ state: 'detached' })
    })

    test('the keyboard stays where it is from version to version, to the first one', async () => {
      const { page } = await browser.open()
      await show(page, idOf('update', 1))
      const older = page.locator('audit-entry .versions button').first()
      const isFocused = () => older.evaluate((each) => each.matches(':focus'))
      await page.getByRole('button', { name: 'Version 2' }).focus()
      let release = () => {}
      site.intercept = async ({ url }) => {
        if (!url.endsWith(idOf('update'))) return undefined
        await new Promise<void>((resolve) => {
          release = resolve
        })
        return undefined
      }
      await page.keyboard.press('Enter')
      await page.locator('[aria-busy="true"]').waitFor()
      expect(await isFocused()).toBe(true)
      // Nothing is left out, nor asked for twice.
      await page.keyboard.press('Enter')
      release()
      site.intercept = undefined
      await page.getByRole('button', { name: 'Version 1' }).waitFor()
      expect(await isFocused()).toBe(true)
      await page.keyboard.press('Enter')
      await page.getByText('Values it was created with').first().waitFor()
      expect(await isFocused()).toBe(true)
      expect(await older.getAttribute('aria-disabled')).toBe('true')
      await page.keyboard.press('Enter')
      const told = await page.evaluate(() => (globalThis as unknown as { told: unknown[] }).told)
      expect(told).toEqual([
        ['audit-open', { id: idOf('update') }],
        ['audit-open', { id: idOf('create') }],
      ])
    })

    test('shows only the last of the entries that are asked for one after the other', async () => {
      const { page } = await browser.open()
      await show(page, idOf('create'))
      await page.getByText('Values it was created with').first().waitFor()
      const held: (() => void)[] = []
      site.intercept = async ({ url }) => {
        if (!url.endsWith(idOf('update'))) return undefined
        await new Promise<void>((resolve) => held.push(resolve))
        return undefined
      }
      await page.evaluate(
        ([first, last]) => {
          const element = globalThis.document.querySelector('audit-entry')
          Object.assign(element ?? {}, { entryId: first })
          requestAnimationFrame(() => Object.assign(element ?? {}, { entryId: last }))
        },
        [idOf('update'), idOf('approve')] as const,
      )
      // The one before stays until the next is there.
      await page.getByRole('heading', { name: /approve.*Job/ }).waitFor()
      for (const release of held) release()
      site.intercept = undefined
      await page.getByRole('tab', { name: 'Details', selected: true }).waitFor()
      await page.getByRole('heading', { name: /approve.*Job/ }).waitFor()
    })

    test('is gone with the client that it was read by, until the next one has it, too', async () => {
      const { page } = await browser.open()
      const id = idOf('update')
      await show(page, id)
      const heading = page.getByRole('heading', { level: 2, name: /update/ })
      await heading.waitFor()
      let answer = () => {}
      const answered = new Promise<void>((resolve) => {
        answer = resolve
      })
      await page.route(`**/audit/entries/${id}`, async (route) => {
        await answered
        await route.continue()
      })
      await page.evaluate(() => (globalThis as unknown as Seen).seenBy('/audit/'))
      await heading.waitFor({ state: 'detached' })
      answer()
      await heading.waitFor()
    })

    test('compares with another version, and comes back to its own change', async () => {
      const { page } = await browser.open()
      await show(page, idOf('update', 2))
      await page.getByRole('button', { name: 'Compare…' }).click()
      const select = page.getByLabel('Compare with')
      const first = select.locator('option', { hasText: /^v1 · .* · create · support-lead$/ })
      await select.selectOption(await first.getAttribute('value'))
      const before = page.getByRole('group', { name: /^v1 · / })
      await before.getByText('MEMBER').waitFor()
      await page
        .getByRole('group', { name: /^v4 · / })
        .getByText('ADMIN')
        .waitFor()
      await select.selectOption('')
      await page.getByRole('group', { name: 'Before · v3' }).getByText('dark').waitFor()
    })

    test('shows the trace of a run first, and the JSON to copy and to download', async () => {
      const { page } = await browser.open({ permissions: ['clipboard-read', 'clipboard-write'] })
      await show(page, idOf('execute'))
      await page.getByRole('tab', { name: 'Trace', selected: true }).waitFor()
      await page.locator('audit-trace').getByText('update').first().waitFor()
      await page.getByRole('tab', { name: 'JSON' }).click()
      await page.getByRole('button', { name: 'Copy all' }).click()
      await page.getByText('✓ Copied').waitFor()
      const copied = await page.evaluate(() => navigator.clipboard.readText())
      expect(JSON.parse(copied)).toMatchObject({ id: idOf('execute'), outcome: 'started' })
      const download = page.waitForEvent('download')
      await page.getByRole('button', { name: 'Download' }).click()
      expect((await download).suggestedFilename()).toBe(`entry-${idOf('execute')}.json`)
    })

    test('says that a link is copied, also after the address has changed', async () => {
      const { page } = await browser.open({ permissions: ['clipboard-read', 'clipboard-write'] })
      await show(page, idOf('update'))
      const button = page.getByRole('button', { name: 'Copy link' })
      await button.waitFor()
      await page.evaluate(() => history.replaceState(null, '', `${location.href}&zone=utc`))
      await button.click()
      await page.getByRole('button', { name: '✓ Copied' }).waitFor()
      expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('&zone=utc')
    })

    test('gives the link to be copied by hand where the browser refuses', async () => {
      const { page } = await browser.open()
      await page.addInitScript(() => {
        navigator.clipboard.writeText = () => Promise.reject(new Error('not allowed'))
      })
      await show(page, idOf('update'))
      await page.getByRole('button', { name: 'Copy link' }).click()
      await page.getByText('The browser does not allow copying here').waitFor()
      const link = await page.getByRole('textbox', { name: 'Text to copy' }).inputValue()
      expect(link).toBe(`${site.url}/part?entry=${idOf('update')}`)
    })

    test('says what is wrong, and tries again', async () => {
      const { page } = await browser.open()
      await show(page, '0'.repeat(32))
      await page.getByText('There is nothing here').waitFor()
      site.scope = 403
      await show(page, idOf('update'))
      await page.getByText('You may not see the audit log').waitFor()
      site.scope = { tenants: 'all' }
      await page.getByRole('button', { name: 'Try again' }).click()
      await page.getByRole('heading', { name: /update.*User/ }).waitFor()
    })

    test('has no barriers in either theme, in Chinese too', async () => {
      const axe = readFileSync('node_modules/axe-core/axe.min.js', 'utf8')
      for (const colorScheme of ['light', 'dark'] as const) {
        const { page } = await browser.open({ colorScheme })
        await show(page, idOf('update', 1), '&lang=zh')
        await page.evaluate(axe)
        for (const tab of ['变更', '详情', 'JSON']) {
          await page.getByRole('tab', { name: tab }).click()
          await page.getByRole('tabpanel', { name: tab }).waitFor()
          const violations = await page.evaluate(async () => {
            const { axe } = globalThis as unknown as { axe: typeof import('axe-core') }
            const found = await axe.run({ rules: { 'page-has-heading-one': { enabled: false } } })
            return found.violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])
          })
          expect(violations).toEqual([])
        }
      }
    })
  })
})
