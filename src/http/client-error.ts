import type { Problem } from './problem.ts'

/**
 * What the handler refused, or that something else answered in its place. `instanceof` also knows those of another
 * copy of this module: the page's elements have one of their own.
 */
export class AuditClientError extends Error {
  override readonly name = 'AuditClientError'
  /** That of the answer; 0 where nothing was asked. */
  readonly status: number
  /** `null` where the answer was none of the handler's: of a proxy, for example. */
  readonly problem: Problem | null

  constructor(message: string, status: number, problem: Problem | null) {
    super(message)
    this.status = status
    this.problem = problem
  }

  static [Symbol.hasInstance](value: unknown): value is AuditClientError {
    const { name, status } = Object(value) as Partial<AuditClientError>
    return name === 'AuditClientError' && typeof status === 'number'
  }

  /** For code to branch on. */
  get code(): string | undefined {
    return this.problem?.code
  }
}

/** Whether an answer is one that the handler gives: a proxy may have a page in its place, to log in by for example. */
export function isOf(response: Response, mediaType: string): boolean {
  return response.ok && typeOf(response).toLowerCase().startsWith(mediaType)
}

export async function errorOf(response: Response): Promise<AuditClientError> {
  const { status, ok } = response
  const type = typeOf(response)
  const isProblem = type.startsWith('application/problem+json')
  const problem = isProblem ? await readProblem(response) : null
  if (!isProblem) await response.body?.cancel()
  const message = problem?.detail ?? problem?.errors?.[0]?.message ?? problem?.title
  const stranger = ok ? `Something else than the handler answered: ${status}, \`${type}\`.` : null
  return new AuditClientError(message ?? stranger ?? `The answer was ${status}.`, status, problem)
}

function typeOf({ headers }: Response): string {
  return headers.get('Content-Type') ?? ''
}

async function readProblem(response: Response): Promise<Problem | null> {
  try {
    return (await response.json()) as Problem
  } catch {
    return null
  }
}
