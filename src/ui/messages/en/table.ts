const entries = (count: number) => (count === 1 ? '1 entry' : `${count} entries`)

export const table = {
  label: 'Audit entries',
  keys: 'The arrow keys move between entries, Enter opens one.',
  /** An action, an entity and its id. */
  open: (entry: string) => `Open: ${entry}`,
  columns: {
    time: 'Time',
    actor: 'Actor',
    action: 'Action',
    resource: 'Resource',
    changes: 'Changes',
    details: 'Details',
    outcome: 'Outcome',
    reason: 'Reason',
    source: 'Source',
    tenant: 'Tenant',
    ip: 'IP address',
    trace: 'Trace',
    id: 'Entry',
  },
  loaded: (count: number) => `${entries(count)} loaded`,
  loadMore: (count: number) => `Load ${count} more`,
  all: (count: number) =>
    count === 1 ? 'That is the only entry' : `That is all: ${entries(count)}`,
  nothing: 'There are no entries here.',
  chooseColumns: 'Columns',
  moveUp: (column: string) => `Move up: ${column}`,
  moveDown: (column: string) => `Move down: ${column}`,
  reset: 'Reset',
  /** Of what filters by itself. */
  filterHint: 'Click to filter by this, Alt-click to leave it out',
  moreTags: (count: number) => (count === 1 ? '1 more tag' : `${count} more tags`),
  started: 'began',
  succeeded: (time: string) => `succeeded in ${time}`,
  failed: (time: string) => `failed after ${time}:`,
  fields: (count: number) => (count === 1 ? '1 field' : `${count} fields`),
  noChange: 'nothing changed',
  became: 'became',
  more: (count: number) => `${count} more`,
}
