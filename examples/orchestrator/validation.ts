/**
 * Small checks of what a request brings; a value that is wrong is answered with 400.
 */
import { HTTPException } from 'hono/http-exception'
import { validator } from 'hono/validator'
import type { Prisma } from './generated/client.ts'

/** Answers the value if it is right, and otherwise throws. */
type Check<T> = (value: unknown, name: string) => T
type Shape = Readonly<Record<string, Check<unknown>>>
type Values<S extends Shape> = { -readonly [Name in keyof S]: ReturnType<S[Name]> }

/** The path of one entity's routes; nine digits always fit the database's integer. */
export const idPath = '/:id{[0-9]{1,9}}'

/** A JSON body with all fields of `shape`. */
export function body<S extends Shape>(shape: S) {
  return validator('json', (value: unknown) => {
    const fields = knownFields(shape, value)
    const checked = Object.entries(shape).map(([name, check]) => [name, check(fields[name], name)])
    return Object.fromEntries(checked) as Values<S>
  })
}

/** A JSON body with at least one field of `shape`. */
export function patch<S extends Shape>(shape: S) {
  return validator('json', (value: unknown) => {
    const given = Object.entries(knownFields(shape, value))
    if (given.length === 0) bad(`The body needs one of: ${Object.keys(shape).join(', ')}.`)
    const checked = given.map(([name, inner]) => [name, shape[name]?.(inner, name)])
    return Object.fromEntries(checked) as Partial<Values<S>>
  })
}

export const text: Check<string> = (value, name) => {
  const isText = typeof value === 'string' && value.trim() !== '' && !/\p{Cc}/u.test(value)
  if (isText && value.length <= 200) return value
  return bad(`\`${name}\` has to be a line of text of 1 to 200 characters.`)
}

export const email: Check<string> = (value, name) => {
  if (/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(String(value))) return text(value, name).toLowerCase()
  return bad(`\`${name}\` has to be an e-mail address.`)
}

export const password: Check<string> = (value, name) => {
  if (typeof value === 'string' && value.length >= 10 && value.length <= 200) return value
  return bad(`\`${name}\` has to be a text of 10 to 200 characters.`)
}

export const integer: Check<number> = (value, name) => {
  if (Number.isInteger(value) && Number(value) > 0 && Number(value) < 2 ** 31) return Number(value)
  return bad(`\`${name}\` has to be a positive integer.`)
}

export const object: Check<Prisma.InputJsonObject> = (value, name) => {
  if (isRecord(value)) return value as Prisma.InputJsonObject
  return bad(`\`${name}\` has to be a JSON object.`)
}

export function oneOf<const T extends string>(...values: readonly T[]): Check<T> {
  return (value, name) =>
    values.find((each) => each === value) ?? bad(`\`${name}\` has to be: ${values.join(', ')}.`)
}

export function listOf<T>(check: Check<T>): Check<T[]> {
  return (value, name) => {
    if (Array.isArray(value) && value.length > 0) return value.map((each) => check(each, name))
    return bad(`\`${name}\` has to be a list that is not empty.`)
  }
}

/** `fallback` where the field is left out. */
export function optional<T>(check: Check<T>, fallback: T): Check<T> {
  return (value, name) => (value === undefined ? fallback : check(value, name))
}

function knownFields(shape: Shape, value: unknown): Record<string, unknown> {
  if (!isRecord(value)) return bad('The body has to be a JSON object.')
  for (const name of Object.keys(value)) {
    if (!Object.hasOwn(shape, name)) {
      bad(`There is no field \`${name}\` here. The fields are: ${Object.keys(shape).join(', ')}.`)
    }
  }
  return value
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function bad(message: string): never {
  throw new HTTPException(400, { message })
}
