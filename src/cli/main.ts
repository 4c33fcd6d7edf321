#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { type ArgsDef, type CommandDef, defineCommand, runCommand, showUsage } from 'citty'
import { AuditError } from '../errors.ts'
import { optionsFirst } from './arguments.ts'
import { asOfCommand } from './as-of.ts'
import { doctorCommand } from './doctor.ts'
import { exportCommand } from './export.ts'
import { historyCommand } from './history.ts'
import { initCommand } from './init.ts'
import { installCommand } from './install.ts'
import { revertCommand } from './revert.ts'
import { searchCommand } from './search.ts'
import { showCommand } from './show.ts'
import { printableLines } from './terminal.ts'

// Both from `src/cli` and from `dist/cli` the root of the package is two folders up.
const manifest = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
) as { readonly version: string }

const main = defineCommand({
  meta: {
    name: 'prisma-extension-audit',
    version: manifest.version,
    description: 'An audit trail for Prisma',
  },
  subCommands: {
    init: initCommand,
    install: installCommand,
    doctor: doctorCommand,
    search: searchCommand,
    show: showCommand,
    history: historyCommand,
    'as-of': asOfCommand,
    revert: revertCommand,
    export: exportCommand,
  },
})

const commands = new Map([
  ['init', command(initCommand)],
  ['install', command(installCommand)],
  ['doctor', command(doctorCommand)],
  ['search', command(searchCommand)],
  ['show', command(showCommand)],
  ['history', command(historyCommand)],
  ['as-of', command(asOfCommand)],
  ['revert', command(revertCommand)],
  ['export', command(exportCommand)],
])

/** Each command has arguments of its own, which is no matter to what runs it. */
function command<T extends ArgsDef>(definition: CommandDef<T>) {
  return {
    /** Answers the exit code. */
    async run(args: readonly string[]): Promise<number> {
      const { result } = await runCommand(definition, { rawArgs: optionsFirst(definition, args) })
      return typeof result === 'number' ? result : 0
    },
    showUsage: () => showUsage(definition),
  }
}

/** Runs the command line; answers the exit code: 0 done, 1 refused or failed, 2 wrongly called. */
async function run(args: readonly string[]): Promise<number> {
  const [name = ''] = args
  const called = commands.get(name)
  if (args.includes('--help') || args.includes('-h')) {
    await (called ? called.showUsage() : showUsage(main))
    return 0
  }
  if (name === '--version' || name === '-v') {
    console.log(manifest.version)
    return 0
  }
  if (called === undefined) {
    console.error(name === '' ? 'No command was given.' : `The command \`${name}\` is unknown.`)
    console.error(`Commands: ${[...commands.keys()].join(', ')}. See \`--help\`.`)
    return 2
  }
  try {
    return await called.run(args.slice(1))
  } catch (error) {
    if (!(error instanceof AuditError)) throw error
    console.error(printableLines(error.message))
    return ['OPTION_INVALID', 'QUERY_INVALID'].includes(error.code) ? 2 : 1
  }
}

/** Whoever reads a pipe may be slow, or gone. */
function written(output: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    output.write('', () => resolve())
  })
}

const code = await run(process.argv.slice(2))
await Promise.all([written(process.stdout), written(process.stderr)])
// What the application has open, as a pool of connections of its own, would go on for a while or for ever.
process.exit(code)
