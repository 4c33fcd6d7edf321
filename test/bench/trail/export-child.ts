/**
 * Exports a trail in a process of its own: `export-child.ts <provider> <url> <entries>`. Answers what it took as
 * JSON.
 */
import { audit } from '../../../src/index.ts'
import { openAdapter } from '../../database/adapter.ts'
import type { Provider } from '../../database/capabilities.ts'

// One client, as an application has: all three would be in its memory.
const clients = {
  sqlite: () => import('../../generated/sqlite/client/client.ts'),
  postgresql: () => import('../../generated/postgresql/client/client.ts'),
  mysql: () => import('../../generated/mysql/client/client.ts'),
}

const [given, url = '', most] = process.argv.slice(2)
const provider = given as Provider
const { PrismaClient } = (await clients[provider]()) as Awaited<
  ReturnType<(typeof clients)['postgresql']>
>
const adapter = openAdapter(provider, url, { poolSize: 2 })
const client = new PrismaClient({ adapter }).$extends(
  audit({ redact: { hashKey: 'a secret of the benchmark' } }),
)
const stop = new AbortController()
const memory = { atStart: 0, atTenth: 0, peak: 0 }
const sample = () => {
  memory.peak = Math.max(memory.peak, process.memoryUsage.rss())
}

await client.$audit.search('', { take: 1000 })
memory.atStart = process.memoryUsage.rss()
const timer = setInterval(sample, 20)
const started = performance.now()
let entries = 0
let bytes = 0
for await (const piece of client.$audit.export('', { format: 'ndjson', signal: stop.signal })) {
  bytes += Buffer.byteLength(piece)
  entries += piece.split('\n').length - 1
  sample()
  if (entries <= Number(most) / 10) memory.atTenth = memory.peak
  if (entries >= Number(most)) stop.abort()
}
clearInterval(timer)
const seconds = (performance.now() - started) / 1000
console.log(JSON.stringify({ entries, bytes, seconds, memory }))
await client.$disconnect()
