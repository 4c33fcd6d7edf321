import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { build } from 'vite'

interface Page {
  readonly type: string
  readonly content: string
}

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** The pages and their scripts by their paths. An application has a build of its own for this. */
export async function bundledPages(): Promise<ReadonlyMap<string, Page>> {
  const pages = new Map<string, Page>()
  for (const name of ['', 'html/']) {
    const content = await readFile(at(`./${name}index.html`), 'utf8')
    pages.set(`/${name}`, { type: types.html, content })
  }
  for (const name of ['react', 'vue']) {
    for (const [path, content] of await bundled(name)) {
      const type = types[path.split('.').at(-1) as keyof typeof types] ?? 'text/plain'
      pages.set(`/${name}/${path === 'index.html' ? '' : path}`, { type, content })
    }
  }
  return pages
}

const types = { html: 'text/html; charset=utf-8', js: 'text/javascript', css: 'text/css' }

async function bundled(name: string): Promise<(readonly [path: string, content: string])[]> {
  // What they are made of complains in a browser's console where it is anything else.
  process.env.NODE_ENV = 'production'
  const result = await build({
    root: at(`./${name}`),
    base: `/${name}/`,
    configFile: false,
    logLevel: 'error',
    build: { write: false, modulePreload: { polyfill: false } },
    resolve: {
      // The package's sources, in place of what is installed.
      alias: {
        'prisma-extension-audit/react': at('../../src/ui/react.ts'),
        'prisma-extension-audit/ui/activity': at('../../src/ui/activity-element.ts'),
      },
    },
    plugins: [
      vue({
        template: { compilerOptions: { isCustomElement: (tag) => tag.startsWith('audit-') } },
      }),
    ],
  })
  const outputs = [result].flat().flatMap((each) => ('output' in each ? each.output : []))
  return outputs.map((file) => {
    const content = file.type === 'chunk' ? file.code : String(file.source)
    return [file.fileName, content] as const
  })
}
