import type { ExecutionLog, LogLine } from '../../src/execution-log.ts'

/** An execution log in memory, which is full from `room` lines on until it is drained. */
export function memoryLog(room = Number.POSITIVE_INFINITY) {
  const lines: LogLine[] = []
  const waiting: (() => void)[] = []
  let taken = 0
  let flushes = 0
  let closes = 0
  const log: ExecutionLog = {
    write: (line) => {
      lines.push(line)
      taken += 1
      return taken < room
    },
    drained: () =>
      taken < room
        ? Promise.resolve()
        : new Promise((resolve) => {
            waiting.push(resolve)
          }),
    flush: async () => {
      flushes += 1
    },
    close: async () => {
      closes += 1
    },
    stats: { written: 0, pending: 0, lost: 0, untraced: 0 },
  }
  /** Makes room for as many lines again. */
  const drain = () => {
    taken = 0
    for (const resolve of waiting.splice(0)) resolve()
  }
  return {
    log,
    lines,
    drain,
    get flushes() {
      return flushes
    },
    get closes() {
      return closes
    },
  }
}
