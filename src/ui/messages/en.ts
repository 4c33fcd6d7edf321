import { activity } from './en/activity.ts'
import { changes } from './en/changes.ts'
import { chart } from './en/chart.ts'
import { common } from './en/common.ts'
import { entry } from './en/entry.ts'
import { filter } from './en/filter.ts'
import { log } from './en/log.ts'
import { revert } from './en/revert.ts'
import { table } from './en/table.ts'
import { trace } from './en/trace.ts'

/** English. What is counted is a function of its number. */
export const en = { common, log, filter, table, chart, entry, changes, trace, revert, activity }
