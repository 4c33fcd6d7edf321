/**
 * The filter language as data: what the parser answers, what programs pass, what the search translates.
 *
 * All terms must hold.
 */
export interface Filter {
  readonly terms: readonly FilterTerm[]
}

export type FilterTerm = FieldTerm | TagTerm | TextTerm

/** `action:create,update`: the field has any of the values. */
export interface FieldTerm {
  readonly kind: 'field'
  readonly key: FilterKey
  readonly values: readonly FilterValue[]
  /** `-action:read` @default false */
  readonly isNegated?: boolean
}

/** `namespace:billing`: the tag has any of the values. */
export interface TagTerm {
  readonly kind: 'tag'
  readonly key: string
  readonly values: readonly FilterValue[]
  /** @default false */
  readonly isNegated?: boolean
}

/** `invoice`: free text in the entity, its id, the action, the actor's name, the reason or a tag's value. */
export interface TextTerm {
  readonly kind: 'text'
  readonly text: string
  /** @default false */
  readonly isNegated?: boolean
}

export interface FilterValue {
  readonly text: string
  /** `bill*`: whatever begins with the text. @default false */
  readonly isPrefix?: boolean
}

/**
 * The keys that are no tags. `ip`, `request`, `field` and `trace` are compared as a whole and take no
 * prefix; `since` and `until` have one time each, and are not negated.
 */
export const FILTER_KEYS = [
  'entity',
  'id',
  'actor',
  'type',
  'tenant',
  'action',
  'outcome',
  'source',
  'ip',
  'request',
  'field',
  'trace',
  'since',
  'until',
] as const

export type FilterKey = (typeof FILTER_KEYS)[number]

/** Characters of a filter's text, terms of a filter, and values of all its terms: a longer one is refused. */
export const filterLimits = { length: 2_000, terms: 50, values: 100 } as const
