const counted = (count: number, one: string, many: string) =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`

export const trace = {
  label: 'What happened, in order',
  running: (time: string) => `running for ${time}`,
  /** Of a run whose end may be on a page that was not read yet. */
  openEnd: 'its end is not loaded yet',
  entries: (count: number) => counted(count, 'entry', 'entries'),
  lines: (count: number) => counted(count, 'log line', 'log lines'),
  empty: 'There is nothing here that you may see.',
  more: 'Load more',
  hidden: (count: number) => `Show ${count.toLocaleString('en')} more`,
  live: 'Live',
  lost: 'The connection was lost; it is tried again.',
  paused: 'Nothing new has come for a while.',
  follow: 'Follow on',
  level: 'Level',
  levels: {
    all: 'All levels',
    info: 'Info and above',
    warn: 'Warnings and above',
    error: 'Errors',
  },
  search: 'Search the log lines',
  noLines: 'Nothing was logged, or the log is outside of what you may see.',
  noneMatch: 'No log line matches.',
  noRuns: 'There are no execution logs here.',
  noRunsHint:
    'They come to be where the application does its work in `prisma.$audit.run()` and writes to `executionLog(prisma)`.',
}
