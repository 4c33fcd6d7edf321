import { gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, test } from 'vitest'
import { bundleUi } from '../../build/bundle-ui.mjs'

interface Output {
  readonly imports: readonly { readonly path: string; readonly kind: string }[]
}

/** Bytes, gzipped as servers do. */
const most = { activity: 30_000, elements: 70_000, all: 105_000 }

describe('What browsers load', () => {
  let files: readonly { readonly name: string; readonly text: string }[]
  let outputs: ReadonlyMap<string, Output>
  let sizes: ReadonlyMap<string, number>
  beforeAll(async () => {
    const bundle = await bundleUi()
    files = bundle.files.filter(({ name }) => name !== 'react.js' && name !== 'server.js')
    const all = Object.entries(bundle.metafile.outputs)
    outputs = new Map(all.map(([path, output]) => [nameOf(path), output]))
    sizes = new Map(files.map(({ name, text }) => [name, gzipSync(text).length]))
  })

  /** A module and all that it cannot do without. */
  function closureOf(name: string, found = new Set<string>()): ReadonlySet<string> {
    if (found.has(name)) return found
    found.add(name)
    for (const { path, kind } of outputs.get(name)?.imports ?? []) {
      if (kind === 'import-statement') closureOf(nameOf(path), found)
    }
    return found
  }

  function expectAtMost(names: Iterable<string>, limit: number): void {
    const list = [...names].map((name) => [name, sizes.get(name) ?? 0] as const)
    const total = list.reduce((sum, [, size]) => sum + size, 0)
    const told = list.map(([name, size]) => `${name} ${size}`).join(', ')
    expect(total, `${total} bytes, of which ${told}`).toBeLessThanOrEqual(limit)
  }

  test('is at most 30 kB for the activity of an entity', () => {
    expectAtMost(closureOf('activity.js'), most.activity)
  })

  test('is at most 70 kB for all elements, as a page with the whole trail loads them', () => {
    expectAtMost(closureOf('elements.js'), most.elements)
  })

  test('is at most 105 kB with all that is loaded when it is opened: entries, logs, a language', () => {
    expectAtMost(sizes.keys(), most.all)
  })

  test('runs no text as a script, and asks no other address', () => {
    for (const { name, text } of files) {
      expect(text, name).not.toMatch(/\beval\s*\(|\bnew Function\b|\bFunction\s*\(/)
      const code = text.replace(/\/\*[\s\S]*?\*\//g, '')
      const addresses = code.match(/\bhttps?:\/\/[^\s"'`]+/g) ?? []
      expect(
        addresses.filter((each) => !each.startsWith('http://www.w3.org/')),
        name,
      ).toEqual([])
    }
  })

  test('tells whose work it is made of', () => {
    const text = files.map((file) => file.text).join('\n')
    expect(text).toContain('SPDX-License-Identifier: BSD-3-Clause')
  })
})

function nameOf(path: string): string {
  return path.split('/').at(-1) ?? path
}
