import { z } from 'zod'
import { AUDIT_ERRORS, AuditError, type AuditErrorCode } from '../errors.ts'
import { namedSchemas } from './answers.ts'
import { headersOf } from './headers.ts'
import { type ConflictJson, conflictJson, conflictSchema } from './revert-answer.ts'

/** What is wrong with a parameter. */
export interface ParameterProblem {
  /** The name of a parameter, or the path of a field in the body. */
  readonly parameter: string
  readonly message: string
  /** Of a filter: where in its text, counted from 0; `end` is exclusive. */
  readonly position?: { readonly start: number; readonly end: number } | undefined
}

/** The body of every answer that is no success: `application/problem+json`, RFC 9457. */
export interface Problem {
  /** A name that no other problem has; nothing is to be found there. */
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail?: string | undefined
  /** For code to branch on: that of an `AuditError`, or one of {@link HTTP_PROBLEMS}. */
  readonly code: string
  readonly errors?: readonly ParameterProblem[] | undefined
  /** Of `REVERT_CONFLICT`: what stands in the way. */
  readonly conflicts?: readonly ConflictJson[] | undefined
}

export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string().optional(),
    code: z.string(),
    errors: z
      .array(
        z.object({
          parameter: z.string(),
          message: z.string(),
          position: z.object({ start: z.number().int(), end: z.number().int() }).optional(),
        }),
      )
      .optional(),
    conflicts: z.array(conflictSchema).optional(),
  })
  .register(namedSchemas, { id: 'Problem', description: 'What went wrong, as RFC 9457 has it' })

/** The problems of HTTP itself. */
export const HTTP_PROBLEMS = {
  UNAUTHORIZED: { status: 401, title: 'It is not known who asks.' },
  FORBIDDEN: { status: 403, title: 'This is not allowed.' },
  CROSS_SITE: { status: 403, title: 'A page of another site may not do this.' },
  NOT_FOUND: { status: 404, title: 'There is nothing here.' },
  METHOD_NOT_ALLOWED: { status: 405, title: 'This method is not supported here.' },
  PARAMETER_INVALID: { status: 400, title: 'A parameter is not as it has to be.' },
  BODY_TOO_LARGE: { status: 413, title: 'The body is too large.' },
  BODY_UNSUPPORTED: { status: 415, title: 'The body has to be JSON: application/json.' },
  BUSY: { status: 503, title: 'Too much is going on; try again later.' },
  UNRECORDED: { status: 503, title: 'The access could not be recorded, so there is none.' },
  INTERNAL: { status: 500, title: 'Something went wrong.' },
} as const

export type HttpProblemCode = keyof typeof HTTP_PROBLEMS

/** What the queries refuse, in terms of HTTP. Whatever is not here is a 500 without detail. */
const statuses: Partial<Record<AuditErrorCode, number>> = {
  FILTER_INVALID: 400,
  QUERY_INVALID: 400,
  QUERY_FORBIDDEN: 403,
  // Not 503, which asks to be tried again.
  QUERY_TIMEOUT: 504,
  REVERT_CONFLICT: 409,
  REVERT_INVALID: 422,
}

export function problem(
  code: HttpProblemCode,
  more: Pick<Problem, 'detail' | 'errors'> = {},
  headers: Readonly<Record<string, string>> = {},
): Response {
  return responseOf({ ...HTTP_PROBLEMS[code], code, ...more }, headers)
}

/** The answer to what a query refused; `null` for an error that is nobody's business. */
export function problemOf(error: unknown): Response | null {
  if (!(error instanceof AuditError)) return null
  const { code, message, position, conflicts } = error
  const status = statuses[code]
  if (status === undefined) return null
  return responseOf({
    status,
    title: AUDIT_ERRORS[code],
    code,
    detail: message,
    ...(code === 'FILTER_INVALID' && { errors: [{ parameter: 'filter', message, position }] }),
    ...(conflicts && { conflicts: conflicts.map(conflictJson) }),
  })
}

function responseOf(
  { title, status, code, ...others }: Omit<Problem, 'type'>,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const type = `urn:prisma-extension-audit:${code}`
  const body: Problem = { type, title, status, code, ...others }
  return new Response(JSON.stringify(body), {
    status,
    headers: headersOf({
      'Content-Type': 'application/problem+json',
      'Cache-Control': 'no-store',
      ...headers,
    }),
  })
}
