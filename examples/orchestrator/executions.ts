/**
 * Executions over HTTP. A caller waits for the end of one, or, with `Prefer: respond-async`, is answered
 * as soon as it has begun.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { Hono } from 'hono'
import { activityQuery, sendActivity } from './audit-trail.ts'
import type { AppEnv } from './authentication.ts'
import type { Database } from './database.ts'
import { execute } from './executor.ts'
import type { Execution, ExecutionAction } from './generated/client.ts'
import { sendJson } from './json.ts'
import type { Logging } from './logging.ts'
import { body, idPath, oneOf } from './validation.ts'

/** An execution that has begun, and its end; the end never rejects unheard. */
export interface Begun {
  readonly execution: Execution
  readonly ended: Promise<Execution>
}

/** The executions of this process. */
export interface Executor {
  begin(resourceId: number, action: ExecutionAction): Promise<Begun>
  /** Lets those that run fail at their next step, and waits for that. */
  close(): Promise<void>
}

/** `pace.stepDelay` is in milliseconds, and asked for at each step. */
export function openExecutor(
  prisma: Database,
  { logger }: Logging,
  pace: { readonly stepDelay: number },
): Executor {
  const closing = new AbortController()
  const running = new Set<Promise<unknown>>()
  return {
    begin: (resourceId, action) =>
      new Promise<Begun>((resolve, reject) => {
        const ended = execute(resourceId, action, {
          client: prisma,
          logger,
          now: () => new Date(),
          pause: () => wait(pace.stepDelay, undefined, { signal: closing.signal }),
          onStart: (execution) => resolve({ execution, ended }),
        })
        running.add(ended)
        // Where it fails before it begins, that is the answer; later, whoever waits is told.
        ended.catch(reject).finally(() => running.delete(ended))
      }),
    close: async () => {
      closing.abort()
      await Promise.allSettled(running)
    },
  }
}

const start = body({ action: oneOf('deploy', 'restart', 'destroy') })

export function executions(prisma: Database, executor: Executor) {
  return new Hono<AppEnv>()
    .get(`/resources${idPath}/executions`, async (c) => {
      const where = { resourceId: Number(c.req.param('id')) }
      return sendJson(c, await prisma.execution.findMany({ where }))
    })
    .post(`/resources${idPath}/executions`, start, async (c) => {
      const { action } = c.req.valid('json')
      const { execution, ended } = await executor.begin(Number(c.req.param('id')), action)
      if (c.req.header('Prefer') !== 'respond-async') return sendJson(c, await ended, 201)
      c.header('Location', `/executions/${execution.id}`)
      c.header('Preference-Applied', 'respond-async')
      return sendJson(c, execution, 202)
    })
    .get(`/executions${idPath}`, async (c) => {
      const where = { id: Number(c.req.param('id')) }
      return sendJson(c, await prisma.execution.findUniqueOrThrow({ where }))
    })
    .get(`/executions${idPath}/activity`, activityQuery, async (c) => {
      const where = { id: Number(c.req.param('id')) }
      return sendActivity(c, await prisma.execution.activity({ where, ...c.req.valid('query') }))
    })
}
