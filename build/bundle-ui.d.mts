import type { Metafile } from 'esbuild'

interface File {
  readonly name: string
  readonly text: string
}

export function bundleUi(): Promise<{ readonly files: File[]; readonly metafile: Metafile }>
export function writeAssets(): Promise<File[]>
