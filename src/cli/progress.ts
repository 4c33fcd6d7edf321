/** Tells on the standard error, where that is a terminal, how far an export is. */
export class Progress {
  readonly #format: 'csv' | 'ndjson'
  readonly #isShown: boolean
  readonly #start = performance.now()
  #shownAt = 0
  #lines = 0
  #bytes = 0
  #isQuoted = false

  constructor(format: 'csv' | 'ndjson', isAlone: boolean) {
    this.#format = format
    this.#isShown = isAlone && process.stderr.isTTY === true
  }

  async *counting(pieces: AsyncIterable<string>): AsyncIterable<string> {
    for await (const piece of pieces) {
      if (this.#isShown) this.#count(piece)
      yield piece
    }
  }

  end(): void {
    if (this.#isShown) process.stderr.write(`\r${this.#text()}\u001b[K\n`)
  }

  #count(piece: string): void {
    this.#bytes += Buffer.byteLength(piece)
    for (const [character] of piece.matchAll(/["\n]/g)) {
      // In CSV a value in quotes may have line feeds.
      if (character === '"') this.#isQuoted = this.#format === 'csv' && !this.#isQuoted
      else if (!this.#isQuoted) this.#lines++
    }
    const now = performance.now()
    if (now - this.#shownAt < interval) return
    this.#shownAt = now
    process.stderr.write(`\r${this.#text()}\u001b[K`)
  }

  #text(): string {
    const headings = this.#format === 'csv' ? 1 : 0
    const entries = Math.max(0, this.#lines - headings)
    const seconds = (performance.now() - this.#start) / 1000
    return `${counted.format(entries)} entries, ${sizeText(this.#bytes)}, ${counted.format(seconds)} s`
  }
}

function sizeText(bytes: number): string {
  return bytes < 1e6 ? `${counted.format(bytes / 1e3)} kB` : `${counted.format(bytes / 1e6)} MB`
}

const counted = new Intl.NumberFormat('en', { maximumFractionDigits: 1 })

/** Milliseconds between two lines. */
const interval = 100
