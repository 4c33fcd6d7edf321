import { defineCommand } from 'citty'
import { invalidOption } from '../errors.ts'
import type { EntityId } from '../event.ts'
import type { AuditEntry, Page } from '../query/entries.ts'
import { entryJson, valueJson } from '../query/entry-json.ts'
import type { FieldChange, Subject } from '../query/queries.ts'
import { type Arguments, readArguments, wholeNumber } from './arguments.ts'
import { asking, configArgument } from './client.ts'
import {
  actionText,
  actorText,
  changesText,
  subjectText,
  timeText,
  valueText,
} from './entry-text.ts'
import { fittedTable } from './table.ts'
import { printableJson, standardTerminal } from './terminal.ts'

/** The arguments of a command that is about one entity. */
export const subjectArguments = {
  entity: { type: 'positional', required: false, description: 'Name of the model: User' },
  id: {
    type: 'positional',
    required: false,
    description: 'Id of the entity; of a composite key as JSON: ["a",1]',
  },
} as const

/** @throws {AuditError} `OPTION_INVALID` where one of them is missing. */
export function readSubject(given: Arguments): Subject {
  return { entity: given.word('entity'), entityId: entityIdOf(given.word('id')) }
}

/** The `history` command. */
export const historyCommand = defineCommand({
  meta: {
    name: 'prisma-extension-audit history',
    description:
      'Tell what happened to an entity, newest first. Exit code: 0 done, 1 failed, 2 wrongly called',
  },
  args: {
    ...subjectArguments,
    field: { type: 'string', description: 'Who changed this field', valueHint: 'name' },
    include: {
      type: 'string',
      description: 'Relation fields whose entities are told of, too',
      valueHint: 'names',
    },
    take: { type: 'string', description: 'Entries, 1 to 1000 (50)', valueHint: 'number' },
    cursor: { type: 'string', description: 'Where the page begins', valueHint: 'cursor' },
    ...configArgument,
    json: { type: 'boolean', description: 'Print { entries, nextCursor } as JSON' },
  },
  async run({ args, cmd }) {
    const given = readArguments(cmd, args)
    const subject = readSubject(given)
    const page = { take: wholeNumber('take', given.text('take')), cursor: given.text('cursor') }
    const [field, names] = [given.text('field'), given.text('include')]
    if (field !== undefined && names !== undefined) {
      invalidOption('`--field` and `--include` do not go together. Give one of them.')
    }
    const isJson = given.flag('json')
    const { nextCursor, text } = await asking(given.text('config'), async (audit) => {
      if (field === undefined) {
        const include = includeOf(names)
        return told(await audit.history(subject, { ...page, include }), isJson, {
          json: entryJson,
          text: (entries) => historyTable(entries, include !== undefined),
        })
      }
      return told(await audit.fieldHistory({ ...subject, field }, page), isJson, {
        json: fieldChangeJson,
        text: fieldTable,
      })
    })
    console.log(text)
    if (nextCursor !== null && !isJson) console.error(`There are more: --cursor ${nextCursor}`)
  },
})

function told<Entry>(
  { entries, nextCursor }: Page<Entry>,
  isJson: boolean,
  as: { json(entry: Entry): unknown; text(entries: readonly Entry[]): string },
) {
  const next = nextCursor === null ? null : String(nextCursor)
  const text = isJson
    ? printableJson({ entries: entries.map(as.json), nextCursor: next })
    : as.text(entries)
  return { nextCursor: next, text }
}

const nothing = 'The trail tells nothing of it.'

function historyTable(entries: readonly AuditEntry[], hasOthers: boolean): string {
  if (entries.length === 0) return nothing
  const rows = entries.map((entry) => [
    timeText(entry.createdAt),
    actionText(entry),
    ...(hasOthers ? [subjectText(entry.entity, entry.entityId)] : []),
    actorText(entry),
    changesText(entry),
    entry.id,
  ])
  const entity = hasOthers ? ['Entity'] : []
  const headings = ['Time (UTC)', 'Action', ...entity, 'Actor', 'Changes', 'Id']
  return fittedTable(headings, rows, standardTerminal().width, ['Time (UTC)', 'Id'])
}

function fieldTable(changes: readonly FieldChange[]): string {
  if (changes.length === 0) return nothing
  const rows = changes.map(({ entry, from, to }) => [
    timeText(entry.createdAt),
    actionText(entry),
    actorText(entry),
    valueText(from),
    valueText(to),
    entry.id,
  ])
  const headings = ['Time (UTC)', 'Action', 'Actor', 'From', 'To', 'Id']
  return fittedTable(headings, rows, standardTerminal().width, ['Time (UTC)', 'Id'])
}

/** Without `from` or `to` where there is no value. */
function fieldChangeJson({ entry, from, to }: FieldChange) {
  return {
    entry: entryJson(entry),
    ...(from === undefined ? {} : { from: valueJson(from) }),
    ...(to === undefined ? {} : { to: valueJson(to) }),
  }
}

function includeOf(names: string | undefined): Record<string, boolean> | undefined {
  if (names === undefined) return undefined
  return Object.fromEntries(names.split(',').map((name) => [name.trim(), true]))
}

/** A JSON list of texts and numbers is the key of several fields. */
function entityIdOf(text: string): EntityId {
  if (!text.startsWith('[')) return text
  try {
    const values: unknown = JSON.parse(text)
    const isKey = Array.isArray(values) && values.length > 1 && values.every(isKeyValue)
    return isKey ? values : text
  } catch {
    return text
  }
}

function isKeyValue(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number'
}
