/** The types of `auditMatchers` for vitest 3.2 or newer; nothing of it runs. */
import type { AuditMatchers } from './matchers.ts'

export type {} from 'vitest'

declare module 'vitest' {
  interface Matchers<T> extends AuditMatchers<void, T> {}
}
