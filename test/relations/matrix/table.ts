import type { Provider } from '../../database/capabilities.ts'
import type { RelationMode } from '../each.ts'
import type { PrismaClient } from '../generated/foreign-keys/postgresql/client/client.ts'

/** What a case runs on: where it differs from place to place, its rows say so. */
export interface Place {
  readonly provider: Provider
  readonly mode: RelationMode
}

/** Where a case or a line holds, and why not everywhere. */
export interface Where {
  readonly isHere: (place: Place) => boolean
  readonly why: string
}

export function only(why: string, isHere: Where['isHere']): Where {
  return { isHere, why }
}

export function holds(where: Where | undefined, place: Place): boolean {
  return where?.isHere(place) ?? true
}

/** Lines that a story has in some places only. */
export interface LinesWhere extends Where {
  readonly lines: readonly string[]
}

export function lines(where: Where, ...text: readonly string[]): LinesWhere {
  return { ...where, lines: text }
}

/**
 * What the trail has to tell of a call, a line for each entry, made by `story.ts`: the root first,
 * the others in any order.
 */
export type Story = readonly (string | LinesWhere)[]

export function linesAt(story: Story, place: Place): string[] {
  return story.flatMap((line) => {
    if (typeof line === 'string') return [line]
    return holds(line, place) ? line.lines : []
  })
}

export interface Remarks {
  /** What tells the case from others of its cell. */
  readonly note?: string
  readonly where?: Where
  /** The code of the error that the call ends with, or several by place; it leaves no entry then. */
  readonly fails?: string
}

type Call = (prisma: PrismaClient) => Promise<unknown>

/** One case as a table has it; two names say which cell it fills. */
export type Row<A extends string, B extends string> = readonly [
  first: A,
  second: B,
  call: Call,
  story: Story,
  remarks?: Remarks,
]

export interface Case extends Remarks {
  readonly title: string
  readonly group: string
  readonly first: string
  readonly second: string
  readonly call: Call
  readonly story: Story
}

export function casesOf<A extends string, B extends string>(
  group: string,
  rows: readonly Row<A, B>[],
): Case[] {
  return rows.map(([first, second, call, story, remarks = {}]) => {
    const title = `${group}: ${first} in ${second}${remarks.note ? `, ${remarks.note}` : ''}`
    return { ...remarks, title, group, first, second, call, story }
  })
}
