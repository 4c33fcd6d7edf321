import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { defineCommand } from 'citty'
import { AuditError, invalidOption } from '../errors.ts'
import { readArguments } from './arguments.ts'
import { asking, configArgument } from './client.ts'
import { filterArgument, readFilter } from './filter-argument.ts'
import { orderArguments, readOrder } from './order-arguments.ts'
import { Progress } from './progress.ts'
import { printableLines, standardTerminal } from './terminal.ts'

/** The `export` command. */
export const exportCommand = defineCommand({
  meta: {
    name: 'prisma-extension-audit export',
    description:
      'Write all entries that match, newest first. Exit code: 0 done, 1 failed, 2 wrongly called',
  },
  args: {
    ...filterArgument,
    format: { type: 'string', description: 'csv or ndjson', valueHint: 'format' },
    output: { type: 'string', description: 'File (the standard output)', valueHint: 'path' },
    ...orderArguments,
    ...configArgument,
  },
  async run({ args, cmd }) {
    const given = readArguments(cmd, args, { takesWords: true })
    const filter = readFilter(given.words, standardTerminal().width)
    const format = formatOf(given.text('format'))
    const order = readOrder(given)
    const output = given.text('output')
    const stop = new AbortController()
    process.once('SIGINT', () => stop.abort())
    const { signal } = stop
    const progress = new Progress(format, output !== undefined || !process.stdout.isTTY)
    try {
      await asking(given.text('config'), async (audit) => {
        const pieces = progress.counting(
          whole(audit.export(filter, { format, order, signal }), signal),
        )
        await (output === undefined ? writeOut(pieces) : writeFile(output, pieces, signal))
      })
    } catch (error) {
      if (!signal.aborted) throw error
      console.error('\nStopped before its end.')
      return 1
    }
    progress.end()
    return 0
  },
})

function formatOf(format: string | undefined): 'csv' | 'ndjson' {
  if (format === 'csv' || format === 'ndjson') return format
  return invalidOption(
    format === undefined
      ? 'No format was given. Give `--format csv` or `--format ndjson`.'
      : `\`--format\` is \`${format}\`, but it has to be \`csv\` or \`ndjson\`.`,
  )
}

/** An end that was asked for is not the end of what there is. */
async function* whole(pieces: AsyncIterable<string>, signal: AbortSignal): AsyncIterable<string> {
  yield* pieces
  signal.throwIfAborted()
}

/** What reads the output may have enough of it: that is no failure. */
async function writeOut(pieces: AsyncIterable<string>): Promise<void> {
  try {
    const { stdout } = process
    await pipeline(Readable.from(stdout.isTTY ? shown(pieces) : pieces), stdout, { end: false })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error
  }
}

/** Entries are data from outside, which must not command the terminal. */
async function* shown(pieces: AsyncIterable<string>): AsyncIterable<string> {
  for await (const piece of pieces) yield printableLines(piece)
}

/** The file is there once it is complete: half an export must not be taken for a whole one. */
async function writeFile(
  path: string,
  pieces: AsyncIterable<string>,
  signal: AbortSignal,
): Promise<void> {
  const partial = `${path}.${process.pid}.partial`
  try {
    const file = createWriteStream(partial, { flags: 'wx' })
    await pipeline(Readable.from(pieces), file, { signal })
    await rename(partial, path)
  } catch (error) {
    await rm(partial, { force: true })
    const { code, syscall } = error as NodeJS.ErrnoException
    if (syscall !== 'open' && syscall !== 'rename') throw error
    throw new AuditError('OPTION_INVALID', `\`${path}\` cannot be written: ${code}.`, {
      cause: error,
    })
  }
}
