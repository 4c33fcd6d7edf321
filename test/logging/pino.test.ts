import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setImmediate as immediate } from 'node:timers/promises'
import { type LoggerOptions, multistream, pino } from 'pino'
import { describe, expect, test } from 'vitest'
import type { ExecutionLog } from '../../src/execution-log.ts'
import { withAudit } from '../../src/index.ts'
import { auditMixin, executionLogStream } from '../../src/logging/pino.ts'
import { memoryLog } from './memory-log.ts'
import { expectedFields, expectedMarks, type Mark, traffic } from './traffic.ts'

const traceId = '0192f0a1b2c3d4e5f60718293a4b5c6d'
const parentId = '0192f0a1b2c3d4e5f60718293a4b5c6e'
const trace = { traceId, parentId, action: 'execute', entity: 'Note', entityId: '1' }
const run = (fn: () => unknown) => withAudit({ trace }, fn)
const audited = { action: 'execute', entity: 'Note', entity_id: '1' }

/** A logger, and the lines that it has written. */
function capture(options: LoggerOptions = {}) {
  const lines: Record<string, unknown>[] = []
  const logger = pino(
    { base: null, timestamp: false, mixin: auditMixin(), ...options },
    { write: (line) => lines.push(JSON.parse(line)) },
  )
  return { logger, lines }
}

/** A logger, and the lines that have come to an execution log. */
function store<Custom extends string = never>(
  options: LoggerOptions<Custom> = {},
  streamOptions?: Parameters<typeof executionLogStream>[1],
) {
  const memory = memoryLog()
  const mixin = auditMixin<Custom>()
  const logger = pino({ mixin, ...options }, executionLogStream(memory.log, streamOptions))
  return { logger, ...memory }
}

describe('auditMixin', () => {
  test('gives each line the context of the code that logs it, of children too', async () => {
    const { logger, lines } = capture()
    const children = Array.from({ length: 300 }, (_, request) => logger.child({ request }))
    await traffic(({ request, step }) => children[request]?.info({ step }))
    expect(lines).toHaveLength(300 * 7)
    for (const { level, request, step, ...fields } of lines) {
      expect(fields).toStrictEqual(expectedFields({ request, step } as Mark))
    }
  })

  test('gives way to the fields of the line, and of a mixin of the application', () => {
    const { logger, lines } = capture({
      mixin: auditMixin((line, level, { bindings }) => ({
        actor_id: 'of the mixin',
        tenant_id: 'of the mixin',
        seen: [Object.keys(line), level, typeof bindings],
      })),
    })
    withAudit({ actor: { id: 1 }, tenant: 'acme', request: { id: 'r' } }, () =>
      logger.warn({ tenant_id: 'of the line' }, 'hello'),
    )
    expect(lines).toEqual([
      {
        level: 40,
        msg: 'hello',
        actor_id: 'of the mixin',
        actor_type: 'user',
        tenant_id: 'of the line',
        request_id: 'r',
        seen: [['tenant_id'], 40, 'function'],
      },
    ])
  })

  test('leaves the objects, errors and serializers of the application as they are', () => {
    const { logger, lines } = capture({ serializers: { user: ({ id }) => id } })
    const given = Object.freeze({ user: { id: 7, password: 'x' } })
    const error = Object.assign(new Error('broken'), { code: 'E1' })
    run(() => {
      logger.info(given, 'frozen')
      logger.error(error)
      logger.error({ err: error }, 'with %s', 'text')
    })
    const err = { type: 'Error', message: 'broken', code: 'E1', stack: error.stack }
    const fields = { ...audited, trace_id: traceId, parent_id: parentId }
    expect(lines).toEqual([
      { level: 30, msg: 'frozen', user: 7, ...fields },
      { level: 50, msg: 'broken', err, ...fields },
      { level: 50, msg: 'with text', err, ...fields },
    ])
    expect(Object.keys(error)).toEqual(['code'])
  })

  test('costs a line that is not logged nothing', () => {
    let calls = 0
    const mixin = auditMixin(() => ({ calls: ++calls }))
    capture({ mixin }).logger.debug('below the level')
    expect(calls).toBe(0)
  })
})

describe('executionLogStream', () => {
  test('stores each line with its own trace, whatever context the stream runs in', async () => {
    const { logger, lines } = store()
    // Written at a later time, all in the context of one request.
    const later: string[] = []
    const delayed = pino({ mixin: auditMixin() }, { write: (line) => later.push(line) })
    await traffic((mark) => delayed.info(mark))
    const { log, lines: delayedLines } = memoryLog()
    const stream = executionLogStream(log)
    run(() => {
      for (const line of later) stream.write(line)
    })
    await traffic((mark) => logger.info(mark))
    for (const stored of [lines, delayedLines]) {
      const traced = stored.filter(({ traceId }) => traceId !== '')
      const inRuns = expectedMarks().filter((mark) => expectedFields(mark).trace_id)
      expect(traced).toHaveLength(inRuns.length)
      expect(stored).toHaveLength(300 * 7)
      for (const { traceId, parentId, fields } of traced) {
        const { request, step, ...rest } = fields ?? {}
        const { trace_id, parent_id, ...expected } = expectedFields({ request, step } as Mark)
        expect({ traceId, parentId }).toEqual({ traceId: trace_id, parentId: parent_id })
        expect(rest).toEqual(expected)
      }
    }
  })

  test('maps the line to columns, and keeps what is left', () => {
    const before = Date.now()
    const { logger, lines } = store({ name: 'app' })
    run(() => logger.child({ module: 'plan' }).warn({ step: 1 }, 'planning %d', 7))
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
    expect(Number(lines[0]?.loggedAt)).toBeGreaterThanOrEqual(before)
  })

  test.each(['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const)('level %s', (level) => {
    const { logger, lines } = store({ level: 'trace' })
    run(() => logger[level]('text'))
    expect(lines).toMatchObject([{ level, message: 'text' }])
  })

  test('names the levels of the logger, and gives numbers as text where none is known', () => {
    const customLevels = { audit: 35, notice: 33 }
    const { logger, lines } = store({ customLevels })
    run(() => logger.audit('named'))
    run(() => logger.child({}, { customLevels: { child: 37 } }).child('of a child'))
    expect(lines.map(({ level }) => level)).toEqual(['audit', '37'])
  })

  test('takes the level and the message from where the logger puts them', () => {
    const { logger, lines } = store(
      {
        messageKey: 'text',
        nestedKey: 'payload',
        name: 'app',
        formatters: { level: (label) => ({ severity: label.toUpperCase() }) },
      },
      { levelKey: 'severity', nestedKey: 'payload' },
    )
    run(() => logger.child({ module: 'plan' }).error({ name: 'Ada', msg: 'own' }, 'planning'))
    expect(lines).toMatchObject([
      { level: 'ERROR', message: 'planning', logger: 'app', traceId, parentId },
    ])
    expect(lines[0]?.fields).toEqual({ ...audited, module: 'plan', name: 'Ada', msg: 'own' })
  })

  test.each([
    ['epochTime', 1_700_000_000_123, '2023-11-14T22:13:20.123Z'],
    ['unixTime', 1_700_000_000, '2023-11-14T22:13:20.000Z'],
    ['isoTime', '2023-11-14T22:13:20.123Z', '2023-11-14T22:13:20.123Z'],
    ['isoTimeNano', '2023-11-14T22:13:20.123456789Z', '2023-11-14T22:13:20.123Z'],
  ])('reads the time of %s', (_, time, expected) => {
    const { logger, lines } = store({ timestamp: () => `,"time":${JSON.stringify(time)}` })
    run(() => logger.info('text'))
    expect(lines[0]?.loggedAt?.toISOString()).toBe(expected)
  })

  test('leaves the time to the log where the line has none', () => {
    const { logger, lines } = store({ timestamp: false })
    run(() => logger.info('text'))
    expect(lines).toMatchObject([{ message: 'text', loggedAt: undefined }])
  })

  test('keeps errors as the serializers made them', () => {
    const { logger, lines } = store()
    run(() => logger.error(new TypeError('broken'), 'failed'))
    const err = { type: 'TypeError', message: 'broken', stack: expect.stringContaining('broken') }
    expect(lines).toMatchObject([{ level: 'error', message: 'failed', fields: { err } }])
  })

  test('stores nothing of what pino has redacted', () => {
    const { logger, lines } = store({ redact: ['password', 'user.*.token'] })
    run(() =>
      logger.info({ password: 'secret-1', user: { api: { token: 'secret-2' } } }, 'logging in'),
    )
    expect(lines).toMatchObject([{ fields: { password: '[Redacted]' } }])
    expect(JSON.stringify(lines)).not.toContain('secret')
  })

  test('takes the trace of a span for none of its own', () => {
    const span = { trace_id: 'ab'.repeat(16), span_id: 'cd'.repeat(8), trace_flags: '01' }
    // As OpenTelemetry's instrumentation of pino adds it.
    const mixin = auditMixin()
    const { logger, lines } = store({
      mixin: (line, level, logger) => ({ ...span, ...mixin(line, level, logger) }),
    })
    logger.info('outside')
    run(() => logger.info('inside'))
    expect(lines).toMatchObject([
      { message: 'outside', traceId: '', parentId: null },
      { message: 'inside', traceId, parentId, fields: { span_id: span.span_id } },
    ])
  })

  test('keeps a line that is not JSON as text, with the trace that it shows', () => {
    const { log, lines } = memoryLog()
    const stream = executionLogStream(log)
    const cut = `{"level":30,"trace_id":"${traceId}","parent_id":"${parentId}","msg":"cut o`
    const ofSpan = `{"trace_id":"${traceId}","trace_flags":"01","msg":"cut o`
    const noise = [
      ofSpan,
      'no json',
      '{',
      '"trace_id"',
      '["trace_id"]',
      'null "trace_id"',
      '42',
      '\u0000',
    ]
    for (const line of [cut, ...noise, '', '  ']) stream.write(`${line}\n`)
    expect(lines).toEqual([
      { message: cut, traceId, parentId },
      ...noise.map((message) => expect.objectContaining({ message, traceId: '' })),
    ])
  })

  test.each([
    ['a number', '{"trace_id":1}'],
    ['an id of another make', '{"trace_id":"abc"}'],
    ['an object', '{"trace_id":{}}'],
    ['one in upper case', `{"trace_id":"${traceId.toUpperCase()}"}`],
    ['one further down', `{"inner":{"trace_id":"${traceId}"}}`],
  ])('a trace id that is %s is none', (_, line) => {
    const { log, lines } = memoryLog()
    run(() => executionLogStream(log).write(`${line}\n`))
    expect(lines).toMatchObject([{ traceId: '' }])
  })

  test('takes odd values as they are', () => {
    const { log, lines } = memoryLog()
    const line = { trace_id: traceId, parent_id: 7, level: null, msg: { a: 1 }, name: ['x'] }
    executionLogStream(log).write(`${JSON.stringify({ ...line, time: 'noon' })}\n`)
    expect(lines).toMatchObject([
      { traceId, parentId: null, level: undefined, message: '{"a":1}', fields: { name: ['x'] } },
    ])
    expect(lines[0]?.loggedAt).toEqual(new Date(Number.NaN))
  })

  test('puts lines together that come in pieces, in the middle of a character too', async () => {
    const { log, lines } = memoryLog()
    const text = ['Grüße', '日本語', '🙂']
      .map((msg) => `${JSON.stringify({ trace_id: traceId, msg })}\n`)
      .join('')
    const bytes = [...Buffer.from(text.trimEnd())].map((byte) => Buffer.from([byte]))
    await pipeline(Readable.from(bytes, { objectMode: false }), executionLogStream(log))
    expect(lines.map(({ message }) => message)).toEqual(['Grüße', '日本語', '🙂'])
  })

  test('holds no more than a million characters of a line that does not end', () => {
    const { log, lines } = memoryLog()
    const stream = executionLogStream(log)
    for (let i = 0; i < 25; i++) stream.write('x'.repeat(100_000))
    stream.write('\n')
    expect(lines.map(({ message }) => message.length)).toEqual([1_100_000, 1_100_000, 300_000])
  })

  test('answers that it is full, and tells when there is room again', async () => {
    const { log, drain } = memoryLog(3)
    const stream = executionLogStream(log)
    const line = `${JSON.stringify({ trace_id: traceId })}\n`
    expect([line, line, line, line].map((each) => stream.write(each))).toEqual([
      true,
      true,
      false,
      false,
    ])
    let drains = 0
    stream.on('drain', () => drains++)
    await immediate()
    expect(drains).toBe(0)
    drain()
    await immediate()
    expect(drains).toBe(1)
    expect(stream.write(line)).toBe(true)
  })

  test('pauses a source that can be paused until there is room', async () => {
    const { log, lines, drain } = memoryLog(3)
    const sizes: number[] = []
    const drained = async () => {
      await immediate()
      sizes.push(lines.length)
      drain()
    }
    const source = Array.from({ length: 8 }, (_, msg) => JSON.stringify({ trace_id: traceId, msg }))
    await pipeline(
      Readable.from(source.map((line) => `${line}\n`)),
      executionLogStream({ ...log, drained }),
    )
    expect(sizes).toEqual([3, 6])
    expect(lines.map(({ message }) => message)).toEqual([...Array(8).keys()].map(String))
  })

  test('never makes pino wait, and keeps nothing back: the log counts what it cannot take', () => {
    const memory = memoryLog(1)
    const stream = executionLogStream(memory.log)
    const logger = pino({ mixin: auditMixin() }, stream)
    run(() => {
      for (let i = 0; i < 5_000; i++) logger.info('line %d', i)
    })
    expect(memory.lines.map(({ message }) => message)).toEqual(
      Array.from({ length: 5_000 }, (_, i) => `line ${i}`),
    )
    expect(stream.writableLength).toBe(0)
  })

  test('works beside other streams, with the levels of each', () => {
    const memory = memoryLog()
    const printed: string[] = []
    const streams = [
      { level: 'error' as const, stream: executionLogStream(memory.log) },
      { level: 'info' as const, stream: { write: (line: string) => void printed.push(line) } },
    ]
    const logger = pino({ mixin: auditMixin(), customLevels: { audit: 55 } }, multistream(streams))
    run(() => {
      logger.info('printed')
      logger.audit('both')
    })
    expect(printed).toHaveLength(2)
    expect(memory.lines).toMatchObject([{ level: 'audit', message: 'both' }])
  })

  test.each([undefined, null, {}, 'log'])('refuses %j as a log', (log) => {
    expect(() => executionLogStream(log as unknown as ExecutionLog)).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID' }),
    )
  })

  test('flushes the log when pino is flushed and at its end, and leaves it open', async () => {
    const memory = memoryLog()
    const stream = executionLogStream(memory.log)
    const logger = pino({ mixin: auditMixin() }, stream)
    await new Promise<unknown>((resolve) => logger.flush(resolve))
    expect(memory.flushes).toBe(1)
    stream.write(`{"trace_id":"${traceId}","msg":"without an end"}`)
    expect(memory.lines).toHaveLength(0)
    await new Promise<void>((resolve) => stream.end(resolve))
    expect(memory.lines).toMatchObject([{ message: 'without an end', traceId }])
    expect(memory).toMatchObject({ flushes: 2, closes: 0 })
    run(() => logger.info('after the end'))
    expect(memory.lines).toMatchObject([{}, { message: 'after the end', traceId }])
  })
})
