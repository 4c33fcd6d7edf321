import { readdirSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { pageLanguages } from '../../src/http/page-language.ts'
import { assets } from '../../src/ui/generated/assets.ts'
import { describeDatabase } from '../database/each.ts'
import { alpha, type Served, serve } from './served.ts'

const browser = { Accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' }

describeDatabase('sqlite', 'the page', (db) => {
  let served: Served
  beforeAll(() => {
    served = serve(db)
  })

  /** The addresses that a page names, as a browser sees them that has it from `url`. */
  const addressesIn = (html: string, url: string) =>
    [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address = '']) => {
      return new URL(address, url).pathname
    })

  test.each(['', '/', '?filter=a%', '/?filter=a&filter=b'])(
    'is at the path of the handler with `%s` behind it',
    async (path) => {
      const response = await served.ask(path)
      expect(response.status).toBe(200)
      expect(response.headers.get('Content-Type')).toBe('text/html; charset=utf-8')
      const html = await response.text()
      expect(html).toContain('<audit-log')
      // A proxy may have cut something off the front of the path, or put something there.
      for (const base of [`http://localhost/audit${path}`, `http://example.com/of/audit${path}`]) {
        const folder = new URL(base).pathname.replace(/\/?$/, '/')
        const addresses = addressesIn(html, base)
        expect(addresses).toContain(`${folder}ui/elements.js`)
        expect(addresses.every((address) => address.startsWith(`${folder}ui/`))).toBe(true)
      }
    },
  )

  test.each(['/', '', '/admin/the%20audit', '/a:b/'])('is below the base path `%s`', async (at) => {
    const { handler } = serve(db, { prisma: served.prisma, basePath: at || '/' })
    const root = at.replace(/\/$/, '')
    for (const url of [`http://localhost${root}/`, `http://localhost${root || '/'}`]) {
      const html = await (
        await handler(new Request(url, { headers: { 'x-scope': JSON.stringify(alpha) } }))
      ).text()
      const addresses = addressesIn(html, url)
      expect(addresses).toContain(`${root}/ui/elements.js`)
      for (const address of addresses) {
        const asset = new Request(new URL(address, url), {
          headers: { 'x-scope': JSON.stringify(alpha) },
        })
        expect((await handler(asset)).status, address).toBe(200)
      }
    }
  })

  test('may load nothing of anybody else, and no script or style that is in it', async () => {
    const { headers } = await served.ask('/')
    const policy = headers.get('Content-Security-Policy') ?? ''
    expect(policy).toMatch(/^default-src 'none'; /)
    expect(policy).not.toMatch(/unsafe|https?:|\*|data:/)
    expect(policy).toContain("require-trusted-types-for 'script'")
    expect(await (await served.ask('/')).text()).not.toMatch(/<style|<script>|\son\w+=| style=/)
  })

  const languageOf = (html: string) => /<html lang="([^"]*)">/.exec(html)?.[1]

  describe('is in a language that the browser asks for, with the region of what it prefers', () => {
    test.each([
      [undefined, 'en'],
      ['', 'en'],
      ['*', 'en'],
      ['en-GB,en;q=0.9', 'en-GB'],
      ['zh-CN,zh;q=0.9,en;q=0.8', 'zh-CN'],
      ['zh', 'zh'],
      ['zh-Hant-TW', 'zh-Hant-TW'],
      ['zh-cn-u-nu-hanidec', 'zh-CN'],
      ['en;q=0.5, zh-CN', 'zh-CN'],
      ['EN-us; Q=0.5 , zh ;q=0.6', 'zh'],
      ['zh;q=0, en-AU', 'en-AU'],
      ['de-DE', 'en-DE'],
      ['de', 'en-DE'],
      ['de-DE,de;q=0.9,en-US;q=0.8,en;q=0.7', 'en-DE'],
      ['ja,zh-CN;q=0.9,en;q=0.8', 'zh-CN'],
      ['es-419,es', 'en-419'],
      ['eo', 'en-001'],
      ['"><script>', 'en'],
      ['a,b,c-,12,en_GB,en--', 'en'],
      ['constructor,__proto__', 'en'],
    ])('%j: %s', async (accepted, language) => {
      const headers = accepted === undefined ? {} : { 'Accept-Language': accepted }
      expect(languageOf(await (await served.ask('/', { headers })).text())).toBe(language)
      const refused = await served.ask('/', { scope: 401, headers: { ...browser, ...headers } })
      expect(refused.headers.get('Vary')).toContain('Accept-Language')
      const html = await refused.text()
      expect(languageOf(html)).toBe(language)
      expect(html).toContain(language.startsWith('zh') ? '登录' : 'Sign in')
    })
  })

  test('has each language of the elements', () => {
    expect(pageLanguages).toEqual(
      readdirSync(new URL('../../src/ui/messages', import.meta.url), { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => name)
        .sort(),
    )
  })

  test('answers HEAD, and 304 as long as it is the same', async () => {
    for (const path of ['', '/', '/ui/elements.js', '/ui/page.css']) {
      const whole = await served.ask(path)
      const head = await served.ask(path, { method: 'HEAD' })
      expect(head.status).toBe(200)
      expect(head.body).toBeNull()
      expect([...head.headers]).toEqual([...whole.headers])
      const ETag = whole.headers.get('ETag') ?? ''
      const again = await served.ask(path, { headers: { 'If-None-Match': ETag } })
      expect([again.status, again.headers.get('ETag')]).toEqual([304, ETag])
      expect(whole.headers.get('Cache-Control')).toBe('private, no-cache')
      expect(whole.headers.get('Vary')).toBe(
        path.startsWith('/ui/')
          ? 'Cookie, Authorization'
          : 'Cookie, Authorization, Accept-Language',
      )
    }
    expect((await served.ask('/', { method: 'POST', body: {} })).status).toBe(405)
  })

  test('is made of files that are data to nobody, and of which those with a hash never change', async () => {
    for (const [file, text] of Object.entries(assets)) {
      const response = await served.ask(`/ui/${file}`)
      const type = file.endsWith('.css') ? 'text/css' : 'text/javascript'
      expect(response.headers.get('Content-Type')).toBe(`${type}; charset=utf-8`)
      expect(response.headers.get('X-Content-Type-Options')).toBe('nosniff')
      const isHashed = !['elements.js', 'activity.js', 'page.css'].includes(file)
      expect(response.headers.get('Cache-Control'), file).toBe(
        isHashed ? 'private, max-age=31536000, immutable' : 'private, no-cache',
      )
      expect(await response.text()).toBe(text)
    }
    for (const file of ['nothing.js', '__proto__', '..%2Fpage.ts', 'constructor']) {
      expect((await served.ask(`/ui/${file}`)).status, file).toBe(404)
    }
  })

  test('keeps the licences of what is in it', () => {
    const all = Object.values(assets).join('')
    expect(all).toContain('SPDX-License-Identifier: BSD-3-Clause')
  })

  describe('to a browser that may not see it', () => {
    test.each([
      [401, /Sign in/],
      [403, /access/],
      [null, /access/],
    ] as const)('is a page for %j that says what to do', async (scope, advice) => {
      const answers = new Set<string>()
      for (const path of ['', '/', '/entries', '/nothing', '/ui/elements.js', '/../elsewhere']) {
        const response = await served.ask(path, { scope, headers: browser })
        expect(response.status).toBe(scope ?? 403)
        expect(response.headers.get('Content-Type')).toBe('text/html; charset=utf-8')
        expect(response.headers.get('Content-Security-Policy')).toContain("default-src 'none'")
        expect(response.headers.get('Cache-Control')).toBe('no-store')
        answers.add(await response.text())
      }
      expect(answers.size).toBe(1)
      expect([...answers][0]).toMatch(advice)
      expect([...answers][0]).not.toMatch(/audit|script|src=|href=/i)
      const head = await served.ask('/', { scope, method: 'HEAD', headers: browser })
      expect([head.status, head.body]).toEqual([scope ?? 403, null])
    })

    test('is a problem where it is asked for by a program', async () => {
      for (const headers of [{}, { Accept: '*/*' }, { Accept: 'application/json' }]) {
        const problem = await served.json('/', { scope: 401, headers })
        expect(problem).toMatchObject({ status: 401, code: 'UNAUTHORIZED' })
      }
      const asking = { scope: 401, headers: browser, method: 'PUT', body: {} } as const
      expect(await served.json('/views', asking)).toMatchObject({ code: 'UNAUTHORIZED' })
    })
  })
})
