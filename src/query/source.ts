import type { Settings } from '../options.ts'
import type { RootClient, Transaction } from '../prisma.ts'
import type { Store } from '../store.ts'
import type { AuditScope } from './scope.ts'

/** Where a query finds what it reads, and how far it may look. */
export interface Source {
  readonly root: RootClient
  readonly settings: Settings
  readonly store: Store
  readonly transaction: Transaction | undefined
  /** `null` for code of the application, which may see everything. */
  readonly scope: AuditScope | null
  /** Milliseconds that one query may take, where the database can end it. @default no limit */
  readonly timeout?: number | undefined
}
