/** All elements, in one module. */
export { AuditActivity } from './activity/audit-activity.ts'
export { defaults } from './defaults.ts'
export { AuditLog } from './log/audit-log.ts'
export { addMessages } from './messages/messages.ts'
