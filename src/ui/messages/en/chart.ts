export const chart = {
  label: 'Entries over time',
  keys: 'The arrow keys move between spans, Shift extends, Enter filters by them.',
  nothing: 'There are no entries in this time.',
  now: 'now',
  /** How the filter's range is left. */
  reset: 'Reset the range',
  entries: (count: number, shown: string) => (count === 1 ? '1 entry' : `${shown} entries`),
  peak: (span: string, count: string) => `Most, ${count}, in ${span}.`,
  estimated: 'estimated',
  /** Of a span that was not looked at. */
  unknown: 'not looked at',
  classes: { create: 'create', update: 'update', delete: 'delete', other: 'other' },
}
