import type { z } from 'zod'
import { checked } from './parameters.ts'
import { problem } from './problem.ts'

/**
 * Reads the JSON body of a request that changes something, or answers why not.
 *
 * A page of another site can make a browser send its user's cookies along. It can neither ask for JSON
 * without the browser asking first, nor hide where it comes from: both are checked.
 */
export async function readBody<T>(
  request: Request,
  schema: z.ZodType<T>,
  most: number,
): Promise<{ readonly value: T } | Response> {
  if (isCrossSite(request)) return problem('CROSS_SITE')
  const type = request.headers.get('Content-Type') ?? ''
  if (!/^application\/json\s*(;|$)/i.test(type)) return problem('BODY_UNSUPPORTED')
  if (request.bodyUsed) {
    throw new Error('`authorize` has read the body of the request: let it read request.clone().')
  }
  const bytes = await bytesOf(request, most)
  if (!bytes) return problem('BODY_TOO_LARGE')
  const value = parseJson(bytes)
  const parsed =
    value === undefined
      ? { errors: [{ parameter: 'body', message: 'It is not JSON in UTF-8.' }] }
      : checked(schema, value)
  return 'errors' in parsed ? problem('PARAMETER_INVALID', { errors: parsed.errors }) : parsed
}

/** Browsers tell by `Sec-Fetch-Site`; those that are too old for it by `Origin`. Programs tell nothing. */
function isCrossSite({ headers, url }: Request): boolean {
  const site = headers.get('Sec-Fetch-Site')
  if (site !== null) return site !== 'same-origin' && site !== 'none'
  const origin = headers.get('Origin')
  if (origin === null) return false
  // Behind a proxy, the scheme that the handler sees need not be the browser's.
  const hosts = [new URL(url).host, headers.get('Host')]
  return !URL.canParse(origin) || !hosts.includes(new URL(origin).host)
}

/** `null` where there are more. */
async function bytesOf(request: Request, most: number): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of request.body ?? []) {
    length += chunk.length
    if (length > most) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** `undefined` for what is no JSON. */
function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return undefined
  }
}
