/**
 * What goes on while the example runs: every few seconds somebody does something.
 */
import { setTimeout as wait } from 'node:timers/promises'
// An application writes: import { withAudit } from 'prisma-extension-audit'
import { withAudit } from '../../../src/index.ts'
import type { Database } from '../database.ts'
import type { Executor } from '../executions.ts'
import type { Logging } from '../logging.ts'
import { configure, deploy, deployLegacy, restart, scale, signIn } from './acts.ts'
import { between, chanceFrom, weighted } from './chance.ts'

const acts = { deploy, scale, configure, restart, signIn, deployLegacy }
const weights = { deploy: 20, scale: 40, configure: 14, restart: 8, signIn: 14, deployLegacy: 4 }

export interface LiveOptions {
  readonly prisma: Database
  readonly logging: Logging
  readonly executor: Executor
  readonly tenant: string
}

/** Goes on until the answered function is called. */
export function liveOn({ prisma, logging, executor, tenant }: LiveOptions): () => void {
  const stopping = new AbortController()
  const chance = chanceFrom(Date.now())
  const scene = {
    client: prisma,
    chance,
    logger: logging.logger,
    now: () => new Date(),
    pause: () => wait(500),
    execute: async (id: number, action: 'deploy' | 'restart' | 'destroy') => {
      const { ended } = await executor.begin(id, action)
      return ended
    },
  }
  void (async () => {
    for (;;) {
      await wait(between(chance, 2_000, 8_000), undefined, { signal: stopping.signal })
      const act = acts[weighted(chance, weights)]
      // One that takes long does not keep others from theirs.
      withAudit({ tenant }, () => act(scene)).catch((error: unknown) => {
        if (!stopping.signal.aborted) console.error(error)
      })
    }
  })().catch(() => undefined)
  return () => stopping.abort()
}
