import type { AuditEntry } from '../query/entries.ts'
import { valueJson } from '../query/entry-json.ts'
import { printable } from './terminal.ts'

/*
 * The parts of an entry as people read them. All of it is data from outside, and printable here.
 */

/** `2026-01-31 10:00:59`, in UTC. */
export function timeText(time: Date): string {
  return time.toISOString().slice(0, 19).replace('T', ' ')
}

/** The action, with its outcome where that is no success. */
export function actionText({ action, outcome }: AuditEntry): string {
  return printable(outcome === 'success' ? action : `${action} (${outcome})`)
}

export function subjectText(entity: string, entityId: string | null): string {
  return printable(entityId === null ? entity : `${entity} ${entityId}`)
}

/** The actor's name, else the id, else the type. */
export function actorText({ actorName, actorId, actorType, onBehalfOf }: AuditEntry): string {
  const who = actorName ?? actorId ?? actorType
  return printable(onBehalfOf === null ? who : `${who} for ${onBehalfOf}`)
}

/** `name: "a" → "b", team +"core"`: what changed from what to what. */
export function changesText({ before, after, changed }: AuditEntry): string {
  return changed
    .map((name) => {
      const [from, to] = [before?.[name], after?.[name]]
      if (from === undefined && to === undefined) return printable(name)
      if (from === undefined) return `${printable(name)}: ${valueText(to)}`
      return `${printable(name)}: ${valueText(from)} → ${to === undefined ? 'none' : valueText(to)}`
    })
    .join(', ')
}

/** A value as JSON on one line; nothing where there is none. */
export function valueText(value: unknown): string {
  return value === undefined ? '' : printable(JSON.stringify(valueJson(value)))
}

/** `team=core, ticket=7`: tags, or what is known of the request. */
export function pairsText(pairs: unknown): string {
  if (typeof pairs !== 'object' || pairs === null) return ''
  return Object.entries(pairs)
    .filter(([, value]) => value !== null)
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .map(printable)
    .join(', ')
}
