const number = (count: number) => count.toLocaleString('en')
const counted = (count: number, one: string, many: string) =>
  count === 1 ? `1 ${one}` : `${number(count)} ${many}`

export const changes = {
  /** The three ways in which changes are drawn. */
  views: 'How changes are shown',
  fields: 'Fields',
  side: 'Side by side',
  unified: 'Unified',
  onlyChanges: 'Only changes',
  field: 'Field',
  value: 'Value',
  before: 'Before',
  after: 'After',
  created: 'Values it was created with',
  deleted: 'Values it had when it was deleted',
  /** Read before what changed. */
  removedLine: 'removed: ',
  addedLine: 'added: ',
  kind: (kind: string) =>
    ({ changed: 'changed', added: 'added', removed: 'removed', same: 'unchanged' })[kind] ?? kind,
  none: 'This entry tells of no values.',
  noDifference: 'There is no difference.',
  unchangedFields: (count: number) => counted(count, 'unchanged field', 'unchanged fields'),
  unchangedLines: (count: number) => counted(count, 'unchanged line', 'unchanged lines'),
  omitted: (characters: number) => counted(characters, 'character', 'characters'),
  showAll: (lines: number, characters: number) =>
    `Show all (${counted(lines, 'line', 'lines')}, ${counted(characters, 'character', 'characters')})`,
  showMore: (lines: number, characters: number) =>
    `Show more of ${counted(lines, 'line', 'lines')}, ${counted(characters, 'character', 'characters')}`,
  moreFields: (count: number, left: number) =>
    left > count
      ? `Show ${number(count)} more of ${number(left)} fields`
      : `Show ${number(left)} more`,
  rough: (before: number, after: number) =>
    `changed, ${number(before)} → ${counted(after, 'character', 'characters')}: too long to be compared closely`,
  empty: 'empty text',
  jsonNull: 'null (JSON)',
}
