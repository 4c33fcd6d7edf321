import { defineCommand } from 'citty'
import type { AuditEntry } from '../query/entries.ts'
import { entryJson } from '../query/entry-json.ts'
import { readArguments, wholeNumber } from './arguments.ts'
import { asking, configArgument } from './client.ts'
import { actionText, actorText, subjectText, timeText } from './entry-text.ts'
import { filterArgument, readFilter } from './filter-argument.ts'
import { orderArguments, readOrder } from './order-arguments.ts'
import { fittedTable } from './table.ts'
import { printable, printableJson, standardTerminal } from './terminal.ts'

/** The `search` command. */
export const searchCommand = defineCommand({
  meta: {
    name: 'prisma-extension-audit search',
    description:
      'Find entries of the trail, newest first. Exit code: 0 done, 1 failed, 2 wrongly called',
  },
  args: {
    ...filterArgument,
    take: { type: 'string', description: 'Entries, 1 to 1000 (50)', valueHint: 'number' },
    cursor: { type: 'string', description: 'Where the page begins', valueHint: 'cursor' },
    ...orderArguments,
    ...configArgument,
    json: { type: 'boolean', description: 'Print { entries, nextCursor } as JSON' },
  },
  async run({ args, cmd }) {
    const given = readArguments(cmd, args, { takesWords: true })
    const { width } = standardTerminal()
    const filter = readFilter(given.words, width)
    const options = {
      take: wholeNumber('take', given.text('take')),
      cursor: given.text('cursor'),
      order: readOrder(given),
    }
    const page = await asking(given.text('config'), (audit) => audit.search(filter, options))
    if (given.flag('json')) {
      const entries = page.entries.map(entryJson)
      console.log(printableJson({ entries, nextCursor: page.nextCursor }))
      return
    }
    console.log(entriesTable(page.entries, width))
    if (page.nextCursor !== null) console.error(`There are more: --cursor ${page.nextCursor}`)
  },
})

/** Entries for people to look through. */
export function entriesTable(entries: readonly AuditEntry[], width: number): string {
  if (entries.length === 0) return 'No entries match.'
  const rows = entries.map((entry) => [
    timeText(entry.createdAt),
    actionText(entry),
    subjectText(entry.entity, entry.entityId),
    actorText(entry),
    printable(entry.changed.join(', ')),
    entry.id,
  ])
  const headings = ['Time (UTC)', 'Action', 'Entity', 'Actor', 'Changed', 'Id']
  return fittedTable(headings, rows, width, ['Time (UTC)', 'Id'])
}
