import { originText, withOrigin } from '../../src/database/comment.ts'
import { newId } from '../../src/id.ts'

/** What a client would tell of a call by this actor; signed where there is a key. */
export function contextText(actorId: string, signingKey?: string): string {
  const unknown = { parentId: null, reason: null, actorName: null, onBehalfOf: null }
  const rest = { traceId: null, tenantId: null, tags: null, request: null }
  const origin = { ...unknown, ...rest, actorId, actorType: 'user' }
  return originText({ origin, call: newId(), actorRequired: false }, { signingKey })
}

/** The same as a comment, or any other text in place of it. */
export function commentOf(text: string): string {
  return withOrigin('', text).trim()
}

export const update = `UPDATE "Document" SET title = 'changed'`

const text = contextText('admin')
const comment = commentOf(text)
const inLiteral = (value: string) => value.replaceAll("'", "''")

/** Who is told to have sent a statement, where it is not the audited client that sends it. */
export type Elsewhere = 'named' | 'nobody' | 'role' | 'refused'

/**
 * Statements that change the one document, with a comment like ours somewhere, which names `admin`. To
 * other clients than ours, and without a signing key, it does so at the very end only.
 */
export const hostile: readonly (readonly [where: string, elsewhere: Elsewhere, sql: string])[] = [
  ['at the end', 'named', `${update} ${comment}`],
  ['at the end, after a semicolon', 'named', `${update}; ${comment}`],
  ['at the end, before a semicolon', 'role', `${update} ${comment};`],
  ['at the end, before white space', 'role', `${update} ${comment}\n`],
  ['at the end, twice', 'named', `${update} ${comment} ${comment}`],
  [
    'at the end, after what is not ASCII',
    'named',
    `UPDATE "Document" SET title = 'é😀\u2028' ${comment}`,
  ],
  ['in a comment to the end of the line', 'named', `${update} -- ${comment}`],
  ['in the line after a comment', 'named', `${update} --\n${comment}`],
  ['in the middle', 'role', `UPDATE ${comment} "Document" SET title = 'changed'`],
  ['at the start', 'role', `${comment} ${update}`],
  ['in a string', 'role', `UPDATE "Document" SET title = '${inLiteral(comment)}'`],
  ['in a dollar quoted string', 'role', `UPDATE "Document" SET title = $x$ ${comment}$x$`],
  ['in a name', 'role', `UPDATE "Document" AS "${comment.replaceAll('"', '')}" SET title = 'x'`],
  ['in a nested comment', 'role', `${update} /* /* ${comment} */ */`],
  ['in each statement of a text', 'named', `SELECT 1 ${comment}; ${update}; SELECT 2 ${comment}`],
  ['in a DO block', 'role', `DO $do$ BEGIN ${update} ${comment}; END $do$`],
  ['in EXECUTE', 'role', `DO $do$ BEGIN EXECUTE $x$${update} ${comment}$x$; END $do$`],
  [
    'in a prepared statement',
    'role',
    `PREPARE forging AS ${update} ${comment}; EXECUTE forging; DEALLOCATE forging`,
  ],
  ['in a function', 'role', 'SELECT forging()::text'],
  ['with another word at its end', 'role', `${update} /*${text} prisma_audit_*/`],
  ['with the word in capitals', 'role', `${update} /*${text} PRISMA_AUDIT*/`],
  ['without a space before the word', 'role', `${update} /*${text}prisma_audit*/`],
  ['with a space after the word', 'role', `${update} /*${text} prisma_audit */`],
  ['with two spaces before the word', 'named', `${update} /*${text}  prisma_audit*/`],
  ['within the last comment', 'role', `${update} /*${comment}*/`],
  ['with another comment in it', 'refused', `${update} /*${text} /* */ prisma_audit*/`],
  ['without a beginning', 'refused', `${update} -- ${text} prisma_audit*/`],
  ['without content', 'refused', `${update} /* prisma_audit*/`],
  ['cut off', 'refused', `${update} /*${comment.slice(20)}`],
  ['of what is no JSON', 'refused', `${update} ${commentOf('{"actorId":"admin"')}`],
  ['of JSON that is no object', 'nobody', `${update} ${commentOf('["actorId", "admin"]')}`],
  [
    'and as a setting',
    'role',
    `SELECT set_config('prisma_audit.context', '${inLiteral(text)}', true); ${update}`,
  ],
]

export const forgingFunction = `CREATE FUNCTION forging() RETURNS void LANGUAGE plpgsql AS $function$
BEGIN EXECUTE $x$${update} ${comment}$x$; END $function$`
