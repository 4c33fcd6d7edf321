/**
 * The HTTP server, for this machine only: the passwords of the example are known to everybody.
 */
import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import type { createApp } from './app.ts'

const host = '127.0.0.1'

export interface Listening {
  readonly url: string
  readonly close: () => Promise<void>
}

/** Listens on `port`, or on the next free one. */
export async function listen(app: ReturnType<typeof createApp>, port: string): Promise<Listening> {
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    throw new Error(`\`PORT\` is \`${port}\`, but it has to be a number from 0 to 65535.`)
  }
  const server = createAdaptorServer({ fetch: app.fetch }) as Server
  for (let next = Number(port); !(await isListening(server, next)); next++) {
    if (next === 65_535) throw new Error(`No port from ${port} on is free.`)
  }
  const { port: actual } = server.address() as AddressInfo
  return {
    url: `http://${host}:${actual}`,
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

async function isListening(server: Server, port: number): Promise<boolean> {
  try {
    await once(server.listen(port, host), 'listening')
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return false
    throw error
  }
}
