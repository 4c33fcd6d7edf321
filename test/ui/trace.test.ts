import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { executionLog, withAudit } from '../../src/index.ts'
import { type AuditedClient, auditedClient, entriesOf } from '../capture/audited.ts'
import { describeDatabase } from '../database/each.ts'
import { describeInBrowser, type Opened } from './browser.ts'
import { bundled } from './bundled.ts'
import { openSite, type Site } from './site.ts'

const job = { entity: 'Job', entityId: 'nightly' }
const bot = { id: 'deploy-bot', type: 'service' as const }

describeDatabase('sqlite', 'A trace', (db) => {
  let prisma: AuditedClient
  let site: Site
  beforeAll(async () => {
    prisma = auditedClient(db)
    site = await openSite(prisma)
    site.scripts.set('/part.js', await bundled('test/ui/trace-page.ts'))
    const head = '<meta charset="utf-8"><title>Part</title>'
    const script = '<script type="module" src="/part.js"></script>'
    site.pages.set(
      '/part',
      `<!doctype html><html lang="en"><head>${head}${script}</head><body><main><h1>Part</h1></main></body></html>`,
    )
  })
  afterAll(() => site?.close())
  beforeEach(() => db.clear())

  /** A run that goes on until it is told to end. */
  async function begin() {
    let end = (_error?: Error) => {}
    const ended = new Promise<void>((resolve, reject) => {
      end = (error) => (error ? reject(error) : resolve())
    })
    let begun = (_id: string) => {}
    const id = new Promise<string>((resolve) => {
      begun = resolve
    })
    const log = executionLog(prisma, { interval: 10 })
    let within: <T>(fn: () => T) => T = (fn) => fn()
    const run = withAudit({ actor: bot }, () =>
      prisma.$audit.run('execute', job, async (run) => {
        within = (fn) => withAudit({ trace: { traceId: run.traceId, parentId: run.id } }, fn)
        begun(run.id)
        await ended
      }),
    ).catch(() => undefined)
    const traceId = await id
    const write = async (...messages: string[]) => {
      for (const message of messages) within(() => log.write({ message }))
      await log.flush()
    }
    const change = (title: string) =>
      within(() => prisma.document.create({ data: { id: title, title } }))
    return {
      ...{ traceId, write, change },
      async end(error?: Error) {
        end(error)
        await run
        await log.close()
      },
    }
  }

  async function show({ page }: Opened, given: object, part = 'audit-trace'): Promise<Page> {
    const query = new URLSearchParams({ part, given: JSON.stringify(given) })
    await page.goto(`${site.url}/part?${query}`)
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
    test('is a tree of changes and log lines, whose entries open', async () => {
      const run = await begin()
      await run.write('planning')
      await run.change('a')
      await run.write('applied')
      await run.end()
      const entries = await entriesOf(prisma)
      const change = entries.find(({ action }) => action === 'create')
      const given = { traceId: run.traceId, entryId: change?.id }
      for (const colorScheme of ['light', 'dark'] as const) {
        const page = await show(await browser.open({ colorScheme }), given)
        const root = page.getByRole('button', {
          name: /execute Job nightly succeeded in .* deploy-bot/,
        })
        await root.waitFor()
        const items = page
          .getByRole('group', { name: 'What happened' })
          .getByRole('list')
          .nth(1)
          .locator(':scope > li')
        await expect.poll(() => items.count()).toBe(3)
        const texts = await items.allInnerTexts()
        expect(texts.map((text) => /planning|applied|create/.exec(text)?.[0])).toEqual([
          'planning',
          'create',
          'applied',
        ])
        const marked = page.locator('[aria-current=true]')
        expect(await marked.innerText()).toContain('Document')
        expect(await violations(page)).toEqual([])
        await root.click()
        await marked.click()
        const closing = entries.findLast(({ action }) => action === 'execute')
        expect(await told(page)).toEqual([
          ['audit-open', { id: closing?.id }],
          ['audit-open', { id: change?.id }],
        ])
        await page.screenshot({ path: `/tmp/trace-${colorScheme}.png` })
      }
    })

    test('is live while it runs, and says how it ended', async () => {
      const run = await begin()
      await run.write(...Array.from({ length: 60 }, (_, i) => `line ${i}`))
      const page = await show(await browser.open(), { traceId: run.traceId })
      await page.getByText(/running for/).waitFor()
      await page.getByText('Live', { exact: true }).waitFor()
      await page.getByText('line 59').waitFor()
      const box = page.getByRole('group', { name: 'What happened' })
      const fromEnd = () =>
        box.evaluate((element) => element.scrollHeight - element.scrollTop - element.clientHeight)
      await expect.poll(fromEnd).toBeLessThan(2)
      await run.change('later')
      await run.write('a new line')
      await page.getByRole('button', { name: /create Document later/ }).waitFor()
      await page.getByText('a new line').waitFor()
      await expect.poll(fromEnd).toBeLessThan(2)
      // Whoever reads elsewhere is left there.
      await box.evaluate((element) => element.scrollTo(0, 0))
      await run.write('out of sight')
      await page.getByText('out of sight').waitFor()
      expect(await box.evaluate((element) => element.scrollTop)).toBe(0)
      await run.end(new Error('the disk is full'))
      await page
        .getByRole('status')
        .getByText(/failed after .* the disk is full/)
        .waitFor()
      await page.getByText('Live', { exact: true }).waitFor({ state: 'detached' })
    })

    test('survives an interruption', async () => {
      const run = await begin()
      const page = await show(await browser.open(), { traceId: run.traceId })
      await page.getByText('Live', { exact: true }).waitFor()
      site.intercept = () => new Response(null, { status: 503 })
      await page.getByText('The connection was lost').waitFor()
      await run.write('meanwhile')
      site.intercept = undefined
      await page.getByText('meanwhile').waitFor({ timeout: 20_000 })
      await run.end()
      await page.getByRole('button', { name: /succeeded/ }).waitFor()
    })

    test('is left alone after a long time without news, and followed on', async () => {
      const run = await begin()
      const opened = await browser.open()
      await opened.page.clock.install()
      const page = await show(opened, { traceId: run.traceId })
      const live = page.getByText('Live', { exact: true })
      await live.waitFor()
      await opened.page.clock.fastForward('11:00')
      await page.getByText('Nothing new has come for a while.').waitFor()
      expect(await live.count()).toBe(0)
      await run.write('at last')
      await page.getByRole('button', { name: 'Follow on' }).click()
      await page.getByText('at last').waitFor()
      await live.waitFor()
      await run.end()
    })

    test('of many lines draws its beginning and its end, and finds one by its text', async () => {
      const run = await begin()
      const messages = Array.from({ length: 1200 }, (_, i) => `line number ${i}`)
      await run.write(...messages, '<img src=x onerror=alert(1)>')
      const page = await show(await browser.open(), { traceId: run.traceId })
      await page.getByText('line number 1199').waitFor()
      await run.end()
      expect(await page.locator('.line').count()).toBeLessThan(250)
      expect(await page.getByText('onerror').innerText()).toContain('<img')
      await page.getByRole('button', { name: /^Show .* more/ }).click()
      await page.getByText('line number 599').waitFor()
      await page.getByRole('searchbox').fill('NUMBER 777')
      await page.getByText('line number 777').waitFor()
      expect(await page.locator('.line').count()).toBe(1)
      await page.getByRole('combobox').selectOption('error')
      await page.getByText('No log line matches').waitFor()
    })

    test('of an entity is its execution log', async () => {
      await withAudit({ actor: bot }, async () => {
        const log = executionLog(prisma)
        await prisma.$audit
          .run('sync', job, () => {
            log.write({ level: 'error', message: 'no answer', fields: { host: 'db1' } })
            throw new Error('gave up')
          })
          .catch(() => undefined)
        await log.close()
      })
      const run = await begin()
      await run.write('working')
      const given = { entriesOf: [job.entity, job.entityId] }
      const page = await show(await browser.open(), given, 'audit-logs')
      await page.getByText('working').waitFor()
      expect(await page.getByText('no answer').count()).toBe(0)
      await page.getByText(/failed after .* gave up/).click()
      await page.getByText('no answer').click()
      await page.getByText('"host": "db1"').waitFor()
      expect(await violations(page)).toEqual([])
      await run.end()
      await page
        .locator('summary')
        .getByText(/^succeeded in/)
        .waitFor()
      const none = await show(await browser.open(), { entriesOf: ['Job', 'none'] }, 'audit-logs')
      await none.getByText('There are no execution logs here.').waitFor()
    })
  })
})
