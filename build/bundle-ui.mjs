/**
 * Bundles the custom elements for browsers.
 *
 *   node build/bundle-ui.mjs        into `src/ui/generated/assets.ts`, as texts that the HTTP handler serves
 *   node build/bundle-ui.mjs dist   into `dist/ui/bundle` as well, as files that applications import
 *
 * As texts, since a server that is bundled itself finds no files beside its code.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const at = (...path) => join(root, ...path)

/** Modules that a page may load; what they share is in chunks. */
const entryPoints = {
  elements: at('src/ui/elements.ts'),
  activity: at('src/ui/activity-element.ts'),
  // Of the package only.
  react: at('src/ui/react.ts'),
  server: at('src/ui/server.ts'),
}

const ofThePackage = ['react.js', 'server.js']

/** @returns {Promise<{ readonly files: { readonly name: string, readonly text: string }[], readonly metafile: object }>} */
export async function bundleUi() {
  // Here, since this file is loaded before anything is installed.
  const { build } = await import('esbuild')
  const { outputFiles, metafile } = await build({
    entryPoints,
    outdir: at('dist/ui/bundle'),
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    minify: true,
    legalComments: 'eof',
    charset: 'utf8',
    entryNames: '[name]',
    chunkNames: '[name]-[hash]',
    external: ['react'],
    define: { 'process.env.NODE_ENV': '"production"' },
    plugins: [styles],
    metafile: true,
    write: false,
    logLevel: 'warning',
  })
  const files = outputFiles.map(({ path, text }) => ({ name: basename(path), text }))
  files.push({ name: 'page.css', text: readFileSync(at('src/ui/page.css'), 'utf8') })
  return { files, metafile }
}

/** What is in templates is text to the bundler: it leaves their white space and comments as they are. */
const styles = {
  name: 'styles',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]src[\\/]ui[\\/].*\.ts$/ }, ({ path }) => {
      const source = readFileSync(path, 'utf8')
      const contents = source.replace(/\bcss`[^`]*`/g, (template) =>
        template
          .replace(/\/\*.*?\*\//gs, '')
          .replace(/\s+/g, ' ')
          .replace(/ ?([{};,>]) ?/g, '$1')
          .replace(/: /g, ':')
          .replaceAll(';}', '}'),
      )
      return { contents, loader: 'ts' }
    })
  },
}

/** Writes what the HTTP handler serves, where it has changed. */
export async function writeAssets() {
  const { files } = await bundleUi()
  const entries = files
    .filter(({ name }) => !ofThePackage.includes(name))
    .map(({ name, text }) => `  ${JSON.stringify(name)}: ${JSON.stringify(text)},`)
  const source = `/** What the page is made of, by the names of its files. Made by build/bundle-ui.mjs. */
export const assets: Readonly<Record<string, string>> = {
${entries.join('\n')}
}
`
  const path = at('src/ui/generated/assets.ts')
  mkdirSync(dirname(path), { recursive: true })
  if (readIfThere(path) !== source) writeFileSync(path, source)
  return files
}

function readIfThere(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const files = await writeAssets()
  if (process.argv[2] === 'dist') {
    const folder = at('dist/ui/bundle')
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder, { recursive: true })
    for (const { name, text } of files) writeFileSync(join(folder, name), text)
  }
}
