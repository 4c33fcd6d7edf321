import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import type { Provider } from '../../database/capabilities.ts'

/** What an export of a trail took; memory is that of the whole process, in bytes. */
export interface ExportResult {
  readonly entries: number
  readonly bytes: number
  readonly seconds: number
  readonly memory: { readonly atStart: number; readonly atTenth: number; readonly peak: number }
}

/** Megabytes that JavaScript's heap may have: it would not hold the trail. */
export const heapLimit = 64

/** Exports a trail as NDJSON in a process of its own, so that nothing else is in its memory. */
export async function measureExport(
  provider: Provider,
  url: string,
  entries: number,
): Promise<ExportResult> {
  const child = fileURLToPath(new URL('export-child.ts', import.meta.url))
  const limits = [`--max-old-space-size=${heapLimit}`, '--max-semi-space-size=4']
  const args = [...limits, '--import', 'tsx', child, provider, url, String(entries)]
  const exporting = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const [output, [code]] = await Promise.all([text(exporting.stdout), once(exporting, 'exit')])
  if (code !== 0) throw new Error(`The export ended with ${code}`)
  return JSON.parse(output)
}
