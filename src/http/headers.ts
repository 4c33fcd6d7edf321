/** Of every answer: it is for its caller alone, it is data, and no other site may use it. */
const always = {
  Vary: 'Cookie, Authorization',
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
} as const

export function headersOf(own: Readonly<Record<string, string>>): Headers {
  return new Headers({ ...always, ...own })
}
