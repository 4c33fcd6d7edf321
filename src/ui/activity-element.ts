/** `<audit-activity>` alone, for pages that show nothing else. */
export { AuditActivity } from './activity/audit-activity.ts'
export { defaults } from './defaults.ts'
export { addMessages } from './messages/messages.ts'
