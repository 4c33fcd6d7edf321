/** Parts that are asked for when they are first shown: the tab is to be there at once. */

export function loadEntry(): Promise<unknown> {
  return import('../entry/audit-entry.ts')
}

export function loadLogs(): Promise<unknown> {
  return import('../trace/audit-logs.ts')
}

export function loadTable(): Promise<unknown> {
  return import('../table/audit-table.ts')
}
