/**
 * What the audit context costs a line of pino that goes nowhere: its time next to that of plain pino.
 */
import { pino } from 'pino'
import { withAudit } from '../../src/context.ts'
import type { ExecutionLog } from '../../src/execution-log.ts'
import { auditMixin, executionLogStream } from '../../src/logging/pino.ts'
import { interleave, pairedRatios, type Summary, summarize } from './measure.ts'

const linesPerRound = 20_000
const id = '0192f0a1b2c3d4e5f60718293a4b5c6d'

/** What a line of the run carries, written by hand. */
const everyField = () => ({
  trace_id: id,
  parent_id: id,
  action: 'execute',
  entity: 'Note',
  entity_id: '1',
  actor_id: '7',
  actor_type: 'user',
  tenant_id: 'acme',
  request_id: 'r-1',
})
const runContext = {
  actor: { id: 7, type: 'user' },
  tenant: 'acme',
  request: { id: 'r-1' },
  trace: { traceId: id, parentId: id, action: 'execute', entity: 'Note', entityId: '1' },
} as const

/** Takes every line, and keeps none. */
const sink: ExecutionLog = {
  write: () => true,
  drained: async () => {},
  flush: async () => {},
  close: async () => {},
  stats: { written: 0, pending: 0, lost: 0, untraced: 0 },
}

const nowhere = { write: () => {} }
const inRun = (log: () => void) => withAudit(runContext, log)
const outside = (log: () => void) => log()

const variants = {
  'plain pino': [pino({}, nowhere), outside],
  'own mixin, 1 field': [pino({ mixin: () => ({ trace_id: id }) }, nowhere), outside],
  'own mixin, 9 fields': [pino({ mixin: everyField }, nowhere), outside],
  'auditMixin, no context': [pino({ mixin: auditMixin() }, nowhere), outside],
  'auditMixin, in a run': [pino({ mixin: auditMixin() }, nowhere), inRun],
  'with stream, no context': [pino({ mixin: auditMixin() }, executionLogStream(sink)), outside],
  'with stream, in a run': [pino({ mixin: auditMixin() }, executionLogStream(sink)), inRun],
} as const
type Variant = keyof typeof variants

export interface LoggingResult {
  readonly variant: Variant
  /** Microseconds for one line. */
  readonly time: Summary
  /** Times as long as plain pino, of the same round. */
  readonly ratio: Summary
}

/** Measures the variants side by side. */
export async function measureLogging(rounds: number): Promise<readonly LoggingResult[]> {
  const names = Object.keys(variants) as Variant[]
  const { times, failures } = await interleave(names, rounds, async (name) =>
    timeOf(name as Variant),
  )
  for (const failure of failures.values()) throw failure
  return names.map((variant) => ({
    variant,
    time: summarize(times[variant] ?? []),
    ratio: summarize(pairedRatios(times, variant, 'plain pino')),
  }))
}

function timeOf(name: Variant): number {
  const [logger, around] = variants[name]
  const start = performance.now()
  around(() => {
    for (let step = 0; step < linesPerRound; step++) logger.info({ step }, 'planning')
  })
  return ((performance.now() - start) * 1000) / linesPerRound
}

/** A line for each variant, with the quartiles of its ratio. */
export function renderLogging(results: readonly LoggingResult[]): string {
  const lines = results
    .map(({ variant, time, ratio }) => {
      const quartiles = `(${ratio.lower.toFixed(2)}-${ratio.upper.toFixed(2)})`
      const name = variant.padEnd(24)
      return `${name}${time.median.toFixed(2)} µs   ${ratio.median.toFixed(2)} ${quartiles}`
    })
    .join('\n')
  return `One line of pino, and times as long as plain\n\n${lines}`
}
