import type { EntryOrigin } from '../entry.ts'
import { newId } from '../id.ts'
import { signatureOf } from '../signature.ts'

/** What a statement tells the triggers of where it comes from. */
export interface Origin {
  readonly origin: EntryOrigin
  /** The trace that the call begins; absent where it is part of one. */
  readonly call: string | undefined
  /** The call is to be refused where it writes something that is audited. */
  readonly actorRequired: boolean
}

/** A statement of a call, as far as its text has to know. */
export interface StatementOptions {
  readonly signingKey?: string | undefined
  /** Entries of the same call may be there already, and be committed. @default false */
  readonly isContinued?: boolean
}

/** The origin of one call. */
export function callOrigin(origin: EntryOrigin, actorRequired = false): Origin {
  return { origin, call: origin.traceId === null ? newId() : undefined, actorRequired }
}

/**
 * The origin as text: JSON of ASCII characters without `*`, so that it fits into a comment and holds
 * no beginning of another one; where there is a key, followed by `.` and its HMAC.
 */
export function originText(
  { origin, call, actorRequired }: Origin,
  { signingKey, isContinued = false }: StatementOptions = {},
): string {
  const given = Object.entries({ call, ...origin }).filter(([, value]) => value != null)
  const content = {
    ...Object.fromEntries(given),
    ...(actorRequired && { actorRequired }),
    ...(isContinued && { isContinued }),
    ...(signingKey !== undefined && { at: Date.now() }),
  }
  const json = JSON.stringify(content).replace(/[^\x20-\x7e]|\*/g, escaped)
  return signingKey === undefined ? json : `${json}.${signatureOf(json, signingKey)}`
}

/**
 * A statement with the origin as a comment. It counts only at the very end of the text, where nothing that
 * the application puts into a statement can come to stand.
 */
export function withOrigin(sql: string, text: string): string {
  return `${sql} /*${text} ${commentMark}*/`
}

/** What a comment of ours ends with. */
export const commentMark = 'prisma_audit'

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
