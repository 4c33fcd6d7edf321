/** What the pictures show, each as one gets there. */
import type { Page } from 'playwright-core'

export interface State {
  /** Of the picture's file, before the theme. */
  readonly name: string
  /** In pixels. @default 1280 × 800 */
  readonly width?: number
  readonly height?: number
  /** Of the browser. @default 'en-GB' */
  readonly locale?: string
  /** Two letters that look different where the system has a font for them; otherwise there is no picture. */
  readonly letters?: string
  readonly show: (page: Page, url: string) => Promise<void>
}

/** Without those who looked. */
const quiet = '-action:audit.view'

export const states: readonly State[] = [
  { name: 'log', show: (page, url) => openLog(page, url, `${quiet} since:7d`) },
  {
    name: 'entry',
    show: async (page, url) => {
      await openLog(page, url, 'entity:Resource field:config ticket:OPS-*')
      await row(page, /Katherine|Grace|Alan/).click()
      await page
        .getByRole('radio', { name: 'Side by side' })
        .or(named(page, 'Side by side'))
        .first()
        .click()
      await page.getByText('Before', { exact: false }).first().waitFor()
    },
  },
  {
    name: 'trace',
    show: async (page, url) => {
      const id = await restart(page, url, 8)
      await page.goto(`${url}/audit/?entry=${id}`)
      await page.getByRole('tab', { name: /Trace/ }).click()
      await page.getByText('replicas is set').first().waitFor()
      await page.getByText('media-1 is restarted').first().waitFor()
    },
  },
  {
    name: 'completion',
    show: async (page, url) => {
      await openLog(page, url, quiet)
      await filterInput(page).click()
      await page.keyboard.type('namespace:')
      await page.getByRole('option').first().waitFor()
    },
  },
  {
    name: 'brush',
    show: async (page, url) => {
      await openLog(page, url, quiet)
      const chart = await page.locator('audit-chart').boundingBox()
      if (!chart) throw new Error('There is no chart.')
      const y = chart.y + 30
      await page.mouse.move(chart.x + chart.width * 0.4, y)
      await page.mouse.down()
      await page.mouse.move(chart.x + chart.width * 0.7, y, { steps: 8 })
    },
  },
  {
    name: 'activity',
    height: 900,
    show: async (page, url) => {
      await page.goto(`${url}/app/resources/2`)
      await page.locator('audit-activity').getByText('Alan Turing').first().waitFor()
    },
  },
  {
    name: 'logs',
    height: 900,
    show: async (page, url) => {
      await page.goto(`${url}/app/resources/3`)
      await page.locator('audit-activity').getByRole('tab', { name: 'Logs' }).click()
      await page.locator('audit-activity').getByText('is restarted').first().waitFor()
    },
  },
  {
    name: 'revert',
    show: async (page, url) => {
      await openLog(page, url, `${quiet} entity:Resource id:2 field:config actor:3`)
      await row(page, /Alan/).click()
      await page.getByRole('button', { name: 'Revert…' }).first().click()
      await page.getByRole('dialog').getByText('config').first().waitFor()
    },
  },
  {
    name: 'empty',
    show: async (page, url) => {
      await page.goto(`${url}/audit/?filter=${encodeURIComponent('namespace:shop env:nowhere')}`)
      await page.getByText('No entry matches the filter').waitFor()
    },
  },
  {
    name: 'forbidden',
    show: async (page, url) => {
      const problem = { status: 403, title: 'Forbidden', code: 'FORBIDDEN' }
      for (const path of ['entries', 'count', 'histogram', 'viewer']) {
        await page.route(`**/audit/${path}*`, (route) =>
          route.fulfill({
            status: 403,
            contentType: 'application/problem+json',
            body: JSON.stringify(problem),
          }),
        )
      }
      await page.goto(`${url}/audit/`)
      await page.getByText('No access').waitFor()
    },
  },
  { name: 'narrow', width: 390, height: 800, show: (page, url) => openLog(page, url, quiet) },
  { name: 'chinese', locale: 'zh-CN', letters: '审计', show: openChinese },
  {
    name: 'right-to-left',
    show: async (page, url) => {
      await rewrite(page, '<html ', '<html dir="rtl" ')
      await openLog(page, url, `${quiet} namespace:shop`)
    },
  },
]

async function openLog(page: Page, url: string, filter: string): Promise<void> {
  await page.goto(`${url}/audit/?filter=${encodeURIComponent(filter)}`)
  await settled(page)
}

async function openChinese(page: Page, url: string): Promise<void> {
  await openLog(page, url, quiet)
  await page.getByText('审计日志').first().waitFor()
}

/** Changes the page of the handler on its way: an application has a page of its own for that. */
async function rewrite(page: Page, from: string, to: string): Promise<void> {
  await page.route('**/audit/?*', async (route) => {
    const response = await route.fetch()
    const body = (await response.text()).replace(from, to)
    await route.fulfill({ response, body })
  })
}

/** Rows are there, and the chart above them is. */
async function settled(page: Page): Promise<void> {
  await page.locator('audit-table').getByRole('row').nth(3).waitFor()
  await page.locator('audit-chart .legend li').first().waitFor()
  await page.waitForLoadState('load')
}

function row(page: Page, text: RegExp) {
  return page.locator('audit-table').getByRole('row').filter({ hasText: text }).first()
}

function named(page: Page, name: string) {
  return page.getByRole('button', { name })
}

function filterInput(page: Page) {
  return page.locator('audit-filter-bar').getByRole('combobox').first()
}

/** Begins an execution once the one before has ended, and answers the id of the entry that it began with. */
async function restart(page: Page, url: string, resourceId: number): Promise<string> {
  const path = `${url}/resources/${resourceId}`
  for (;;) {
    const resource = await page.request.get(path, { headers: { Accept: 'application/json' } })
    const { status } = await resource.json()
    if (status === 'active') break
    await page.waitForTimeout(500)
  }
  const answer = await page.request.post(`${path}/executions`, {
    headers: { Prefer: 'respond-async', Origin: url },
    data: { action: 'restart' },
  })
  const { traceId } = await answer.json()
  return traceId
}
