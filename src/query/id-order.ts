import type { AuditedModel } from '../options.ts'
import { fieldOf, isConfidential } from './subject.ts'

/** In which order a model's entity ids come: integers by their value, all else by the bytes of the id. */
export function compareIds(model: AuditedModel): (a: string, b: string) => number {
  if (!isNumeric(model)) return compareBytes
  return (a, b) => (a === b ? 0 : BigInt(a) < BigInt(b) ? -1 : 1)
}

export function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}

/** Whether a model's entity ids are integers. */
export function isNumeric(model: AuditedModel): boolean {
  const [first = '', ...others] = model.key.fields
  const isInteger = ['Int', 'BigInt'].includes(fieldOf(model, first).type)
  return isInteger && others.length === 0 && !isConfidential(model)
}

/** Whether an id can be one of today's keys: the key may have had another type before. */
export function isIdOf(model: AuditedModel, id: string): boolean {
  return !isNumeric(model) || /^-?\d+$/.test(id)
}
