import type { trace as messages } from '../en/trace.ts'

export const trace: typeof messages = {
  label: '按顺序显示所发生的一切',
  running: (time) => `已运行 ${time}`,
  openEnd: '尚未加载到结束记录',
  entries: (count) => `${count} 条记录`,
  lines: (count) => `${count} 行日志`,
  empty: '这里没有您可以查看的内容。',
  more: '加载更多',
  hidden: (count) => `再显示 ${count} 条`,
  live: '实时',
  lost: '连接已断开，正在重试。',
  paused: '已有一段时间没有新内容。',
  follow: '继续跟踪',
  level: '级别',
  levels: { all: '所有级别', info: '信息及以上', warn: '警告及以上', error: '仅错误' },
  search: '搜索日志',
  noLines: '没有日志，或日志超出了您可查看的范围。',
  noneMatch: '没有匹配的日志行。',
  noRuns: '这里没有执行日志。',
  noRunsHint:
    '当应用在 `prisma.$audit.run()` 中执行工作并写入 `executionLog(prisma)` 时，就会产生执行日志。',
}
