import { AuditError } from '../errors.ts'
import { FILTER_KEYS, type Filter, type FilterTerm, type FilterValue } from './filter.ts'
import {
  contentProblem,
  fieldProblem,
  isFilterKey,
  lengthProblem,
  sizeProblem,
  textProblem,
  valueProblem,
} from './filter-rules.ts'
import { printFilter } from './print-filter.ts'

/**
 * A filter that a program gives as data, in the form that `parseFilter` answers: what is `false` or
 * `undefined` is left out.
 *
 * @throws {AuditError} `FILTER_INVALID`, without a position; the message tells where.
 */
export function checkFilter(value: unknown): Filter {
  const { terms } = checkedRecord(value, 'The filter', ['terms'])
  if (!Array.isArray(terms)) refuse('`terms`', shape(terms, 'a list'))
  const count = terms.reduce((sum: number, term: unknown) => sum + valuesOf(term), 0)
  refuse('The filter', sizeProblem(terms.length, count))
  const filter = { terms: Array.from(terms, (term, i) => checkedTerm(term, `terms[${i}]`)) }
  refuse('The filter', lengthProblem(printFilter(filter).length))
  return filter
}

function checkedTerm(value: unknown, path: string): FilterTerm {
  const term = checkedRecord(value, `\`${path}\``, ['kind', 'key', 'values', 'text', 'isNegated'])
  const { kind, key, text } = term
  const isNegated = checkedFlag(term.isNegated, `${path}.isNegated`)
  const negation = isNegated ? { isNegated } : {}
  if (kind === 'text') {
    refuse(`\`${path}\``, absent(term, ['key', 'values']))
    const checked = checkedText(text, `${path}.text`)
    refuse(`\`${path}.text\``, textProblem(checked))
    return { kind, text: checked, ...negation }
  }
  if (kind !== 'field' && kind !== 'tag') {
    refuse(`\`${path}.kind\``, shape(kind, '`field`, `tag` or `text`'))
  }
  refuse(`\`${path}\``, absent(term, ['text']))
  const name = checkedText(key, `${path}.key`)
  if (kind === 'tag') {
    refuse(`\`${path}.key\``, contentProblem(name))
    const values = checkedValues(term.values, path, (one) => contentProblem(one.text))
    return { kind, key: name, values, ...negation }
  }
  if (!isFilterKey(name)) {
    refuse(
      `\`${path}.key\``,
      shape(name, `one of ${FILTER_KEYS.join(', ')}; of a tag, the kind is \`tag\``),
    )
  }
  const values = checkedValues(term.values, path, (one) => valueProblem(name, one))
  refuse(`\`${path}\``, fieldProblem(name, values.length, isNegated))
  return { kind, key: name, values, ...negation }
}

function checkedValues(
  values: unknown,
  path: string,
  problem: (value: FilterValue) => string | undefined,
): FilterValue[] {
  if (!Array.isArray(values) || values.length === 0) {
    refuse(`\`${path}.values\``, shape(values, 'a list of at least one value'))
  }
  return Array.from(values, (value, i) => {
    const where = `${path}.values[${i}]`
    const { text, isPrefix } = checkedRecord(value, `\`${where}\``, ['text', 'isPrefix'])
    const isChecked = checkedFlag(isPrefix, `${where}.isPrefix`)
    const checked: FilterValue = {
      text: checkedText(text, `${where}.text`),
      ...(isChecked ? { isPrefix: true } : {}),
    }
    refuse(`\`${where}\``, problem(checked))
    return checked
  })
}

function checkedRecord(
  value: unknown,
  name: string,
  keys: readonly string[],
): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    refuse(name, shape(value, `an object with ${keys.join(', ')}`))
  }
  const unknown = Object.keys(value).find((key) => !keys.includes(key))
  if (unknown !== undefined) {
    refuse(name, `It has \`${unknown}\`, which is unknown. It may have ${keys.join(', ')}.`)
  }
  return value as Record<string, unknown>
}

function checkedText(value: unknown, path: string): string {
  if (typeof value !== 'string') refuse(`\`${path}\``, shape(value, 'a text'))
  return value
}

function checkedFlag(value: unknown, path: string): boolean {
  if (value !== undefined && typeof value !== 'boolean') {
    refuse(`\`${path}\``, shape(value, 'true or false'))
  }
  return value === true
}

/** Properties that this kind of term does not have would say something that is not done. */
function absent(term: Record<string, unknown>, keys: readonly string[]): string | undefined {
  const given = keys.find((key) => term[key] !== undefined)
  return given && `A term of the kind \`${String(term.kind)}\` has no \`${given}\`. Remove it.`
}

function valuesOf(term: unknown): number {
  const values = (term as { values?: unknown } | null | undefined)?.values
  return Array.isArray(values) ? values.length : 0
}

function shape(value: unknown, expected: string): string {
  return `It is \`${show(value)}\`, but has to be ${expected}.`
}

function show(value: unknown): string {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? '[...]' : '{...}'
  return String(value).slice(0, 100)
}

function refuse(where: string, problem: string): never
function refuse(where: string, problem: string | undefined): void
function refuse(where: string, problem: string | undefined): void {
  if (problem !== undefined) throw new AuditError('FILTER_INVALID', `${where}: ${problem}`)
}
