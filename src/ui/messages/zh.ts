import type { Messages } from './messages.ts'
import { activity } from './zh/activity.ts'
import { changes } from './zh/changes.ts'
import { chart } from './zh/chart.ts'
import { common } from './zh/common.ts'
import { entry } from './zh/entry.ts'
import { filter } from './zh/filter.ts'
import { log } from './zh/log.ts'
import { revert } from './zh/revert.ts'
import { table } from './zh/table.ts'
import { trace } from './zh/trace.ts'

/** Simplified Chinese. */
export const zh: Messages = {
  common,
  log,
  filter,
  table,
  chart,
  entry,
  changes,
  trace,
  revert,
  activity,
}
