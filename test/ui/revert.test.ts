import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { withAudit } from '../../src/index.ts'
import { type AuditedClient, auditedClient, entriesOf } from '../capture/audited.ts'
import { describeDatabase } from '../database/each.ts'
import { describeInBrowser, type Opened } from './browser.ts'
import { bundled } from './bundled.ts'
import { auditor, openSite, type Site } from './site.ts'

describeDatabase('sqlite', 'A revert', (db) => {
  let prisma: AuditedClient
  let site: Site
  beforeAll(async () => {
    prisma = auditedClient(db)
    site = await openSite(prisma)
    site.scripts.set('/part.js', await bundled('test/ui/trace-page.ts'))
    const head = '<meta charset="utf-8"><title>Part</title>'
    const script = '<script type="module" src="/part.js"></script>'
    const body = '<main><h1>Part</h1></main>'
    site.pages.set(
      '/part',
      `<!doctype html><html lang="en"><head>${head}${script}</head><body>${body}</body></html>`,
    )
  })
  afterAll(() => site?.close())
  beforeEach(async () => {
    await db.clear()
    site.scope = auditor
    site.intercept = undefined
    await prisma.document.create({ data: { id: 'plan', title: 'first' } })
    await rename('eve', 'second')
  })

  const rename = (id: string, title: string) =>
    withAudit({ actor: { id } }, () =>
      prisma.document.update({ where: { id: 'plan' }, data: { title } }),
    )
  const title = async () =>
    (await prisma.document.findUniqueOrThrow({ where: { id: 'plan' } })).title
  const idOf = async (action: string) =>
    (await entriesOf(prisma)).find((entry) => entry.action === action)?.id ?? ''

  async function show({ page }: Opened, target: object): Promise<Page> {
    const given = JSON.stringify({ target })
    await page.goto(`${site.url}/part?${new URLSearchParams({ part: 'audit-revert', given })}`)
    return page
  }

  const told = (page: Page) => page.evaluate(() => (window as unknown as { told: unknown[] }).told)

  async function violations(page: Page): Promise<unknown> {
    await page.evaluate(await readFile('node_modules/axe-core/axe.min.js', 'utf8'))
    return page.evaluate(async () => {
      const { axe } = window as unknown as { axe: { run(): Promise<{ violations: object[] }> } }
      return (await axe.run()).violations
    })
  }

  describeInBrowser('in Chromium', (browser) => {
    test('is shown before it is done, by the keyboard, with its reason', async () => {
      const page = await show(await browser.open(), { id: await idOf('update') })
      const button = page.getByRole('button', { name: 'Revert…' })
      await button.press('Enter')
      const dialog = page.getByRole('dialog', { name: 'Revert this change' })
      await dialog.getByText('change back').waitFor()
      expect(await dialog.getByText('title:').locator('..').innerText()).toMatch(
        /second\s+→\s+first/,
      )
      expect(await title()).toBe('second')
      expect(await violations(page)).toEqual([])
      await page.keyboard.press('Escape')
      await dialog.waitFor({ state: 'hidden' })
      await expect.poll(() => button.evaluate((element) => element.matches(':focus'))).toBe(true)
      await button.press('Enter')
      await dialog.getByLabel('Reason').fill('by mistake')
      await dialog.getByRole('button', { name: 'Revert 1 change' }).press('Enter')
      await dialog.getByText('Done: 1 change reverted.').waitFor()
      expect(await title()).toBe('first')
      const shown = dialog.getByRole('button', { name: 'Show what was done' })
      await expect.poll(() => shown.evaluate((element) => element.matches(':focus'))).toBe(true)
      await shown.press('Enter')
      const done = (await entriesOf(prisma)).find(({ action }) => action === 'revert')
      expect(done).toMatchObject({ reason: 'by mistake', actorId: 'auditor' })
      expect(await told(page)).toEqual([
        ['audit-changed', { traceId: done?.traceId }],
        ['audit-open', { id: done?.id }],
      ])
    })

    test('shows later changes, and asks which side wins', async () => {
      const id = await idOf('update')
      await rename('mallory', 'third')
      const page = await show(await browser.open({ colorScheme: 'dark' }), { id })
      await page.getByRole('button', { name: 'Revert…' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByText('was changed later').waitFor()
      const conflict = await dialog.locator('.conflicts li').first().innerText()
      for (const part of ['mallory', 'second', 'third', 'first']) expect(conflict).toContain(part)
      const confirm = dialog.getByRole('button', { name: /^Revert \d/ })
      expect(await confirm.isDisabled()).toBe(true)
      await dialog.getByLabel('Later changes stay').check()
      await dialog.getByText('With this choice there is nothing to do.').waitFor()
      expect(await confirm.isDisabled()).toBe(true)
      await dialog.getByLabel('The revert wins').check()
      await dialog.getByText('change back').waitFor()
      expect(await violations(page)).toEqual([])
      await confirm.click()
      await dialog.getByText(/^Done/).waitFor()
      expect(await title()).toBe('first')
    })

    test('says what stays as it is, and shows no secret', async () => {
      const { id } = await prisma.user.create({
        data: { email: 'a@example.com', name: 'Ada', password: 'hunter2' },
      })
      await prisma.user.update({ where: { id }, data: { name: 'Eva', password: 'hunter3' } })
      const entry = (await entriesOf(prisma)).findLast(({ action }) => action === 'update')
      const page = await show(await browser.open(), { id: entry?.id })
      await page.getByRole('button', { name: 'Revert…' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByText('1 field stays as it is').click()
      await dialog.getByText('its value is not in the audit log').waitFor()
      expect(await dialog.innerText()).not.toContain('hunter')
    })

    test('says what was changed between the look and the deed', async () => {
      const page = await show(await browser.open(), { id: await idOf('update') })
      await page.getByRole('button', { name: 'Revert…' }).click()
      const dialog = page.getByRole('dialog')
      const confirm = dialog.getByRole('button', { name: 'Revert 1 change' })
      await confirm.waitFor()
      await rename('mallory', 'third')
      await confirm.click()
      await dialog.getByText('something was changed meanwhile').waitFor()
      await dialog.getByText('was changed later').waitFor()
      expect(await title()).toBe('third')
      await dialog.getByRole('button', { name: 'Show that change' }).click()
      await dialog.waitFor({ state: 'hidden' })
      const later = (await entriesOf(prisma)).find(({ actorId }) => actorId === 'mallory')
      expect(await told(page)).toEqual([['audit-open', { id: later?.id }]])
    })

    test('is not closed while it is being done, and says why it was refused', async () => {
      const page = await show(await browser.open(), { id: await idOf('update') })
      await page.getByRole('button', { name: 'Revert…' }).click()
      const dialog = page.getByRole('dialog')
      let answer = (_response: Response) => {}
      const answered = new Promise<Response>((resolve) => {
        answer = resolve
      })
      const confirm = dialog.getByRole('button', { name: 'Revert 1 change' })
      await confirm.waitFor()
      site.intercept = () => answered
      await confirm.click()
      await dialog.getByText('Reverting…').waitFor()
      await page.keyboard.press('Escape')
      await page.keyboard.press('Escape')
      expect(await dialog.isVisible()).toBe(true)
      answer(new Response(null, { status: 403 }))
      await dialog.getByRole('alert').getByText('You may not revert this').waitFor()
      await page.keyboard.press('Escape')
      await dialog.waitFor({ state: 'hidden' })
    })

    test('of nothing says so, and whoever may not revert is not offered it', async () => {
      const { traceId } = await prisma.$audit.record({ action: 'approve', entity: 'Document' })
      const page = await show(await browser.open(), { traceId })
      await page.getByRole('button', { name: 'Revert…' }).click()
      await page
        .getByRole('alert')
        .getByText(/Nothing was reverted\..+/)
        .waitFor()
      site.scope = { ...auditor, mayRevert: false }
      const other = await show(await browser.open(), { traceId })
      await other.locator('audit-revert').waitFor({ state: 'attached' })
      await other.waitForFunction(() => 'told' in window)
      expect(await other.getByRole('button').count()).toBe(0)
    })
  })
})
