import { defineCommand } from 'citty'
import { isEqualJson } from '../diff.ts'
import type { AuditEntry } from '../query/entries.ts'
import { entryJson, valueJson } from '../query/entry-json.ts'
import { readArguments } from './arguments.ts'
import { asking, configArgument } from './client.ts'
import { sideBySide } from './columns.ts'
import { actionText, actorText, pairsText, subjectText, timeText, valueText } from './entry-text.ts'
import {
  colored,
  padded,
  printable,
  printableJson,
  standardTerminal,
  type Terminal,
} from './terminal.ts'

/** The `show` command. */
export const showCommand = defineCommand({
  meta: {
    name: 'prisma-extension-audit show',
    description:
      'Show one entry, before and after side by side. Exit code: 0 done, 1 failed or no such entry, 2 wrongly called',
  },
  args: {
    id: { type: 'positional', required: false, description: 'Id of the entry' },
    ...configArgument,
    json: { type: 'boolean', description: 'Print the entry as JSON' },
  },
  async run({ args, cmd }) {
    const given = readArguments(cmd, args)
    const id = given.word('id')
    const entry = await asking(given.text('config'), (audit) => audit.entry(id))
    if (entry === null) {
      console.error(`There is no entry \`${printable(id)}\`. \`search\` shows the ids of entries.`)
      return 1
    }
    console.log(
      given.flag('json') ? printableJson(entryJson(entry)) : entryText(entry, standardTerminal()),
    )
    return 0
  },
})

/** All that an entry tells. */
export function entryText(entry: AuditEntry, terminal: Terminal): string {
  const title = `${actionText(entry)} ${subjectText(entry.entity, entry.entityId)}`
  const facts = factsOf(entry).filter(([, value]) => value !== '')
  const width = Math.max(...facts.map(([name]) => name.length))
  const parts = [
    colored(terminal, 'bold', title),
    facts.map(([name, value]) => `${padded(name, width)}  ${value}`).join('\n'),
  ]
  const rows = fieldRows(entry)
  return [...parts, ...(rows.length > 0 ? [sideBySide(rows, terminal)] : [])].join('\n\n')
}

function factsOf(entry: AuditEntry): [name: string, value: string][] {
  const { id, traceId, parentId, actorId, actorType, tenantId, reason } = entry
  const who = [actorId, actorType].filter((part) => part !== null).join(', ')
  return [
    ['Id', id],
    ['Time', `${timeText(entry.createdAt)} UTC`],
    ['Actor', `${actorText(entry)} (${printable(who)})`],
    ['Tenant', printable(tenantId ?? '')],
    ['Reason', printable(reason ?? '')],
    ['Tags', pairsText(entry.tags)],
    ['Request', pairsText(entry.request)],
    ['Source', printable(entry.source)],
    ['Trace', traceId === id ? '' : traceId],
    ['Parent', parentId ?? ''],
  ]
}

function fieldRows({ before, after, changed }: AuditEntry) {
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {}), ...changed])
  return [...names].map((name) => {
    const [from, to] = [before?.[name], after?.[name]]
    // Of a masked value only `changed` tells that it did.
    const isChanged = changed.includes(name) || !isEqualJson(stored(from), stored(to))
    return { name: printable(name), before: valueText(from), after: valueText(to), isChanged }
  })
}

function stored(value: unknown): unknown {
  return value === undefined ? undefined : valueJson(value)
}
