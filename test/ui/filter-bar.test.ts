import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { withAudit } from '../../src/index.ts'
import { auditedClient } from '../capture/audited.ts'
import { describeDatabase } from '../database/each.ts'
import { violationsOf } from './axe.ts'
import { describeInBrowser } from './browser.ts'
import { bundled } from './bundled.ts'
import { openSite, type Site } from './site.ts'

const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Filter</title>
<meta name="viewport" content="width=device-width"><script type="module" src="/filter.js"></script>
</head><body></body></html>`

describeDatabase('sqlite', 'The filter bar', (db) => {
  let site: Site
  beforeAll(async () => {
    const prisma = auditedClient(db)
    const record = (action: string, actor: { id: string; name: string }, tags: object) =>
      withAudit({ actor, tags: { ...tags } }, () =>
        prisma.$audit.record({ action, entity: 'Invoice', entityId: '7' }),
      )
    const ann = { id: 'u_1', name: 'Ann Lee' }
    const bob = { id: 'u_2', name: 'Bob' }
    await record('approve', ann, { namespace: 'billing', team: 'on call' })
    await record('approve', ann, { namespace: 'billing', team: 'on call' })
    await record('refuse', bob, { namespace: 'platform', team: 'night, shift' })
    await record('approve', bob, { namespace: 'platform', type: '<img src=x>\u202e"' })
    site = await openSite(prisma)
    site.pages.set('/filter', html)
    site.scripts.set('/filter.js', await bundled('test/ui/filter-page.ts'))
  })
  afterAll(() => site?.close())

  describeInBrowser('in Chromium', (browser) => {
    type Options = Parameters<typeof browser.open>[0]
    const open = async (filter = '', more: Record<string, string> = {}, options: Options = {}) => {
      const { page } = await browser.open(options)
      await page.goto(`${site.url}/filter?${new URLSearchParams({ filter, ...more })}`)
      await fieldOf(page).waitFor()
      return page
    }
    const fieldOf = (page: Page): Locator => page.getByRole('combobox')
    const option = (page: Page, name: string | RegExp) => page.getByRole('option', { name })
    const told = (page: Page) => page.getByLabel('Filter told').innerText()
    const chips = (page: Page) =>
      page
        .getByRole('toolbar')
        .getByRole('group')
        .evaluateAll((all) => all.map((one) => one.getAttribute('aria-label')))

    test('takes what an input method has composed for what was written, and its Enter for its own', async () => {
      const page = await open()
      await fieldOf(page).focus()
      const devtools = await page.context().newCDPSession(page)
      const composed = { text: 'act', selectionStart: 3, selectionEnd: 3 }
      await devtools.send('Input.imeSetComposition', composed)
      await devtools.send('Input.insertText', { text: 'act' })
      await option(page, /^actor:/).waitFor()
      await fieldOf(page).fill('entity:Invoice')
      const isTaken = await fieldOf(page).evaluate((field) => {
        // Safari's, after the composition has ended.
        const event = {
          key: 'Enter',
          keyCode: 229,
          bubbles: true,
          composed: true,
          cancelable: true,
        }
        return !field.dispatchEvent(new KeyboardEvent('keydown', event))
      })
      expect(isTaken).toBe(false)
      expect(await fieldOf(page).inputValue()).toBe('entity:Invoice')
    })

    test('completes keys, then values with their numbers and names, by the keyboard alone', async () => {
      const page = await open()
      await fieldOf(page).focus()
      await page.keyboard.type('act')
      await option(page, /^actor:/).waitFor()
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('Enter')
      expect(await fieldOf(page).inputValue()).toBe('actor:')
      await option(page, /u_1.*Ann Lee.*2/).waitFor()
      await page.keyboard.type('lee')
      await expect.poll(() => page.getByRole('option').count()).toBe(1)
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('Enter')
      expect(await told(page)).toBe('actor:u_1')
      expect(await chips(page)).toEqual(['actor is u_1'])

      // Only what the other terms leave is counted.
      await page.keyboard.type('action:')
      await option(page, /approve.*2/).waitFor()
      expect(await option(page, 'refuse').count()).toBe(0)
      await page.keyboard.press('Escape')
      expect(await page.getByRole('listbox').isVisible()).toBe(false)
      expect(await fieldOf(page).inputValue()).toBe('action:')
    })

    test('completes keys of tags, and quotes values; Tab leaves room for another one', async () => {
      const page = await open()
      await fieldOf(page).click()
      await option(page, /^team:/).waitFor()
      await option(page, /^team:/).click()
      await option(page, /^on call/).waitFor()
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('Tab')
      expect(await fieldOf(page).inputValue()).toBe('team:"on call"')
      await page.keyboard.type(',ni')
      await option(page, /^night, shift/).click()
      expect(await told(page)).toBe('team:"on call","night, shift"')
      await page.getByRole('button', { name: 'Clear all' }).click()
      await page.keyboard.type('<im')
      await option(page, /^type:<img/).click()
      expect(await told(page)).toBe('"type":"<img src=x>\u202e\\""')
    })

    test('makes a chip of a term by a space, of a whole filter by Enter or a paste', async () => {
      const page = await open()
      await fieldOf(page).focus()
      await page.keyboard.type('namespace:billing team:"on call" ')
      expect(await chips(page)).toEqual(['namespace is billing', 'team is on call'])
      expect(await fieldOf(page).inputValue()).toBe('')
      await page.keyboard.insertText('-type:system invoice since:7d')
      await page.keyboard.press('Enter')
      expect(await told(page)).toBe(
        'namespace:billing team:"on call" -type:system invoice since:7d',
      )
      expect((await chips(page)).slice(2)).toEqual(['type not system', 'text has invoice'])
      await page.getByRole('button', { name: 'Last 7 days' }).waitFor()
      await page.getByRole('button', { name: 'Clear all' }).click()
      await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
      await page.evaluate(() => navigator.clipboard.writeText('action:approve -namespace:platform'))
      await page.keyboard.press('Control+V')
      expect(await told(page)).toBe('action:approve -namespace:platform')
    })

    test('turns terms around, changes and removes them with the mouse', async () => {
      const page = await open('entity:User,Invoice namespace:billing')
      await page.getByRole('button', { name: 'namespace is billing: exclude' }).click()
      expect(await told(page)).toBe('entity:User,Invoice -namespace:billing')
      await page.getByRole('button', { name: 'Edit entity is' }).click()
      expect(await fieldOf(page).inputValue()).toBe('entity:User,Invoice')
      await page.getByText('You are editing entity').waitFor()
      await fieldOf(page).fill('entity:Invoice')
      await page.keyboard.press('Enter')
      expect(await told(page)).toBe('entity:Invoice -namespace:billing')
      await page.getByRole('button', { name: 'Remove entity' }).click()
      expect(await told(page)).toBe('-namespace:billing')
    })

    test('does the same by keys, and keeps the focus where one is', async () => {
      const page = await open('entity:User action:create,update namespace:billing')
      await fieldOf(page).focus()
      await page.keyboard.press('Backspace')
      const focused = (name: string) =>
        expect
          .poll(() => page.getByRole('button', { name }).evaluate((one) => one.matches(':focus')))
          .toBe(true)
      await focused('Remove namespace is billing')
      await page.keyboard.press('Backspace')
      await focused('Remove action is create, update')
      await page.keyboard.press('-')
      expect(await told(page)).toBe('entity:User -action:create,update')
      await page.keyboard.press('ArrowLeft')
      await focused('Edit action not create, update')
      await page.keyboard.press('Enter')
      await expect.poll(() => fieldOf(page).inputValue()).toBe('-action:create,update')
      await page.keyboard.type(',delete')
      await page.keyboard.press('Escape')
      await page.keyboard.press('Escape')
      expect(await fieldOf(page).inputValue()).toBe('')
      expect(await told(page)).toBe('entity:User -action:create,update')
      await page.keyboard.press('ArrowLeft')
      await page.keyboard.press('Home')
      await page.keyboard.press('Delete')
      await focused('Remove action not create, update')
      await page.keyboard.press('Delete')
      await expect.poll(() => fieldOf(page).evaluate((one) => one.matches(':focus'))).toBe(true)
      expect(await told(page)).toBe('')
    })

    test('says what is wrong at its place, and loses nothing that was written', async () => {
      const page = await open('outcome:maybe entity:User')
      await expect.poll(() => fieldOf(page).inputValue()).toBe('outcome:maybe')
      await page.getByRole('status').getByText('matches nothing').waitFor()
      await fieldOf(page).fill('a"b" team:x')
      await page.keyboard.press('Enter')
      expect(await fieldOf(page).getAttribute('aria-invalid')).toBe('true')
      expect(await page.locator('mark').innerText()).toBe('"')
      expect(await fieldOf(page).inputValue()).toBe('a"b" team:x')
      expect(await violationsOf(page)).toEqual([])
      await fieldOf(page).fill('"a b" team:x')
      expect(await fieldOf(page).getAttribute('aria-invalid')).toBe('false')
      await page.keyboard.press('Enter')
      expect(await told(page)).toBe('entity:User "a b" team:x')

      await page.locator('audit-filter-bar').evaluate((bar) => {
        Object.assign(bar, {
          error: { message: 'No `User` here.', position: { start: 7, end: 11 } },
        })
      })
      await page.getByText('No User here.').waitFor()
      expect(await page.locator('mark').innerText()).toBe('User')
    })

    test('takes no more terms than a filter may have, and shows that many', async () => {
      const all = Array.from({ length: 50 }, (_, index) => `tag-${index}:value-${index}`).join(' ')
      const page = await open(all)
      expect(await chips(page)).toHaveLength(50)
      expect((await page.getByRole('search').boundingBox())?.height).toBeLessThan(220)
      expect(await fieldOf(page).isVisible()).toBe(true)
      await fieldOf(page).fill('one-more:x')
      await page.keyboard.press('Enter')
      await page.getByRole('status').getByText('more than 50').waitFor()
      expect(await told(page)).toBe(all)
      expect(await fieldOf(page).inputValue()).toBe('one-more:x')
    })

    test('cuts a long value in its chip, and has all of it where it is edited', async () => {
      const value = `\u202e${'long '.repeat(200)}`
      const page = await open(`team:"${value}"`)
      const edit = page.getByRole('button', { name: 'Edit team' })
      expect((await edit.innerText()).length).toBeLessThan(100)
      const box = await edit.boundingBox()
      expect(box?.width).toBeLessThan(300)
      await edit.click()
      expect(await fieldOf(page).inputValue()).toBe(`team:"${value}"`)
    })

    test('chooses times from what is usual, or writes them in the zone of the viewer', async () => {
      const page = await open('entity:User')
      await page.getByRole('button', { name: 'All time' }).click()
      await page.getByRole('button', { name: 'Last 24 hours' }).click()
      expect(await told(page)).toBe('entity:User since:24h')
      // The button has the focus again: Enter opens what Escape closes.
      await page.keyboard.press('Enter')
      await page.getByLabel('From', { exact: true }).waitFor()
      expect(await violationsOf(page)).toEqual([])
      await page.keyboard.press('Escape')
      expect(await page.getByLabel('From', { exact: true }).isVisible()).toBe(false)
      await page.keyboard.press('Enter')
      // Berlin's clocks were put back between these.
      await page.getByLabel('From', { exact: true }).fill('2026-10-25T00:00')
      await page.getByLabel('To', { exact: true }).fill('2026-10-26T00:00')
      await page.getByRole('button', { name: 'Apply' }).click()
      expect(await told(page)).toBe('entity:User since:2026-10-24T22:00Z until:2026-10-25T23:00Z')
      await page.getByRole('button', { name: '25 Oct 2026' }).click()
      await page.getByLabel('To', { exact: true }).fill('2026-10-20T00:00')
      await page.getByRole('button', { name: 'Apply' }).click()
      await page.getByText('The end has to be after').waitFor()
      await page.getByLabel('To', { exact: true }).fill('')
      await page.getByRole('button', { name: 'Apply' }).click()
      expect(await told(page)).toBe('entity:User since:2026-10-24T22:00Z')
    })

    test('keeps what is written as soon as it is open', async () => {
      const page = await open('entity:User')
      await page.getByRole('button', { name: 'All time' }).evaluate((button) => {
        const { parentNode } = button as HTMLButtonElement
        ;(button as HTMLButtonElement).click()
        const from = parentNode?.querySelector('[name="since"]') as HTMLInputElement
        from.value = '2026-10-25T00:00'
      })
      await page.getByRole('button', { name: 'Apply' }).click()
      expect(await told(page)).toBe('entity:User since:2026-10-24T22:00Z')
    })

    test('keeps the seconds, and the second of two equal hours, of what is not changed', async () => {
      const filter = 'since:2026-10-25T01:30:05Z until:2026-10-25T05:00Z'
      const page = await open(filter)
      await page.getByRole('button', { name: '25 Oct 2026' }).click()
      expect(await page.getByLabel('From', { exact: true }).inputValue()).toBe('2026-10-25T02:30')
      await page.getByLabel('To', { exact: true }).fill('2026-10-25T07:00')
      await page.getByRole('button', { name: 'Apply' }).click()
      expect(await told(page)).toBe('since:2026-10-25T01:30:05Z until:2026-10-25T06:00Z')
    })

    test('has no barrier in either theme, in UTC, in Chinese, from right to left, on a phone', async () => {
      for (const options of [
        { colorScheme: 'dark', viewport: { width: 360, height: 640 } },
        { colorScheme: 'light' },
      ] as const) {
        const more = { lang: 'zh', dir: 'rtl', zone: 'utc' }
        const page = await open('entity:User -team:"on call" since:2026-10-25', more, options)
        await fieldOf(page).fill('act')
        await option(page, /^actor/).waitFor()
        await page.keyboard.press('ArrowDown')
        expect(await violationsOf(page)).toEqual([])
        const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)
        expect(wide).toBe(false)
        await page.keyboard.press('Escape')
        await page.getByRole('button', { name: '2026年10月25日' }).click()
        await page.getByText('按 UTC').waitFor()
        expect(await violationsOf(page)).toEqual([])
      }
    })

    test('does without completion where the trail cannot be asked', async () => {
      const page = await open()
      site.intercept = ({ url }) =>
        url.includes('/facets') ? new Response(null, { status: 503 }) : undefined
      await fieldOf(page).fill('actor:u')
      await page.keyboard.press('Enter')
      site.intercept = undefined
      expect(await told(page)).toBe('actor:u')
    })
  })
})
