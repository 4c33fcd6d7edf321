import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { withAudit } from '../../src/index.ts'
import { type AuditedClient, auditedClient } from '../capture/audited.ts'
import { describeDatabase } from '../database/each.ts'
import { violationsOf } from './axe.ts'
import { describeInBrowser } from './browser.ts'
import { writeTrail } from './log-entries.ts'
import { auditor, openSite, type Site } from './site.ts'

const nothing = () => Response.json({ entries: [], nextCursor: null })
const onEntries = (answer: () => Response | Promise<Response>) => (request: Request) =>
  /\/entries(\?|$)/.test(request.url) ? answer() : undefined

/** In milliseconds: axe looks at each of the states. */
const timeout = 90_000

describeDatabase('sqlite', 'Every state of the audit log', (db) => {
  let site: Site
  let prisma: AuditedClient
  beforeAll(async () => {
    prisma = auditedClient(db)
    await writeTrail(prisma, 8)
    site = await openSite(prisma)
  })
  beforeEach(() => {
    site.intercept = undefined
    site.scope = auditor
  })
  afterAll(() => site?.close())

  const show = (page: Page, query = '') => page.goto(`${site.url}/audit/${query}`)
  const opened = async (page: Page, query = '') => {
    await show(page, query)
    await page
      .getByRole('button', { name: /^Open: / })
      .first()
      .waitFor()
  }
  const press = (page: Page, name: string | RegExp) =>
    page.getByRole('button', { name, exact: true }).first().click()

  describeInBrowser('in Chromium', (browser) => {
    for (const colorScheme of ['light', 'dark'] as const) {
      test(
        `says what to do, where there is nothing to show, in the ${colorScheme} theme`,
        async () => {
          const { page } = await browser.open({ colorScheme })
          let answer: (response: Response) => void = () => undefined
          site.intercept = onEntries(
            () =>
              new Promise((resolve) => {
                answer = resolve
              }),
          )
          await show(page)
          await page.getByRole('heading', { name: 'Audit log' }).waitFor()
          expect(await violationsOf(page)).toEqual([])
          site.intercept = onEntries(nothing)
          answer(nothing())
          await page.getByRole('heading', { name: 'Nothing is recorded yet' }).waitFor()
          expect(await violationsOf(page)).toEqual([])

          site.intercept = undefined
          await show(page, '?filter=entity:Nowhere+since:2020-01-01')
          await page.getByRole('heading', { name: 'No entry matches the filter' }).waitFor()
          expect(await violationsOf(page)).toEqual([])
          await press(page, 'Without entity:Nowhere')
          await page
            .getByRole('button', { name: /^Open: / })
            .first()
            .waitFor()

          for (const [status, text] of [
            [401, 'You are not signed in'],
            [403, 'You may not see'],
          ] as const) {
            site.scope = auditor
            await opened(page)
            site.scope = status
            await page.keyboard.press('r')
            await page.getByRole('alert').filter({ hasText: text }).waitFor()
            expect(await violationsOf(page)).toEqual([])
          }
          site.scope = auditor
          const tooSlow = { type: '', title: 'Too slow', status: 504, code: 'QUERY_TIMEOUT' }
          const headers = { 'Content-Type': 'application/problem+json' }
          site.intercept = onEntries(
            () => new Response(JSON.stringify(tooSlow), { status: 504, headers }),
          )
          await show(page)
          await page.getByRole('alert').filter({ hasText: 'Narrow the filter' }).waitFor()
          expect(await violationsOf(page)).toEqual([])
          site.intercept = undefined
          await press(page, 'Try again')
          await page
            .getByRole('button', { name: /^Open: / })
            .first()
            .waitFor()
        },
        timeout,
      )

      test(
        `is accessible with what opens on it, in the ${colorScheme} theme`,
        async () => {
          const { page } = await browser.open({ colorScheme })
          await opened(page)
          expect(await violationsOf(page)).toEqual([])

          await page.getByRole('combobox', { name: 'Filter' }).fill('entity:')
          await page.getByRole('option').first().waitFor()
          expect(await violationsOf(page)).toEqual([])
          await page.getByRole('combobox', { name: 'Filter' }).fill('')
          for (const name of [/^All time/, 'Columns', 'Views', 'Export']) {
            await press(page, name)
            await page.locator(':popover-open').first().waitFor()
            expect(await violationsOf(page), String(name)).toEqual([])
            await page.keyboard.press('Escape')
            await page.locator(':popover-open').first().waitFor({ state: 'detached' })
          }
          await press(page, 'Keyboard shortcuts')
          await page.getByRole('dialog').waitFor()
          expect(await violationsOf(page)).toEqual([])
          await page.keyboard.press('Escape')
          await opened(page, '?filter=-type:system+plan:pro')
          await page.setViewportSize({ width: 360, height: 640 })
          expect(await violationsOf(page)).toEqual([])
          await page.setViewportSize({ width: 1280, height: 900 })

          const stream = page.waitForResponse((response) => response.url().includes('/stream'))
          await page.getByTitle('Show entries as they come in').click()
          await stream
          const event = { action: 'approve', entity: 'Plan', tags: { plan: 'pro' } }
          await withAudit({ actor: { id: 'u_1' } }, () => prisma.$audit.record(event))
          await page.getByRole('button', { name: /^\d+ new$/ }).waitFor()
          expect(await violationsOf(page)).toEqual([])
          await page.evaluate(() => document.documentElement.setAttribute('dir', 'rtl'))
          expect(await violationsOf(page)).toEqual([])
          await show(page, '?filter=entity:')
          await page.getByText('A value is missing').first().waitFor()
          expect(await violationsOf(page)).toEqual([])
        },
        timeout,
      )

      test(
        `is accessible with an entry open, in the ${colorScheme} theme`,
        async () => {
          const { page } = await browser.open({ colorScheme })
          await opened(page, '?filter=entity:User+action:update')
          await page
            .getByRole('button', { name: /^Open: / })
            .first()
            .click()
          const panel = page.getByRole('region', { name: 'Entry', exact: true })
          for (const view of ['Fields', 'Side by side', 'Unified']) {
            await panel.getByRole('button', { name: view, exact: true }).click()
            await panel.getByText('Benjamin').first().waitFor()
            expect(await violationsOf(page), view).toEqual([])
          }
          for (const tab of ['Trace', 'Details', 'JSON']) {
            await panel.getByRole('tab', { name: tab }).click()
            await panel.getByRole('tabpanel', { name: tab }).getByText(/./).first().waitFor()
            expect(await violationsOf(page), tab).toEqual([])
          }
          await panel.getByRole('button', { name: /^Revert/ }).click()
          await page.getByRole('dialog').getByText(/./).first().waitFor()
          expect(await violationsOf(page), 'revert').toEqual([])
          await page.keyboard.press('Escape')
          await page.setViewportSize({ width: 360, height: 640 })
          await page.getByRole('dialog', { name: 'Entry' }).waitFor()
          expect(await violationsOf(page), 'narrow').toEqual([])
        },
        timeout,
      )
    }
  })
})
