/** What an entry keeps of an error: never its stack, its cause or its other properties. */
export interface ErrorSummary {
  readonly name: string
  readonly message: string
}

/** Longer messages are cut: they quote a response or a query as a whole. */
const longest = 500

/**
 * The name and the message of whatever was thrown, without what it may quote: the arguments of a
 * Prisma call, and credentials in an address, a header or an assignment.
 */
export function errorSummary(error: unknown): ErrorSummary {
  if (!(error instanceof Error)) return { name: 'Error', message: shortened(safeText(error)) }
  const code: unknown = Object(error).code
  const own = error.name === 'Error' ? error.constructor.name : error.name
  const name = typeof code === 'string' && code !== '' ? `${own} ${code}` : own
  return { name, message: shortened(withoutSecrets(withoutArguments(error))) }
}

/** Prisma puts the call before the reason: the arguments, a piece of the source. */
function withoutArguments({ name, message }: Error): string {
  if (!name.startsWith('PrismaClient')) return message
  const lines = message.trim().split('\n')
  return (lines.at(-1) ?? '').trim()
}

const credentials: readonly (readonly [RegExp, string])[] = [
  // scheme://user:password@host
  [/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi, '$1[redacted]@'],
  [/\b(Bearer|Basic|Digest|Negotiate)\s+[\w+/=.~-]+/gi, '$1 [redacted]'],
  // JSON Web Tokens
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, '[redacted]'],
  // password=..., "apiKey": "...", secret: ...
  [
    /(["']?[\w-]*(?:pass(?:word|phrase|wd)?|pwd|secret|token|api[_-]?key|private[_-]?key|access[_-]?key|credential)s?[\w-]*["']?\s*[:=]\s*)("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^\s,;&)}\]]+)/gi,
    '$1[redacted]',
  ],
]

function withoutSecrets(text: string): string {
  return credentials.reduce((shown, [pattern, put]) => shown.replace(pattern, put), text)
}

function shortened(text: string): string {
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text
}

function safeText(value: unknown): string {
  if (typeof value === 'string') return withoutSecrets(value)
  // What an object holds is not known to be fit for the trail.
  return typeof value === 'object' && value !== null ? 'An object was thrown' : String(value)
}
