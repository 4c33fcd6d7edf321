import { invalidOption } from '../errors.ts'
import type { SearchOrder } from '../query/queries.ts'
import type { Arguments } from './arguments.ts'

/** The arguments of a command whose entries can be ordered. */
export const orderArguments = {
  order: {
    type: 'string',
    description: 'By time, entity, action or actor (time)',
    valueHint: 'key',
  },
  ascending: { type: 'boolean', description: 'In ascending order' },
} as const

const orders: readonly string[] = ['time', 'entity', 'action', 'actor']

/**
 * The order that a command line asks for.
 *
 * @throws {AuditError} `OPTION_INVALID`
 */
export function readOrder(given: Pick<Arguments, 'text' | 'flag'>): SearchOrder {
  const by = given.text('order')
  if (by !== undefined && !orders.includes(by)) {
    invalidOption(`\`--order\` is \`${by}\`, but it has to be one of ${orders.join(', ')}.`)
  }
  const direction = given.flag('ascending') ? 'asc' : 'desc'
  return by === undefined ? { direction } : { by: by as NonNullable<SearchOrder['by']>, direction }
}
