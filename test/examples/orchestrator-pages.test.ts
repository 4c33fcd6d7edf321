import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeInBrowser } from '../ui/browser.ts'
import { type Application, startApplication } from './application.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe)
  return page.evaluate(async () => {
    // biome-ignore lint/suspicious/noExplicitAny: it has put itself on the window
    const { violations } = await (globalThis as any).axe.run()
    return violations.map(({ id, nodes }: { id: string; nodes: { html: string }[] }) => {
      return `${id}: ${nodes.map(({ html }) => html).join(' ')}`
    })
  })
}

describeInBrowser('The pages of the orchestrator example', (browser) => {
  let application: Application
  beforeAll(async () => {
    application = await startApplication('examples/orchestrator/main.ts', {
      DEMO_STEP_DELAY: '400',
    })
  }, 90_000)
  afterAll(async () => {
    await application?.stop()
  })

  /** Goes there, is asked who to be, and says it by a click. */
  async function signedIn(path: string, name: string, colorScheme: 'light' | 'dark' = 'light') {
    const { page } = await browser.open({ colorScheme })
    await page.goto(application.url + path)
    await page.getByRole('button', { name: `Sign in as ${name}` }).click()
    await page.getByRole('banner').getByText(name).waitFor()
    expect(new URL(page.url()).pathname).toBe(path)
    return page
  }

  test('somebody starts an execution, watches its log, and finds it in the whole trail', async () => {
    const page = await signedIn('/app/', 'Ada Lovelace')
    await page.getByRole('link', { name: 'checkout' }).click()
    await page.getByRole('heading', { name: 'checkout' }).waitFor()
    const tab = page.locator('audit-activity')
    await tab.getByText('Alan Turing').first().waitFor()

    await page.getByRole('button', { name: 'deploy checkout' }).click()
    await page.getByText('deploy is running').waitFor()
    await page.locator('#status').getByText('provisioning').waitFor()
    await tab.getByRole('tab', { name: 'Logs' }).click()
    await tab.getByText('replicas is set').first().waitFor()
    await tab.getByText('checkout-1 is healthy').first().waitFor()
    await page.getByText('deploy has succeeded').waitFor()
    await page.locator('#status').getByText('active').waitFor()

    await page.getByRole('link', { name: 'Audit log' }).click()
    await page.locator('audit-log').getByText('deploy', { exact: true }).first().waitFor()
    await page.getByRole('link', { name: 'a page of its own' }).click()
    await page.locator('audit-log').getByText('Ada Lovelace').first().waitFor()
    expect(new URL(page.url()).pathname).toBe('/audit/')
  })

  test('a configuration that is saved is in the history below, and a failure says why', async () => {
    const page = await signedIn('/app/resources/4', 'Grace Hopper')
    await page.getByLabel('replicas').fill('2')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Saved.').waitFor()
    await page.locator('audit-activity').getByText('config.replicas').first().waitFor()

    await page.getByRole('button', { name: 'deploy legacy-cron' }).click()
    await page.getByText('deploy has failed').waitFor()
    await page.locator('#status').getByText('pending').waitFor()
  })

  test('nothing can be saved or started before the script is there that does it', async () => {
    const page = await signedIn('/app/resources/4', 'Grace Hopper')
    let arrive = () => {}
    const arrived = new Promise<void>((resolve) => {
      arrive = resolve
    })
    await page.route('**/app/resource.js', async (route) => {
      await arrived
      await route.continue()
    })
    await page.reload({ waitUntil: 'commit' })
    const save = page.getByRole('button', { name: 'Save' })
    const deploy = page.getByRole('button', { name: 'deploy legacy-cron' })
    await save.waitFor()
    expect(await save.isDisabled()).toBe(true)
    expect(await deploy.isDisabled()).toBe(true)
    arrive()
    await expect.poll(() => save.isDisabled()).toBe(false)
    await expect.poll(() => deploy.isDisabled()).toBe(false)
  })

  test.each(['light', 'dark'] as const)('its pages are accessible, %s', async (colorScheme) => {
    const page = await signedIn('/app/', 'Ada Lovelace', colorScheme)
    for (const path of ['/app/', '/app/resources/1', '/app/users/3', '/app/templates/1']) {
      await page.goto(application.url + path)
      expect(await violations(page), path).toEqual([])
    }
  })

  test('who may not look is told so, and what was deleted has its history still', async () => {
    const page = await signedIn('/app/', 'Grace Hopper')
    await page.goto(`${application.url}/app/users`)
    await page.getByText('This needs the scope').waitFor()
    await page.goto(`${application.url}/app/resources/999`)
    await page.getByText('This resource is not there').waitFor()
  })
})

test('a session opens nothing to the pages of other sites', async () => {
  const application = await startApplication('examples/orchestrator/main.ts')
  try {
    const { url } = application
    const post = (path: string, headers: Record<string, string>, body: string) =>
      fetch(url + path, { method: 'POST', headers, body, redirect: 'manual' })
    const form = { 'Content-Type': 'application/x-www-form-urlencoded' }
    const foreign = { Origin: 'http://127.0.0.1:1', 'Sec-Fetch-Site': 'same-site' }
    expect((await post('/app/sign-in', { ...form, ...foreign }, 'user=1')).status).toBe(403)
    expect((await post('/app/sign-in', { ...form, Origin: url }, 'user=99')).status).toBe(400)
    const away = 'user=1&to=//elsewhere.example/'
    const signedIn = await post('/app/sign-in', { ...form, Origin: url }, away)
    expect(signedIn.headers.get('Location')).toBe('/app/')
    const cookie = signedIn.headers.get('Set-Cookie') ?? ''
    expect(cookie).toMatch(/; HttpOnly; SameSite=Strict$/)

    const Cookie = cookie.split(';')[0] ?? ''
    const json = { 'Content-Type': 'application/json', Cookie }
    const template = JSON.stringify({ name: 'foreign', kind: 'queue', parameters: {} })
    expect((await post('/templates', { ...json, ...foreign }, template)).status).toBe(403)
    const forged = Cookie.replace('=1.', '=2.')
    expect((await post('/templates', { ...json, Cookie: forged }, template)).status).toBe(401)
    expect((await post('/templates', { ...json, Origin: url }, template)).status).toBe(201)
  } finally {
    await application.stop()
  }
})
