import type { changes as messages } from '../en/changes.ts'

const number = (count: number) => count.toLocaleString('zh')

export const changes: typeof messages = {
  views: '变更的显示方式',
  fields: '字段',
  side: '并排',
  unified: '合并',
  onlyChanges: '仅显示变更',
  field: '字段',
  value: '值',
  before: '变更前',
  after: '变更后',
  created: '创建时的值',
  deleted: '删除时的值',
  removedLine: '删除：',
  addedLine: '新增：',
  kind: (kind) =>
    ({ changed: '已更改', added: '已新增', removed: '已移除', same: '未更改' })[kind] ?? kind,
  none: '此条目不含任何值。',
  noDifference: '没有差异。',
  unchangedFields: (count) => `${number(count)} 个未更改的字段`,
  unchangedLines: (count) => `${number(count)} 行未更改`,
  omitted: (characters) => `${number(characters)} 个字符`,
  showAll: (lines, characters) => `显示全部（${number(lines)} 行，${number(characters)} 个字符）`,
  showMore: (lines, characters) =>
    `显示更多（共 ${number(lines)} 行，${number(characters)} 个字符）`,
  moreFields: (count, left) =>
    left > count
      ? `再显示 ${number(count)} 个字段（还有 ${number(left)} 个）`
      : `再显示 ${number(left)} 个字段`,
  rough: (before, after) =>
    `已更改，${number(before)} → ${number(after)} 个字符：内容过长，未逐行比较`,
  empty: '空文本',
  jsonNull: 'null（JSON）',
}
