/** The types of `auditMatchers` for jest with `@types/jest`; nothing of it runs. */
import type { AuditMatchers } from './matchers.ts'

declare global {
  namespace jest {
    interface Matchers<R, T> extends AuditMatchers<R, T> {}
  }
}
