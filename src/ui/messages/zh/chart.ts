import type { chart as messages } from '../en/chart.ts'

export const chart: typeof messages = {
  label: '记录随时间的分布',
  keys: '用方向键在时段间移动，按住 Shift 扩展选区，按回车键按所选时段筛选。',
  nothing: '这段时间内没有记录。',
  now: '现在',
  reset: '恢复时间范围',
  entries: (_count, shown) => `${shown} 条记录`,
  peak: (span, count) => `最多的时段是 ${span}，共 ${count} 条。`,
  estimated: '估算值',
  unknown: '未统计',
  classes: { create: '创建', update: '更新', delete: '删除', other: '其他' },
}
