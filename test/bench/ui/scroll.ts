/**
 * The page over a large trail: how long until there is something to see, and how smoothly its rows scroll.
 */
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import type { EntryJson, PageJson } from '../../../src/http/client.ts'
import type { AuditTable } from '../../../src/ui/table/audit-table.ts'
import type { AuditedClient } from '../../capture/audited.ts'
import { launchOptions } from '../../ui/chromium.ts'
import { openSite } from '../../ui/site.ts'
import { summarize } from '../measure.ts'
import { openPlace, openTrailClient } from '../trail/place.ts'
import type { PageResult } from './page-result.ts'

interface PageSettings {
  readonly rounds: number
  readonly rows: number
  readonly keep: boolean
}

const loadedRows = 5_000
/** Pixels in one frame: a fast turn of the wheel. */
const step = 400

declare const window: { firstContent?: number }

/**
 * What a trace of the frames needs. Playwright would also profile each call of a function, which slows
 * down what is measured.
 */
const categories = [
  '-*',
  'devtools.timeline',
  'disabled-by-default-devtools.timeline',
  'disabled-by-default-devtools.timeline.frame',
  'blink.user_timing',
  'toplevel',
  'v8.execute',
]

/** Measures the page; `own` is told what has to be stopped if the measurement is interrupted. */
export async function measurePage(
  { rounds, rows, keep }: PageSettings,
  progress: (text: string) => void,
  own: (server: { stop(): Promise<void> }) => void,
): Promise<PageResult> {
  const place = await openPlace('sqlite', keep)
  own({ stop: () => place.close() })
  const client = openTrailClient('sqlite', await place.trail(rows))
  const site = await openSite(client as unknown as AuditedClient)
  own({ stop: () => site.close() })
  const browser = await chromium.launch(launchOptions)
  own({ stop: () => browser.close() })
  try {
    const times: number[] = []
    for (let round = 0; round <= rounds; round++) {
      progress(`page: first content, ${round === 0 ? 'to warm up' : `round ${round}`}`)
      const time = await firstContent(browser, site.url)
      if (round > 0) times.push(time)
    }
    progress('page: loading rows')
    const page = await openPage(browser, site.url)
    const loaded = await loadRows(page, Math.min(rows, loadedRows))
    progress(`page: scrolling ${loaded} rows`)
    const trace = join(tmpdir(), 'prisma-extension-audit-scroll-trace.json')
    await browser.startTracing(page, { path: trace, screenshots: false, categories })
    const frames = await scrolledFrames(page)
    progress('page: writing the trace')
    await browser.stopTracing()
    const content = { median: summarize(times).median, worst: Math.max(...times) }
    return { rows, firstContent: content, loaded, frames: summaryOf(frames), trace }
  } finally {
    await browser.close()
    await client.$disconnect()
  }
}

/** What runs this file names functions by `__name`, which a page does not have; `watch` is a text for the same reason. */
const named = 'globalThis.__name = (value) => value'
const watch = `
  requestAnimationFrame(function look() {
    const log = document.querySelector('audit-log')?.shadowRoot
    const row = log?.querySelector('audit-table')?.shadowRoot?.querySelector('tr.entry')
    if (row) window.firstContent = performance.now()
    else requestAnimationFrame(look)
  })`

async function openPage(browser: Browser, url: string): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
  await page.addInitScript({ content: named })
  await page.addInitScript({ content: watch })
  await page.goto(`${url}/audit/`)
  await page.waitForFunction(() => window.firstContent !== undefined)
  return page
}

/** In a context of its own, so that nothing comes from a cache. */
async function firstContent(browser: Browser, url: string): Promise<number> {
  const page = await openPage(browser, url)
  const time = await page.evaluate(() => window.firstContent ?? Number.NaN)
  await page.close()
  return time
}

/** As many at a time as the handler gives: by the pages of the table it would take long. Answers how many. */
async function loadRows(page: Page, count: number): Promise<number> {
  return page.locator('audit-table').evaluate(async (table: AuditTable, count) => {
    const entries: EntryJson[] = []
    let cursor: string | null = null
    do {
      const answer: PageJson = await table.shared.client.entries({ take: 200, cursor })
      entries.push(...answer.entries)
      cursor = answer.nextCursor
    } while (cursor !== null && entries.length < count)
    table.hasMore = false
    table.entries = entries
    await table.updateComplete
    return entries.length
  }, count)
}

/** The milliseconds between frames, from the first row to the last. */
async function scrolledFrames(page: Page): Promise<number[]> {
  return page.locator('audit-table').evaluate(async (table: AuditTable, step) => {
    const region = table.shadowRoot?.querySelector('.region') as HTMLElement
    const times: number[] = []
    // Rows turn out to be higher or lower than they were taken for, but never by this much.
    const most = (region.scrollHeight / step) * 3
    let before = await new Promise<number>(requestAnimationFrame)
    while (region.scrollTop + region.clientHeight < region.scrollHeight - 1) {
      if (times.length > most) throw new Error('The last row does not come into sight.')
      region.scrollTop += step
      const now = await new Promise<number>(requestAnimationFrame)
      times.push(now - before)
      before = now
    }
    return times
  }, step)
}

function summaryOf(times: readonly number[]): PageResult['frames'] {
  const sorted = [...times].sort((one, other) => one - other)
  const at = (share: number) => sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN
  const over50 = times.filter((time) => time > 50).length
  return { count: times.length, median: at(0.5), p99: at(0.99), longest: at(1), over50 }
}
