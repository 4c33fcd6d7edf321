/**
 * The scripts and styles of the pages, as files of this folder.
 */
import { readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { Hono } from 'hono'

const types: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  js: 'text/javascript; charset=utf-8',
}

const folder = new URL('./assets/', import.meta.url)

export function assets() {
  const app = new Hono()
  for (const name of readdirSync(folder)) {
    const type = types[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream'
    app.get(`/${name}`, async (c) => {
      const text = await readFile(new URL(name, folder), 'utf8')
      return c.body(text, 200, { 'Content-Type': type, 'Cache-Control': 'no-cache' })
    })
  }
  return app
}
