import { isEqualJson } from '../diff.ts'
import type { RevertConflict } from '../errors.ts'
import { MASKED } from '../mask.ts'
import type { AuditedModel, Settings } from '../options.ts'
import { type AuditScope, maskedFields } from '../query/scope.ts'
import type { Source } from '../query/source.ts'
import { snapshotId } from '../schema/key.ts'
import { decodeValue, type JsonValue, type Snapshot } from '../serialize.ts'
import type { LinkEffect } from './effects.ts'
import { changedBy, type Later } from './later.ts'
import { isMaskedLink } from './masked-links.ts'
import { aboutLink, type FoundConflict, type Plan, type RowOp } from './plan.ts'
import { redacted } from './values.ts'

/** What is done to one entity. */
export interface RevertStep {
  readonly entity: string
  readonly entityId: string
  readonly action: 'create' | 'update' | 'delete' | 'link' | 'unlink'
  /** `undefined` where the entity is not there. Of a link, the keys of the others. */
  readonly patch: Readonly<Record<string, { readonly from: unknown; readonly to: unknown }>>
  /** The entries whose effect is undone. */
  readonly entryIds: readonly string[]
}

/** Shows what a plan holds: with the types of the models, and without what is not to be seen. */
export class Report {
  readonly #settings: Settings
  readonly #scope: AuditScope | null
  readonly #later: Later
  /** Values of conflicts, by entity, id and field. */
  readonly #current = new Map<string, unknown>()

  constructor({ settings, scope }: Source, later: Later) {
    this.#settings = settings
    this.#scope = scope
    this.#later = later
  }

  conflicts(found: readonly FoundConflict[]): RevertConflict[] {
    return found.map((conflict) => {
      const { entity, entityId, field, reason } = conflict
      const by = this.#later.of(conflict)
      const current = this.#currentOf(conflict, by?.after ?? null)
      return {
        ...{ entity, entityId, field, reason },
        recorded: this.#shown(conflict, conflict.recorded),
        current,
        revertTo: this.#shown(conflict, conflict.revertTo),
        ...(by && { by: changedBy(by) }),
      }
    })
  }

  /** Within a scope, only what entries that it lets see tell of the present. */
  #currentOf(conflict: FoundConflict, told: Snapshot | null): unknown {
    const { entity, entityId, field, reason, current } = conflict
    const isTold = (name: string, value: JsonValue | undefined) =>
      !isRestricted(this.#scope) || value === undefined || isEqualJson(told?.[name], value)
    const note = (name: string, value: unknown) => {
      this.#current.set(JSON.stringify([entity, entityId, name]), value)
      return value
    }
    if (reason === 'referenced') return isRestricted(this.#scope) ? MASKED : current
    if (field !== null) {
      const isSeen = isTold(field, current) || isEqualJson(current, conflict.recorded)
      const isLink = 'table' in conflict.effect
      const shown = isSeen || isLink ? this.#shown(conflict, current) : MASKED
      // That a value is taken is all that is said of the other row.
      return reason === 'changed' ? note(field, shown) : shown
    }
    if (!isSnapshot(current)) return null
    const shown = Object.entries(current).map(([name, value]) => {
      const seen = this.#shown({ ...conflict, field: name }, value)
      return [name, note(name, isTold(name, value) ? seen : MASKED)]
    })
    const names = this.#settings.models.get(entity)?.ignored ?? new Set()
    return Object.fromEntries(shown.filter(([name]) => !names.has(String(name))))
  }

  #shown(
    { entity, field, effect }: Pick<FoundConflict, 'entity' | 'field' | 'effect'>,
    value: JsonValue | undefined,
  ): unknown {
    if ('table' in effect && isMaskedLink(this.#scope, effect.table)) return MASKED
    const model = this.#settings.models.get(entity)
    if (value === undefined || !model) return value
    if (field !== null) return this.#value(model, field, value)
    return isSnapshot(value) ? this.#snapshot(model, value) : value
  }

  #snapshot(model: AuditedModel, snapshot: Snapshot): Record<string, unknown> {
    return Object.fromEntries(
      Object.entries(snapshot).map(([name, value]) => [name, this.#value(model, name, value)]),
    )
  }

  #value(model: AuditedModel, name: string, value: JsonValue): unknown {
    const field = model.model.fields.get(name)
    if (value === null || field?.kind === 'relation') return value
    if (maskedFields(this.#scope, model.model.name).has(name)) return MASKED
    const visible = redacted(this.#settings, model, name, value)
    return field && !model.redactions.has(name) ? decodeValue(field, visible) : visible
  }

  /** After {@link conflicts}, whose values are shown in the same way. */
  steps({ rows, links }: Plan): RevertStep[] {
    return [...rows.map((op) => this.#row(op)), ...this.#links(links)]
  }

  #row({ model, effect, now, target }: RowOp): RevertStep {
    const { name: entity } = model.model
    const entityId = snapshotId(model.key, (now ?? target) as Snapshot)
    const isWritten = (name: string) => !now || !isEqualJson(now[name], target?.[name])
    const names = target
      ? Object.keys(target).filter(isWritten)
      : Object.keys(effect.after ?? {}).filter((name) => now && Object.hasOwn(now, name))
    const patch = names.map((name) => {
      const known = JSON.stringify([entity, entityId, name])
      const value = (state: Snapshot | null) =>
        state ? this.#value(model, name, state[name] ?? null) : undefined
      // Where there is no conflict, what is there is what was recorded.
      const recorded = effect.after && Object.hasOwn(effect.after, name) ? effect.after : now
      const from = this.#current.has(known) ? this.#current.get(known) : value(now && recorded)
      return [name, { from, to: value(target) }]
    })
    return {
      ...{ entity, entityId },
      action: !now ? 'create' : target ? 'update' : 'delete',
      patch: Object.fromEntries(patch),
      entryIds: effect.entries.map(({ id }) => id),
    }
  }

  #links(links: readonly LinkEffect[]): RevertStep[] {
    const groups = new Map<string, { about: ReturnType<typeof aboutLink>; links: LinkEffect[] }>()
    for (const link of links) {
      const about = aboutLink(link)
      const name = JSON.stringify([about.entity, about.entityId, about.field, link.isMade])
      const group = groups.get(name) ?? { about, links: [] }
      group.links.push(link)
      groups.set(name, group)
    }
    return [...groups.values()].map(({ about: { entity, entityId, field }, links: all }) => {
      const isMade = all[0]?.isMade ?? false
      const isMasked = all.some(({ table }) => isMaskedLink(this.#scope, table))
      const others = isMasked ? MASKED : all.map((link) => this.#otherEnd(link))
      return {
        ...{ entity, entityId },
        action: isMade ? 'unlink' : 'link',
        patch: { [field ?? '']: isMade ? { from: others, to: [] } : { from: [], to: others } },
        entryIds: [...new Set(all.flatMap(({ entries }) => entries.map(({ id }) => id)))],
      }
    })
  }

  #otherEnd({ table, ends, side }: LinkEffect): Record<string, unknown> {
    const other = table.sides?.[1 - side]
    const name = side === 0 ? 'B' : 'A'
    const field = table.model.fields.get(name)
    const value = ends[side === 0 ? 1 : 0]
    return { [other?.id ?? name]: field ? decodeValue(field, value) : value }
  }
}

function isSnapshot(value: JsonValue | undefined): value is Snapshot {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Whether there may be entries that the scope leaves out. */
function isRestricted(scope: AuditScope | null): boolean {
  if (!scope) return false
  return [scope.tenants, scope.entities ?? 'all', scope.actors ?? 'all'].some(
    (part) => part !== 'all',
  )
}
