/**
 * Serves the application on a new database, as `next dev` does for an application of your own.
 */
import { once } from 'node:events'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { createServer, type RequestListener, type Server } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openDatabase } from '../database.ts'

// An application writes: import next from 'next'
// Here, its types would change those of `process.env` in the whole repository.
const next: (options: { dev: boolean; dir: string; hostname: string; httpServer: Server }) => {
  prepare(): Promise<void>
  getRequestHandler(): RequestListener
  close(): Promise<void>
} = createRequire(import.meta.url)('next')

const dir = fileURLToPath(new URL('.', import.meta.url))
await mkdir(join(dir, '.cache'), { recursive: true })
const output = await mkdtemp(join(dir, '.cache/next-'))
const { url, close } = await openDatabase()
Object.assign(process.env, {
  DATABASE_URL: url,
  EXAMPLE_OUTPUT: relative(dir, output),
  NEXT_TELEMETRY_DISABLED: '1',
})

const server = createServer()
const app = next({ dev: true, dir, httpServer: server, hostname: '127.0.0.1' })
await app.prepare()
server.on('request', app.getRequestHandler())
await once(server.listen(Number(process.env.PORT || 3000), '127.0.0.1'), 'listening')
const { port } = server.address() as AddressInfo
console.log(`Notes with Next on http://127.0.0.1:${port}\nPress Ctrl+C to stop.`)

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, async () => {
    server.close()
    server.closeAllConnections()
    await app.close()
    await close()
    await rm(output, { recursive: true, force: true })
    // Next goes on to watch the files.
    process.exit()
  })
}
