import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { executionLog, withAudit } from '../../src/index.ts'
import { type AuditedClient, auditedClient } from '../capture/audited.ts'
import { describeDatabase } from '../database/each.ts'
import { describeInBrowser } from './browser.ts'
import { bundled } from './bundled.ts'
import { auditor, openSite, type Site } from './site.ts'

const axeScript = readFileSync(
  createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
  'utf8',
)

describeDatabase('sqlite', 'The activity of an entity', (db) => {
  let site: Site
  let prisma: AuditedClient
  beforeAll(async () => {
    prisma = auditedClient(db)
    site = await openSite(prisma)
    site.scripts.set('/part.js', await bundled('test/ui/activity-page.ts'))
    site.pages.set(
      '/part',
      '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Part</title><script type="module" src="/part.js"></script></head><body><main><h1>Part</h1></main></body></html>',
    )
    await happen(prisma)
  })
  afterAll(() => site?.close())

  describeInBrowser('in Chromium', (browser) => {
    beforeEach(() => {
      site.scope = auditor
      site.intercept = undefined
    })
    const open = async (query: string, options: Parameters<typeof browser.open>[0] = {}) => {
      const { page } = await browser.open(options)
      await page.goto(`${site.url}/part?${query}`)
      return page
    }
    const steps = (page: Page) => page.getByRole('listitem')

    test('tells each step in words, with its version and what changed', async () => {
      const page = await open('entity=User&entity-id=1')
      const newest = steps(page).first()
      await newest.getByText('v7', { exact: true }).waitFor()
      await expect.poll(() => newest.innerText()).toMatch(/support-lead\s+updated 5 fields/)
      const said = (await newest.innerText()).replace(/\s+/g, ' ')
      expect(said).toContain('role MEMBER → ADMIN')
      expect(said).toContain('settings.limits.seats 5 → 25')
      expect(said).toContain('password ••• redacted')
      expect(said).toContain('and 1 more')
      expect(said).toContain('Upgrade asked for')
      expect(said).toMatch(/ticket: ?SUP-31/)
      const stories = (await steps(page).allInnerTexts()).map((text) => text.replace(/\s+/g, ' '))
      expect(stories[1]).toMatch(/v6.*billing-admin was denied approve.*needs two approvals/)
      expect(stories[2]).toMatch(/v5.*deploy-bot sync failure took .*no connection/)
      expect(stories[3]).toMatch(/v3.*deploy-bot sync took/)
      expect(stories[4]).toMatch(/v1.*billing-admin created this User/)
      expect(stories).toHaveLength(5)
      await newest.getByText('ago').hover()
      expect(await newest.locator('time').getAttribute('title')).toMatch(/\d\d:\d\d:\d\d\.\d{3} /)
    })

    test('shows related entities as others, and hides them by their kind', async () => {
      const page = await open('entity=User&entity-id=1&include=posts')
      await page.getByText('updated 3 fields of').waitFor()
      expect(await steps(page).count()).toBe(7)
      await page.getByRole('button', { name: 'Post 2' }).click()
      await expect.poll(() => steps(page).count()).toBe(5)
      await page.getByRole('button', { name: 'Post 2' }).click()
      await steps(page).first().getByRole('button', { name: 'SUP-31' }).click()
      await expect.poll(() => steps(page).count()).toBe(1)
      await page.getByRole('button', { name: 'Remove: ticket:SUP-31' }).click()
      await expect.poll(() => steps(page).count()).toBe(7)
    })

    test('opens a step beside the page, by keyboard, and goes back to it', async () => {
      const page = await open('entity=User&entity-id=1')
      const button = steps(page).nth(1).getByRole('button', { name: 'show the entry' })
      await button.focus()
      await page.keyboard.press('Enter')
      const sheet = page.getByRole('dialog', { name: 'Entry' })
      await sheet.getByText('approve').first().waitFor()
      await page.keyboard.press('Escape')
      await sheet.waitFor({ state: 'hidden' })
      await expect.poll(() => button.evaluate((each) => each.matches(':focus'))).toBe(true)
      await steps(page).first().getByText('updated 5 fields').click()
      await sheet.waitFor()
      await sheet.getByText('role').first().waitFor()
      expect(await violations(page)).toEqual([])
    })

    test('tells that the entry is closed, where a tag of it is chosen', async () => {
      const page = await open('entity=User&entity-id=1')
      await page.evaluate(() => {
        const told: unknown[] = []
        Object.assign(globalThis, { told })
        addEventListener('audit-open', (event) => told.push((event as CustomEvent).detail.id))
      })
      const told = () => page.evaluate(() => (globalThis as unknown as { told: unknown[] }).told)
      await steps(page).first().getByRole('button', { name: 'show the entry' }).click()
      const sheet = page.getByRole('dialog', { name: 'Entry' })
      await sheet.getByRole('tab', { name: 'Details' }).click()
      await sheet.getByRole('button', { name: 'SUP-31' }).click()
      await sheet.waitFor({ state: 'hidden' })
      expect(await told()).toEqual([expect.any(String), null])
    })

    test('has the logs of runs, and a table, which is remembered', async () => {
      const page = await open('entity=User&entity-id=1')
      await page.getByRole('tab', { name: 'Audit 5' }).focus()
      await page.keyboard.press('ArrowRight')
      const logs = page.getByRole('tabpanel', { name: 'Logs' })
      await logs.getByText('succeeded in').click()
      await logs.getByText('planning').waitFor()
      await page.getByRole('tab', { name: 'Logs' }).press('ArrowLeft')
      await page.getByRole('button', { name: 'Table' }).click()
      await page.getByRole('cell', { name: 'support-lead' }).waitFor()
      await page.reload()
      await page.getByRole('cell', { name: 'support-lead' }).waitFor()
      await page.getByRole('button', { name: 'UTC' }).click()
      await page.reload()
      await page.getByRole('button', { name: 'UTC', pressed: true }).waitFor()
    })

    test('loads more below, and what is new above, without losing the place', async () => {
      await withAudit({ actor: { id: 'ada' } }, async () => {
        await prisma.user.create({ data: { id: 2, email: 'grace@example.com' } })
        for (let turn = 1; turn <= 54; turn += 1) {
          await prisma.user.update({ where: { id: 2 }, data: { name: `name ${turn}` } })
        }
      })
      const page = await open('entity=User&entity-id=2&live=')
      await page.getByText('v55', { exact: true }).waitFor()
      await page.getByRole('tab', { name: 'Audit 50+' }).waitFor()
      const more = page.getByRole('button', { name: 'Load more' })
      await more.press('Enter')
      await page.getByText('created this User').waitFor()
      // The button is gone: the keyboard is at the first of the steps that came.
      await expect
        .poll(() =>
          steps(page)
            .nth(50)
            .getByRole('button')
            .last()
            .evaluate((each) => each.matches(':focus')),
        )
        .toBe(true)
      await prisma.user.update({ where: { id: 2 }, data: { name: 'another' } })
      await page.getByRole('button', { name: 'One new entry' }).click()
      await page.getByText('another', { exact: true }).waitFor()
      expect(await steps(page).count()).toBe(56)
    })

    test('is live where there was nothing before, and after a new sign-in', async () => {
      const { page } = await browser.open()
      const record = () => prisma.$audit.record({ action: 'approve', entity: 'Live', entityId: 1 })
      const streamed = () => page.waitForResponse((response) => response.url().includes('/stream'))
      const isLive = streamed()
      await page.goto(`${site.url}/part?entity=Live&entity-id=1&live=`)
      await page.getByText('No changes yet').waitFor()
      await isLive
      await record()
      await page.getByRole('button', { name: 'One new entry' }).click()
      await expect.poll(() => steps(page).count()).toBe(1)
      site.scope = 401
      const isRefused = streamed()
      await page.reload()
      await page.getByText('You are not signed in').waitFor()
      await isRefused
      site.scope = auditor
      const isLiveAgain = streamed()
      await page.getByRole('button', { name: 'Look for new entries' }).click()
      await isLiveAgain
      await expect.poll(() => steps(page).count()).toBe(1)
      await record()
      await page.getByRole('button', { name: 'One new entry' }).waitFor()
    })

    test('says what there is to do where there is nothing to show', async () => {
      const page = await open('entity=User&entity-id=none')
      await page.getByText('No changes yet').waitFor()
      site.scope = 403
      await page.getByRole('button', { name: 'Look for new entries' }).click()
      await page.getByText('You may not see the audit log').waitFor()
      site.scope = auditor
      site.intercept = () => new Response('', { status: 500 })
      await page.reload()
      await page.getByRole('alert').waitFor()
      site.intercept = undefined
      await page.getByRole('button', { name: 'Try again' }).click()
      await page.getByText('No changes yet').waitFor()
      await page.locator('audit-activity').evaluate((each) => each.setAttribute('entity-id', '1'))
      await page.getByText('created this User').waitFor()
    })

    test.each(['light', 'dark'] as const)(
      'is accessible, %s, in Chinese and from right to left',
      async (colorScheme) => {
        const page = await open('entity=User&entity-id=1&include=posts&lang=zh', { colorScheme })
        await page.getByText('更新了 5 个字段').waitFor()
        await page.evaluate(() => document.documentElement.setAttribute('dir', 'rtl'))
        expect(await violations(page)).toEqual([])
      },
    )
  })
})

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axeScript)
  return page.evaluate(async () => {
    const { violations } = await axe.run()
    return violations.map((each) => `${each.id}: ${each.nodes.map((node) => node.html).join(' ')}`)
  })
}

declare const axe: {
  run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>
}

/** A user's life, with a run that succeeds, one that fails, and a post. */
async function happen(prisma: AuditedClient): Promise<void> {
  const subject = { entity: 'User', entityId: 1 }
  const where = { id: 1 }
  const as = <T>(id: string, fn: () => Promise<T>, more: object = {}) =>
    withAudit({ actor: { id, name: id }, ...more }, fn)
  await as('billing-admin', () =>
    prisma.user.create({
      data: { ...where, email: 'ada@example.com', settings: { limits: { seats: 5 } } },
    }),
  )
  const log = executionLog(prisma)
  await as('deploy-bot', () =>
    prisma.$audit.run('sync', subject, async () => {
      log.write({ message: 'planning' })
      await prisma.post.create({ data: { id: 7, title: 'First post', authorId: 1 } })
    }),
  )
  await log.close()
  await as('deploy-bot', () =>
    prisma.$audit.run('sync', subject, async () => {
      throw new Error('no connection')
    }),
  ).catch(() => {})
  await as('billing-admin', () =>
    prisma.$audit.record({
      ...subject,
      action: 'approve',
      outcome: 'denied',
      reason: 'needs two approvals',
    }),
  )
  await as('ada', () =>
    prisma.post.update({
      where: { id: 7 },
      data: { title: 'A better title', status: 'published' },
    }),
  )
  const settings = { limits: { seats: 25, until: '2027-01-01' } }
  const data = { role: 'ADMIN', name: 'Ada Lovelace', password: 'a secret', settings } as const
  const context = { tags: { ticket: 'SUP-31', plan: 'pro' }, reason: 'Upgrade asked for' }
  await as('support-lead', () => prisma.user.update({ where, data }), context)
}
