import { resolve } from 'node:path'
import { build } from 'esbuild'

/** A module for browsers, bundled from a file of the tests or of the package: to look at one part alone. */
export async function bundled(path: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [resolve(path)],
    bundle: true,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    write: false,
    logLevel: 'silent',
    define: { 'process.env.NODE_ENV': '"production"' },
  })
  return outputFiles[0]?.text ?? ''
}
