import { once } from 'node:events'
import { Writable } from 'node:stream'
import { setImmediate as immediate } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import {
  config,
  createLogger,
  format,
  type Logform,
  type Logger,
  type LoggerOptions,
  transports,
} from 'winston'
import Transport from 'winston-transport'
import { currentAudit, withAudit } from '../../src/index.ts'
import { auditFormat, ExecutionLogTransport, keepContext } from '../../src/logging/winston.ts'
import { memoryLog } from './memory-log.ts'
import { expectedFields, expectedMarks, type Mark, traffic } from './traffic.ts'

const traceId = '0192f0a1b2c3d4e5f60718293a4b5c6d'
const parentId = '0192f0a1b2c3d4e5f60718293a4b5c6e'
const trace = { traceId, parentId, action: 'execute', entity: 'Note', entityId: '1' }
const run = (fn: () => unknown) => withAudit({ trace }, fn)
const audited = { action: 'execute', entity: 'Note', entity_id: '1' }

/** Takes one line a turn of the event loop, so that lines wait in the logger's buffer. */
class SlowTransport extends Transport {
  readonly infos: Logform.TransformableInfo[] = []

  override log(info: Logform.TransformableInfo, next: () => void) {
    this.infos.push(info)
    this.emit(`line ${this.infos.length}`)
    setImmediate(next)
  }

  async received(lines: number): Promise<void> {
    if (this.infos.length < lines) await once(this, `line ${lines}`)
  }
}

/** A logger, and the lines that it has written. */
function capture(options: LoggerOptions = {}) {
  const lines: Record<string, unknown>[] = []
  const stream = new Writable({
    write: (line, _, next) => {
      lines.push(JSON.parse(String(line)))
      next()
    },
  })
  const logger = createLogger({
    format: format.combine(auditFormat(), format.json()),
    transports: [new transports.Stream({ stream })],
    ...options,
  })
  return { logger: keepContext(logger), lines }
}

/** A logger, and the lines that have come to an execution log. */
function store(options: LoggerOptions = {}) {
  const memory = memoryLog()
  const transport = new ExecutionLogTransport({ log: memory.log })
  const logger = createLogger({
    format: format.combine(auditFormat(), format.json()),
    transports: [transport],
    ...options,
  })
  return { logger, transport, ...memory }
}

async function ended(logger: Logger): Promise<void> {
  const finished = once(logger, 'finish')
  logger.end()
  await finished
}

describe('auditFormat', () => {
  test('gives each line the context of the code that logs it, of children too', async () => {
    const { logger, lines } = capture()
    const children = Array.from({ length: 300 }, (_, request) => logger.child({ request }))
    await traffic(({ request, step }) => children[request]?.info('text', { step }))
    await ended(logger)
    expect(lines).toHaveLength(300 * 7)
    for (const { level, message, request, step, ...fields } of lines) {
      expect(fields).toStrictEqual(expectedFields({ request, step } as Mark))
    }
  })

  test('does so while a slow transport makes the logger keep lines back', async () => {
    const slow = new SlowTransport()
    const formats = format.combine(auditFormat(), format.json())
    const logger = keepContext(createLogger({ format: formats, transports: [slow] }))
    for (let id = 0; id < 100; id++) {
      withAudit({ actor: { id } }, () => logger.info('text', { id }))
    }
    expect(slow.infos).toHaveLength(1)
    await slow.received(100)
    for (const { id, actor_id } of slow.infos) expect(actor_id).toBe(String(id))
  })

  test('gives way to the fields of the line and of the logger', async () => {
    const { logger, lines } = capture({ defaultMeta: { tenant_id: 'of the logger' } })
    withAudit({ actor: { id: 1 }, tenant: 'acme', request: { id: 'r' } }, () =>
      logger.child({ actor_type: 'of the child' }).info('text', { actor_id: 'of the line' }),
    )
    await ended(logger)
    expect(lines).toEqual([
      {
        level: 'info',
        message: 'text',
        actor_id: 'of the line',
        actor_type: 'of the child',
        tenant_id: 'of the logger',
        request_id: 'r',
      },
    ])
  })

  test('tells the trace of each time that the same object is logged', async () => {
    const { logger, lines } = capture({
      format: format.combine(format.errors(), auditFormat(), format.json()),
    })
    const error = Object.assign(new Error('broken'), { code: 'E1' })
    const info = { level: 'info', message: 'text' }
    for (const id of [1, 2]) {
      withAudit({ actor: { id } }, () => {
        logger.error(error)
        logger.log(info)
      })
    }
    await ended(logger)
    expect(lines.map(({ message, actor_id }) => [message, actor_id])).toEqual([
      ['broken', '1'],
      ['text', '1'],
      ['broken', '2'],
      ['text', '2'],
    ])
    expect(error).not.toHaveProperty('actor_id')
    expect(info).not.toHaveProperty('actor_id')
  })

  test.each([
    ['before', (...formats: Logform.Format[]) => formats],
    ['behind', (...formats: Logform.Format[]) => formats.reverse()],
  ])('leaves errors to other formats, %s them', async (_, order) => {
    const formats = order(auditFormat(), format.errors({ stack: true }))
    const { logger, lines } = capture({ format: format.combine(...formats, format.json()) })
    const error = Object.assign(new TypeError('broken'), { code: 'E1' })
    run(() => {
      logger.error(error)
      logger.error('failed:', error)
      logger.log({ level: 'error', message: error as unknown as string })
    })
    await ended(logger)
    const fields = { ...audited, trace_id: traceId, parent_id: parentId, code: 'E1' }
    expect(lines).toEqual(
      ['broken', 'failed: broken', 'broken'].map((message) => ({
        level: 'error',
        message,
        stack: error.stack,
        ...fields,
      })),
    )
  })

  test('replaces the trace of a span in a run only, and keeps it', async () => {
    const { logger, lines } = capture()
    const span = { trace_id: 'ab'.repeat(16), span_id: 'cd'.repeat(8), trace_flags: '01' }
    // As OpenTelemetry's instrumentation of winston adds it.
    const { write } = logger
    logger.write = (info: object, ...rest: unknown[]) =>
      Reflect.apply(write, logger, [Object.assign(info, span), ...rest])
    logger.info('outside')
    run(() => logger.info('inside'))
    await ended(logger)
    expect(lines).toMatchObject([
      { message: 'outside', ...span },
      { message: 'inside', ...span, trace_id: traceId, otel_trace_id: span.trace_id },
    ])
  })

  test('goes with formats of the application', async () => {
    const upper = format((info) => ({ ...info, message: String(info.message).toUpperCase() }))
    const filter = format((info) => info.step !== 'dropped' && info)
    const printf = format.printf(({ message, trace_id }) => JSON.stringify({ message, trace_id }))
    const { logger, lines } = capture({
      format: format.combine(auditFormat(), filter(), upper(), format.splat(), printf),
    })
    run(() => {
      logger.info('line %s', 'one')
      logger.info('no line', { step: 'dropped' })
    })
    await ended(logger)
    expect(lines).toEqual([{ message: 'LINE %S', trace_id: traceId }])
  })
})

describe('keepContext', () => {
  test('answers its logger, once or twice, and that of a child', async () => {
    const { logger, lines } = capture()
    expect(keepContext(logger)).toBe(logger)
    const plain = capture()
    const child = plain.logger.child({ own: 1 })
    expect(keepContext(child)).toBe(child)
    run(() => {
      logger.info('text')
      child.info('text')
    })
    await Promise.all([ended(logger), ended(plain.logger)])
    const fields = { ...audited, trace_id: traceId, parent_id: parentId }
    expect(lines).toEqual([{ level: 'info', message: 'text', ...fields }])
    expect(plain.lines).toEqual([{ level: 'info', message: 'text', own: 1, ...fields }])
  })

  test('works by way of a child whose logger does not have it yet', async () => {
    const slow = new SlowTransport()
    const logger = createLogger({ format: auditFormat(), transports: [slow] })
    const child = keepContext(logger.child({}).child({ own: 1 }))
    for (let id = 0; id < 50; id++) withAudit({ actor: { id } }, () => child.info('text', { id }))
    await slow.received(50)
    for (const { id, actor_id } of slow.infos) expect(actor_id).toBe(String(id))
  })

  test('keeps what other libraries know of the running code, too', async () => {
    const seen: unknown[] = []
    const own = format((info) => {
      seen.push([info.id, currentAudit()?.actor?.id])
      return info
    })
    const slow = new SlowTransport()
    const logger = keepContext(createLogger({ format: own(), transports: [slow] }))
    for (let id = 0; id < 50; id++) withAudit({ actor: { id } }, () => logger.info('', { id }))
    await slow.received(50)
    expect(seen).toEqual(Array.from({ length: 50 }, (_, id) => [id, id]))
  })

  test('tells apart the times that one object is logged while it waits', async () => {
    const slow = new SlowTransport()
    const logger = keepContext(createLogger({ format: auditFormat(), transports: [slow] }))
    const info = { level: 'info', message: 'text' }
    for (let id = 0; id < 50; id++) withAudit({ actor: { id } }, () => logger.write(info))
    await slow.received(50)
    expect(slow.infos.map(({ actor_id }) => Number(actor_id))).toEqual([...Array(50).keys()])
  })

  test('leaves a stream what it is', async () => {
    const { logger, lines } = capture()
    expect(() => logger.write(null)).toThrow(
      expect.objectContaining({ code: 'ERR_STREAM_NULL_VALUES' }),
    )
    const isTaken = Array.from({ length: 40 }, () =>
      logger.write({ level: 'info', message: 'text' }),
    )
    expect(isTaken).toContain(true)
    const silent = keepContext(createLogger({ silent: true, transports: [new SlowTransport()] }))
    silent.info('text')
    await Promise.all([ended(logger), ended(silent)])
    expect(lines).toHaveLength(40)
  })
})

describe('ExecutionLogTransport', () => {
  test('stores each line with its own trace, beside a slow transport', async () => {
    const { logger, lines } = store()
    const slow = new SlowTransport()
    logger.add(slow)
    await traffic((mark) => logger.info('text', mark))
    await slow.received(300 * 7)
    const traced = lines.filter(({ traceId }) => traceId !== '')
    expect(lines).toHaveLength(300 * 7)
    const inRuns = expectedMarks().filter((mark) => expectedFields(mark).trace_id)
    expect(traced).toHaveLength(inRuns.length)
    for (const { traceId, parentId, fields } of traced) {
      const { request, step, ...rest } = fields ?? {}
      const { trace_id, parent_id, ...expected } = expectedFields({ request, step } as Mark)
      expect({ traceId, parentId }).toEqual({ traceId: trace_id, parentId: parent_id })
      expect(rest).toEqual(expected)
    }
  })

  test('takes the trace of a span for none of its own', () => {
    const { logger, lines } = store()
    const span = { trace_id: 'ab'.repeat(16), span_id: 'cd'.repeat(8), trace_flags: '01' }
    logger.info('outside', span)
    run(() => logger.info('inside', span))
    expect(lines).toMatchObject([
      { message: 'outside', traceId: '', parentId: null },
      { message: 'inside', traceId, parentId, fields: { otel_trace_id: span.trace_id } },
    ])
  })

  test('goes by the line, not by the context in which it runs', async () => {
    const { logger, lines } = store({ format: format.json() })
    run(() => logger.info('text'))
    expect(lines).toMatchObject([{ message: 'text', traceId: '', parentId: null }])
  })

  test('maps the line to columns, and keeps what is left', () => {
    const { logger, lines } = store({
      format: format.combine(
        format.timestamp(),
        format.label({ label: 'app' }),
        format.splat(),
        auditFormat(),
        format.json(),
      ),
    })
    run(() => logger.child({ module: 'plan' }).warn('planning %d', 7, { step: 1 }))
    expect(lines).toEqual([
      {
        level: 'warn',
        message: 'planning 7',
        logger: 'app',
        loggedAt: expect.any(Date),
        traceId,
        parentId,
        fields: { ...audited, module: 'plan', step: 1 },
      },
    ])
  })

  test('keeps a timestamp and a label of the application', () => {
    const { logger, lines } = store()
    run(() => logger.info('text', { timestamp: '14 o’clock', label: ['a'] }))
    run(() => logger.info('text', { timestamp: '2026-99-99T00:00:00Z' }))
    expect(lines).toMatchObject([
      { loggedAt: undefined, logger: undefined, fields: { timestamp: '14 o’clock', label: ['a'] } },
      { loggedAt: undefined, fields: { timestamp: '2026-99-99T00:00:00Z' } },
    ])
  })

  test.each([
    [config.npm.levels, 'error warn info http verbose debug trace'],
    [config.syslog.levels, 'fatal fatal fatal error warn notice info debug'],
    [{ major: 0, minor: 1 }, 'major minor'],
  ])('names the levels of %j as other logs do', (levels, expected) => {
    const [lowest = ''] = Object.keys(levels).reverse()
    const colors = Object.fromEntries(Object.keys(levels).map((level) => [level, 'red']))
    const { logger, lines } = store({
      levels,
      level: lowest,
      format: format.combine(format.colorize({ colors }), auditFormat()),
    })
    run(() => {
      for (const level of Object.keys(levels)) logger.log(level, 'text')
    })
    expect(lines.map(({ level }) => level).join(' ')).toBe(expected)
  })

  test('keeps errors with their stack, without a format for them too', () => {
    const error = Object.assign(new Error('broken'), { code: 'E1' })
    const fields = { ...audited, code: 'E1', stack: error.stack }
    for (const formats of [
      [auditFormat()],
      [auditFormat(), format.json()],
      [format.errors({ stack: true }), auditFormat(), format.json()],
    ]) {
      const { logger, lines } = store({ format: format.combine(...formats) })
      run(() => logger.error(error))
      run(() => logger.error('failed:', error))
      expect(lines).toMatchObject([
        { level: 'error', message: 'broken', traceId, fields },
        { level: 'error', message: 'failed: broken', traceId, fields },
      ])
    }
  })

  test('stores what the formats have left, and nothing that they took out', () => {
    const withoutToken = format(({ token, ...info }) => info as Logform.TransformableInfo)
    const replacer = (key: string, value: unknown) => (key === 'password' ? '[Redacted]' : value)
    const { logger, lines } = store({
      format: format.combine(withoutToken(), auditFormat(), format.json({ replacer })),
    })
    run(() => logger.info('logging in', { token: 'secret-1', user: { password: 'secret-2' } }))
    expect(lines).toMatchObject([{ fields: { user: { password: '[Redacted]' } } }])
    expect(JSON.stringify(lines)).not.toContain('secret')
  })

  test('stores the fields of a line that is written as text', () => {
    const { logger, lines } = store({
      format: format.combine(
        auditFormat(),
        format.printf(({ message }) => `{${message}`),
      ),
    })
    run(() => logger.info('text', { step: 1 }))
    expect(lines).toMatchObject([{ message: 'text', traceId, fields: { ...audited, step: 1 } }])
  })

  test('takes odd messages as text', () => {
    const { logger, lines } = store({ format: auditFormat() })
    const circle: Record<string, unknown> = {}
    circle.self = circle
    run(() => {
      for (const message of [circle, undefined, null, 7]) {
        logger.log({ level: 'info', message: message as unknown as string })
      }
    })
    const texts = ['<ref *1> { self: [Circular *1] }', '', 'null', '7']
    expect(lines.map(({ message }) => message)).toEqual(texts)
  })

  test('tells that a line was logged', async () => {
    const { logger, transport } = store()
    const logged = once(transport, 'logged')
    run(() => logger.info('text'))
    expect(await logged).toMatchObject([{ message: 'text', trace_id: traceId }])
  })

  test('has levels of its own, like every transport', () => {
    const memory = memoryLog()
    const transport = new ExecutionLogTransport({ log: memory.log, level: 'error' })
    const logger = createLogger({ format: auditFormat(), transports: [transport] })
    logger.info('not of this transport')
    logger.error('of both')
    expect(memory.lines).toMatchObject([{ level: 'error', message: 'of both' }])
  })

  test('never makes winston wait: the log counts what it cannot take', async () => {
    const full = memoryLog(1)
    const other = memoryLog()
    const logger = createLogger({
      format: auditFormat(),
      transports: [full, other].map(({ log }) => new ExecutionLogTransport({ log })),
    })
    for (let i = 0; i < 2_000; i++) logger.info(`line ${i}`)
    await immediate()
    for (const { lines } of [full, other]) {
      expect(lines.map(({ message }) => message)).toEqual(
        Array.from({ length: 2_000 }, (_, i) => `line ${i}`),
      )
    }
  })

  test('fails no application by a line that cannot be read', async () => {
    const { logger, transport, lines } = store({ format: auditFormat() })
    const broken = new ExecutionLogTransport({
      log: {
        ...memoryLog().log,
        write: () => {
          throw new Error('broken log')
        },
      },
    })
    logger.add(broken)
    const warnings: unknown[] = []
    logger.on('warn', (warning) => warnings.push(warning))
    logger.info('text')
    logger.info('text')
    await ended(logger)
    expect(transport.listenerCount('error')).toBeGreaterThan(0)
    expect(lines).toHaveLength(2)
    expect(warnings).toMatchObject([{ message: 'broken log' }, { message: 'broken log' }])
  })

  test.each([
    [undefined, /`log` is `undefined`/],
    [{}, /`log` is `another object`.*executionLog\(prisma\)/],
  ])('refuses %j as a log', (log, message) => {
    const options = { log } as unknown as ConstructorParameters<typeof ExecutionLogTransport>[0]
    expect(() => new ExecutionLogTransport(options)).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID', message: expect.stringMatching(message) }),
    )
  })

  test('flushes the log at the end of the logger, and leaves it open', async () => {
    const { logger, log } = store()
    const memory = memoryLog()
    logger.add(new ExecutionLogTransport({ log: memory.log }))
    await ended(logger)
    expect(memory).toMatchObject({ flushes: 1, closes: 0 })
    expect(log.write({ message: 'still open' })).toBe(true)
  })
})
