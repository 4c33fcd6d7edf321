import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Application, startApplication } from '../examples/application.ts'
import { describeInBrowser } from './browser.ts'

describe('The example of an embedded activity', () => {
  let application: Application
  beforeAll(async () => {
    application = await startApplication('examples/embedding/main.ts')
  }, 120_000)
  afterAll(async () => {
    expect(await application?.stop()).toBe(0)
  })

  describeInBrowser('in Chromium', (browser) => {
    const open = async (name: string, link: string) => {
      const { page } = await browser.open()
      await page.goto(`${application.url}/`)
      await page.getByRole('link', { name }).click()
      await page.getByRole('link', { name: link }).click()
      return page
    }

    test.each(['By React', 'By Vue', 'In plain HTML'])(
      'shows and opens entries: %s',
      async (link) => {
        const page = await open('Sign in as Ada', link)
        const steps = page.getByRole('listitem')
        await steps
          .filter({ hasText: 'Grace Hopper' })
          .filter({ hasText: 'created this Note' })
          .waitFor()
        const changed = steps.filter({ hasText: 'DOC-7' })
        await changed.getByText('Write the documentation, in one page').waitFor()
        await changed.getByRole('button', { name: 'show the entry' }).click()
        await page.getByRole('dialog', { name: 'Entry' }).getByText('It has to be short').waitFor()
        const told = page.getByText(/^Entry \w+ is shown\.$/)
        if (link !== 'In plain HTML') await told.waitFor()
        await page.keyboard.press('Escape')
        await page.getByRole('dialog').waitFor({ state: 'hidden' })
        await told.waitFor({ state: 'detached' })
      },
    )

    test.each(['By React', 'By Vue'])(
      'shows a change as soon as the page has made it: %s',
      async (link) => {
        const page = await open('Sign in as Ada', link)
        await page.getByRole('listitem').first().waitFor()
        const ofAda = page.getByRole('listitem').filter({ hasText: 'Ada Lovelace' })
        const before = await ofAda.count()
        await page.getByRole('checkbox').click()
        await expect.poll(() => ofAda.count()).toBe(before + 1)
      },
    )

    test('tells who may not see it', async () => {
      const page = await open('as Eve', 'By React')
      await page.getByText('You may not see the audit log').waitFor()
      await page.goto(`${application.url}/sign-in/nobody`)
      await page.getByRole('link', { name: 'By React' }).click()
      await page.getByText('You are not signed in').waitFor()
    })
  })
})
