import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest'
import { chromiumPath, launchOptions } from './chromium.ts'

export { launchOptions }

/** With `AUDIT_TEST_REQUIRE=all`, or `CI`, a browser has to be there. */
const { AUDIT_TEST_REQUIRE, CI } = process.env
const isRequired = AUDIT_TEST_REQUIRE === 'all' || CI === 'true'

/** A page, and what it complained about. */
export interface Opened {
  readonly page: Page
  /** Errors, warnings and violations of the policy, which a test ends without. */
  readonly complaints: string[]
}

export interface TestBrowser {
  /** A page in a context of its own: nothing is remembered from another one. */
  open(options?: BrowserContextOptions): Promise<Opened>
}

/** A suite in a real browser. Each of its tests fails where a page has complained about something. */
export function describeInBrowser(name: string, suite: (browser: TestBrowser) => void): void {
  if (!chromiumPath && !isRequired) {
    describe.skip(`${name} (skipped: no Chromium; AUDIT_TEST_CHROMIUM may tell where it is)`, () =>
      suite({} as TestBrowser))
    return
  }
  describe(name, () => {
    let browser: Browser
    let opened: Opened[] = []
    beforeAll(async () => {
      if (!chromiumPath)
        throw new Error('Chromium is required: install it, or set AUDIT_TEST_CHROMIUM')
      browser = await chromium.launch(launchOptions)
    })
    afterAll(() => browser?.close())
    afterEach(async () => {
      const complaints = opened.flatMap(({ complaints }) => complaints)
      await Promise.all(opened.map(({ page }) => page.context().close()))
      opened = []
      expect(complaints).toEqual([])
    })
    suite({
      async open(options = {}) {
        const context = await browser.newContext({
          locale: 'en-GB',
          timezoneId: 'Europe/Berlin',
          viewport: { width: 1280, height: 900 },
          reducedMotion: 'reduce',
          ...options,
        })
        context.setDefaultTimeout(10_000)
        const page = await context.newPage()
        const complaints: string[] = []
        page.on('console', (message) => {
          const isRefusal = /^Failed to load resource: .* a status of [45]\d\d/.test(message.text())
          if (['error', 'warning'].includes(message.type()) && !isRefusal) {
            complaints.push(message.text())
          }
        })
        page.on('pageerror', (error) => complaints.push(String(error)))
        const one = { page, complaints }
        opened.push(one)
        return one
      },
    })
  })
}
