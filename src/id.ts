import { random } from 'nanoid'

const pattern = /^[0-9a-f]{32}$/

/** Whether a value has the form of an entry's id, which is that of a trace id too. */
export function isId(value: unknown): value is string {
  return typeof value === 'string' && pattern.test(value)
}

/** 48 bits of Unix milliseconds and 80 random bits in hex: also a W3C trace id. */
export function newId(): string {
  const time = Date.now().toString(16).padStart(12, '0')
  return time + Buffer.from(random(10)).toString('hex')
}
