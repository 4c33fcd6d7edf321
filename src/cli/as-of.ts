import { defineCommand } from 'citty'
import { invalidOption } from '../errors.ts'
import { entryJson, stateJson } from '../query/entry-json.ts'
import { instantOf, timeForms } from '../query/filter-date.ts'
import type { PastState } from '../query/queries.ts'
import { readArguments } from './arguments.ts'
import { asking, configArgument } from './client.ts'
import { actionText, actorText, subjectText, timeText, valueText } from './entry-text.ts'
import { readSubject, subjectArguments } from './history.ts'
import { fittedTable } from './table.ts'
import { printable, printableJson, standardTerminal } from './terminal.ts'

/** The `as-of` command. */
export const asOfCommand = defineCommand({
  meta: {
    name: 'prisma-extension-audit as-of',
    description:
      'Show an entity as it was at a time. Exit code: 0 done, 1 failed or it was not there, 2 wrongly called',
  },
  args: {
    ...subjectArguments,
    time: {
      type: 'positional',
      required: false,
      description: '2026-01-31, 2026-01-31T10:00Z, or how long ago: 24h, 7d',
    },
    ...configArgument,
    json: { type: 'boolean', description: 'Print { at, state, entry, unknown } as JSON' },
  },
  async run({ args, cmd }) {
    const given = readArguments(cmd, args)
    const subject = readSubject(given)
    const time = given.word('time')
    const at =
      instantOf(time, new Date()) ?? invalidOption(`\`${time}\` is no time. Write ${timeForms}.`)
    const past = await asking(given.text('config'), (audit) => audit.asOf({ ...subject, at }))
    const { state, entry, unknown } = past
    if (given.flag('json')) {
      const told = { state: stateJson(state), entry: entry && entryJson(entry), unknown }
      console.log(printableJson({ at: at.toISOString(), ...told }))
    } else {
      const id = String(subject.entityId)
      console.log(pastText(subjectText(subject.entity, id), at, past))
    }
    return state === null ? 1 : 0
  },
})

function pastText(name: string, at: Date, { state, entry, unknown }: PastState): string {
  const time = `${timeText(at)} UTC`
  const last = entry
    ? `${actionText(entry)} by ${actorText(entry)}, ${timeText(entry.createdAt)}, ${entry.id}`
    : 'none: the trail begins later'
  if (state === null) return `${name} was not there at ${time}.\nLast entry: ${last}`
  const rows = Object.entries(state).map(([field, value]) => [printable(field), valueText(value)])
  const table = fittedTable(['Field', 'Value'], rows, standardTerminal().width, ['Field'])
  const absent = unknown.length > 0 ? [`Not known: ${unknown.map(printable).join(', ')}`] : []
  return [`${name} at ${time}`, table, [`Last entry: ${last}`, ...absent].join('\n')].join('\n\n')
}
