/** What was measured of the page. */
export interface PageResult {
  /** Of the trail. */
  readonly rows: number
  /** Milliseconds from the navigation until the first entry is in the document. */
  readonly firstContent: { readonly median: number; readonly worst: number }
  /** Rows that were scrolled through. */
  readonly loaded: number
  readonly frames: {
    readonly count: number
    /** These three in milliseconds. */
    readonly median: number
    readonly p99: number
    readonly longest: number
    readonly over50: number
  }
  /** A file for the performance panel of a browser's developer tools. */
  readonly trace: string
}

export function renderPage({ rows, firstContent, loaded, frames, trace }: PageResult): string {
  const ms = (time: number) => `${time.toFixed(1)} ms`
  const number = (count: number) => count.toLocaleString('en')
  const lines = [
    ['first entry in the document', ms(firstContent.median)],
    ['the same, worst round', ms(firstContent.worst)],
    ['rows scrolled through', number(loaded)],
    ['frames', number(frames.count)],
    ['median frame', ms(frames.median)],
    ['99 of 100 frames within', ms(frames.p99)],
    ['longest frame', ms(frames.longest)],
    ['frames over 50 ms', number(frames.over50)],
  ] as const
  const width = Math.max(...lines.map(([name]) => name.length))
  const table = lines.map(([name, value]) => `${name.padEnd(width)}  ${value.padStart(10)}`)
  return [
    `The page, SQLite, a trail of ${number(rows)} rows\n`,
    ...table,
    `\nThe trace of the scrolling: ${trace}`,
  ].join('\n')
}
