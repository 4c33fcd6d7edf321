import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { text } from 'node:stream/consumers'
import { setImmediate as immediate } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Worker } from 'node:worker_threads'
import { type LoggerOptions, pino } from 'pino'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { openDatabase } from '../../examples/integrations/database.ts'
import { auditMixin } from '../../src/logging/pino.ts'

type Transport = ReturnType<typeof pino.transport>

const tsx = createRequire(import.meta.url).resolve('tsx/cli')
const here = (path: string) => new URL(path, import.meta.url).href
const target = fileURLToPath(here('../../src/logging/pino-transport.ts'))
const client = here('./client.ts')

describe('The pino transport', () => {
  let database: Awaited<ReturnType<typeof openDatabase>>
  /** The transports of a test, each with its end. */
  const opened = new Map<Transport, Promise<unknown>>()

  beforeAll(async () => {
    database = await openDatabase()
  })
  afterEach(async () => {
    await Promise.all([...opened.keys()].map(end))
    opened.clear()
  })
  afterAll(async () => {
    await database.close()
  })

  /** A worker of its own, which loads TypeScript. */
  function worker(env: object = {}) {
    return {
      execArgv: ['--import', here('./typescript.mjs')],
      env: { ...process.env, AUDIT_TEST_LOG_URL: database.url, ...env },
    }
  }

  function open(options: object, workerOptions: object = worker()) {
    return tracked(pino.transport({ target, options, worker: workerOptions }))
  }

  function tracked(transport: Transport): Transport {
    opened.set(transport, new Promise((resolve) => transport.once('close', resolve)))
    return transport
  }

  async function end(transport: Transport): Promise<void> {
    transport.end()
    await opened.get(transport)
  }

  function loggerOf(transport: Transport, options: LoggerOptions = {}) {
    return pino({ mixin: auditMixin(), ...options }, transport)
  }

  /** Runs an action, and answers its trace. */
  function run(fn: () => unknown, entityId = '1'): Promise<string> {
    const { prisma } = database
    return prisma.$audit.run('execute', { entity: 'Note', entityId }, async ({ traceId }) => {
      await fn()
      return traceId
    })
  }

  function stored(traceId: string) {
    const where = { traceId }
    return database.prisma.auditExecutionLog.findMany({ where, orderBy: { seq: 'asc' } })
  }

  test('stores the lines of many runs at a time, in order, each with its own trace', async () => {
    const logger = loggerOf(open({ client, batch: 50 }))
    const runs = Array.from({ length: 25 }, async (_, id) => {
      const traceId = await run(async () => {
        const child = logger.child({ module: `module ${id}` })
        for (let step = 0; step < 20; step++) {
          child.info({ step }, 'run %d', id)
          await immediate()
        }
      }, String(id))
      logger.info('outside of any run')
      return traceId
    })
    const traces = await Promise.all(runs)
    await flushed(logger)
    expect(await database.prisma.auditExecutionLog.count()).toBe(25 * 20)
    for (const [id, traceId] of traces.entries()) {
      const lines = await stored(traceId)
      expect(lines).toHaveLength(20)
      for (const [step, line] of lines.entries()) {
        expect(line).toMatchObject({
          traceId,
          parentId: traceId,
          level: 'info',
          message: `run ${id}`,
          fields: {
            action: 'execute',
            entity: 'Note',
            entity_id: String(id),
            module: `module ${id}`,
            step,
          },
        })
      }
    }
  })

  test('stores what is left at its end', async () => {
    const transport = open({ client })
    const logger = loggerOf(transport)
    const traceId = await run(() => logger.info('the last line'))
    await end(transport)
    expect(await stored(traceId)).toMatchObject([{ message: 'the last line' }])
  })

  test('stores what is left when the process has nothing else to do', async () => {
    const { env } = worker()
    const child = spawn(process.execPath, [tsx, fileURLToPath(here('./short-lived.ts'))], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [printed, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')])
    expect(code).toBe(0)
    expect(await stored(printed.trim())).toMatchObject([{ message: 'the only line' }])
  })

  test('takes no more from pino while too many lines wait, so that none is lost', async () => {
    const logger = loggerOf(open({ client, batch: 5, highWaterMark: 10, limit: 20 }))
    const traceId = await run(() => {
      for (let i = 0; i < 500; i++) logger.info({ i }, 'line')
    })
    await flushed(logger)
    const lines = await stored(traceId)
    expect(lines.map(({ fields }) => Object(fields).i)).toEqual([...Array(500).keys()])
  })

  test('knows what the logger calls its levels and its message', async () => {
    const logger = pino(
      { mixin: auditMixin(), name: 'app', messageKey: 'text', customLevels: { audit: 35 } },
      open({ client }),
    )
    const traceId = await run(() => logger.audit({ msg: 'own' }, 'hello'))
    await flushed(logger)
    expect(await stored(traceId)).toMatchObject([
      { level: 'audit', message: 'hello', logger: 'app', fields: { msg: 'own' } },
    ])
  })

  test('is one of several targets, with levels of their own', async () => {
    const destination = process.platform === 'win32' ? 'NUL' : '/dev/null'
    const transport = tracked(
      pino.transport({
        targets: [
          { target: 'pino/file', options: { destination } },
          { target, options: { client }, level: 'warn' },
        ],
        worker: worker(),
      }),
    )
    const logger = loggerOf(transport)
    const traceId = await run(() => {
      logger.info('not of this target')
      logger.warn('of both')
    })
    await end(transport)
    expect(await stored(traceId)).toMatchObject([{ level: 'warn', message: 'of both' }])
  })

  test('stores nothing of what pino has redacted', async () => {
    const logger = loggerOf(open({ client }), { redact: ['password', 'err.config.token'] })
    const error = Object.assign(new Error('refused'), { config: { token: 'secret-1' } })
    const traceId = await run(() => logger.error({ password: 'secret-2', err: error }, 'failed'))
    await flushed(logger)
    const lines = await stored(traceId)
    expect(lines).toMatchObject([
      { fields: { password: '[Redacted]', err: { config: { token: '[Redacted]' } } } },
    ])
    expect(JSON.stringify(lines)).not.toContain('secret')
  })

  test.each(['promised', 'connect'])('takes %s of a module for its client', async (name) => {
    const logger = loggerOf(open({ client, export: name }))
    const traceId = await run(() => logger.info('hello'))
    await flushed(logger)
    expect(await stored(traceId)).toHaveLength(1)
  })

  test('takes a path from the working directory', async () => {
    const logger = loggerOf(open({ client: 'test/logging/client.ts' }))
    const traceId = await run(() => logger.info('hello'))
    await flushed(logger)
    expect(await stored(traceId)).toHaveLength(1)
  })

  test.each([
    ['no client', {}, /`client` is `undefined`.*has to be a module that exports/],
    ['a module that is not there', { client: './nothing.js' }, /`.\/nothing.js`.*Cannot find/],
    ['the name of a package', { client: '@acme/db' }, /URL\('.\/database.js', import.meta.url\)/],
    ['no such export', { client, export: 'db' }, /no export `db`, but `connect`, .*`export`/],
    ['no client as export', { client, export: 'text' }, /`text` of `file:.*\$extends\(audit\(\)\)/],
    ['an export that fails', { client, export: 'failing' }, /no connection/],
    ['a wrong option of the log', { client, batch: 0 }, /`batch` of an execution log is `0`/],
  ])('tells of %s', async (_, options, message) => {
    const transport = open(options)
    loggerOf(transport)
    const [error] = await once(transport, 'error')
    expect(error.message).toMatch(message)
  })

  test('breaks nothing where the database fails, and warns of lines that are lost', async () => {
    const env = { AUDIT_TEST_LOG_URL: 'file:/nowhere/password=secret/at-all.db' }
    const transport = open({ client }, { ...worker(env), stderr: true })
    const errors: unknown[] = []
    transport.on('error', (error) => errors.push(error))
    const { stderr } = (transport as unknown as { worker: Worker }).worker
    const printed = stderr ? text(stderr) : ''
    const logger = loggerOf(transport)
    const traceId = await run(() => {
      for (let i = 0; i < 3; i++) logger.info('line %d', i)
    })
    await flushed(logger)
    await end(transport)
    expect(await stored(traceId)).toEqual([])
    expect(errors).toEqual([])
    expect(await printed).toMatch(/Warning: 3 lines of execution logs are lost\. .*/)
    expect(await printed).not.toContain('secret')
  })
})

function flushed(logger: { flush(callback: (error?: Error) => void): void }): Promise<void> {
  return new Promise((resolve, reject) => {
    logger.flush((error) => (error ? reject(error) : resolve()))
  })
}
