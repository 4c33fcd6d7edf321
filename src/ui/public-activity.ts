export type * from './public.ts'
export { AuditActivity, addMessages, defaults } from './public.ts'
