import type { common as messages } from '../en/common.ts'

export const common: typeof messages = {
  loading: '正在加载…',
  close: '关闭',
  cancel: '取消',
  copy: '复制',
  copied: '已复制',
  retry: '重试',
  unauthorized: '您尚未登录，或登录已失效。请登录后重新加载页面。',
  forbidden: '您无权查看审计日志。请向管理员申请权限。',
  notFound: '这里没有内容，或超出了您可查看的范围。',
  unreachable: '无法连接到审计日志。请检查网络后重试。',
  partFailed: '此部分未能加载。请重试；若仍不行，请重新加载页面：应用可能已更新。',
  tooSlow: '查询耗时过长。请用实体、操作者或时间缩小筛选范围。',
  failed: (message) => `操作失败：${message}`,
  redacted: '已脱敏',
  redactedHint: '审计日志中没有这个值。',
  masked: '已隐藏',
  maskedHint: '您无权查看这个值。',
  nobody: '无人',
  system: '系统',
  actorType: (type) =>
    ({ user: '用户', service: '服务', system: '系统', agent: '智能体' })[type] ?? type,
  onBehalfOf: (id) => `代表 ${id}`,
  outcome: (outcome) =>
    ({ success: '成功', failure: '失败', denied: '被拒绝', started: '进行中' })[outcome] ?? outcome,
}
