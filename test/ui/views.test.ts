import { afterAll, beforeAll, expect, test } from 'vitest'
import { auditedClient } from '../capture/audited.ts'
import { describeDatabase } from '../database/each.ts'
import { violationsOf } from './axe.ts'
import { describeInBrowser } from './browser.ts'
import { bundled } from './bundled.ts'
import { openSite, type Site } from './site.ts'

const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Views</title>
<script type="module" src="/filter.js"></script></head><body></body></html>`

const stored = 'prisma-extension-audit:views'

describeDatabase('sqlite', 'Saved views', (db) => {
  let site: Site
  beforeAll(async () => {
    site = await openSite(auditedClient(db))
    site.pages.set('/views', html)
    site.scripts.set('/filter.js', await bundled('test/ui/filter-page.ts'))
  })
  afterAll(() => site?.close())

  describeInBrowser('in Chromium', (browser) => {
    const open = async (search = '') => {
      const { page } = await browser.open()
      await page.goto(`${site.url}/views?${search}`)
      await page.getByRole('button', { name: 'Views' }).waitFor()
      return page
    }

    test('are saved, shown, replaced and removed by the keyboard alone, and kept', async () => {
      const page = await open('filter=entity:User')
      await page.getByRole('button', { name: 'Views' }).focus()
      await page.keyboard.press('Enter')
      await page.getByText('None are saved yet').waitFor()
      await page.keyboard.press('Tab')
      await page.keyboard.type('Users')
      await page.keyboard.press('Enter')
      await page.getByText('“Users” is saved.').waitFor()
      expect(await violationsOf(page)).toEqual([])
      await page.keyboard.type('Users')
      await page.getByText('There is a view “Users”: it will be replaced.').waitFor()
      await page.getByRole('button', { name: 'Replace' }).click()
      await page.getByText('“Users” is saved.').waitFor()

      await page.reload()
      await page.getByRole('button', { name: 'Views' }).focus()
      await page.keyboard.press('Enter')
      await page.getByRole('button', { name: 'Users', exact: true }).click()
      expect(await page.getByLabel('View told').innerText()).toBe('filter=entity%3AUser')
      expect(await page.getByRole('button', { name: 'Users', exact: true }).isVisible()).toBe(false)

      await page.getByRole('button', { name: 'Views' }).press('Enter')
      await page.getByRole('button', { name: 'Remove Users' }).focus()
      await page.keyboard.press('Enter')
      await page.getByText('Remove?', { exact: true }).waitFor()
      // To go elsewhere is to keep it.
      await page.keyboard.press('Tab')
      await page.getByRole('button', { name: 'Remove Users' }).focus()
      await page.keyboard.press('Enter')
      await page.keyboard.press('Enter')
      await page.getByText('None are saved yet').waitFor()
      expect(await page.evaluate((key) => localStorage.getItem(key), stored)).toBe('[]')
    })

    test('are read with care: what is no view is left out, and names are text', async () => {
      const page = await open()
      const found = [
        { name: '<img src=x onerror=alert(1)>\u202e', query: 'filter=a' },
        { name: 5, query: 'x' },
        { name: '', query: 'x' },
        { name: 'n'.repeat(1000), query: 'x' },
        null,
        'x',
      ]
      for (const text of ['{', '{"a":1}', JSON.stringify(found)]) {
        await page.evaluate(([key, value]) => localStorage.setItem(key, value), [
          stored,
          text,
        ] as const)
        await page.getByRole('button', { name: 'Views' }).click()
        await page.getByText(text.startsWith('[') ? '<img src=x' : 'None are saved yet').waitFor()
        expect(await page.getByRole('listitem').count()).toBe(text.startsWith('[') ? 1 : 0)
        await page.keyboard.press('Escape')
      }
    })

    test('are kept by the handler where it keeps them, and its refusals are told', async () => {
      const page = await open('filter=entity:User&server=1')
      const views: unknown[] = []
      site.intercept = async (request) => {
        if (!request.url.endsWith('/audit/views')) return undefined
        if (request.method === 'GET') return Response.json({ views })
        if (request.method === 'DELETE') return new Response(null, { status: 403 })
        views.push(await request.json())
        return new Response(null, { status: 204 })
      }
      await page.getByRole('button', { name: 'Views' }).click()
      await page.getByLabel('Save what is shown as').fill('Users')
      await page.keyboard.press('Enter')
      await page.getByText('“Users” is saved.').waitFor()
      expect(views).toEqual([{ name: 'Users', query: 'filter=entity%3AUser' }])
      expect(await page.getByText('Kept in this browser').count()).toBe(0)
      await page.getByRole('button', { name: 'Remove Users' }).click()
      await page.getByText('Remove?', { exact: true }).click()
      await page.getByRole('alert').getByText('You may not').waitFor()
      await page.getByRole('button', { name: 'Users', exact: true }).waitFor()
      site.intercept = undefined
    })
  })
})
