import { currentAudit, withAudit } from '../context.ts'
import { VIEWING } from '../viewing.ts'
import { type Call, TRAIL } from './call.ts'

/** What a viewer looked at. */
export interface Viewed {
  /** The route that shows the same, or more of it. @default the one that was asked */
  readonly route?: string | undefined
  /** @default the trail itself */
  readonly entity?: string | undefined
  readonly entityId?: string | undefined
  readonly filter?: string | undefined
}

/** A viewer who looks at the same again within this time, in milliseconds, is not recorded again. */
const coalesced = 15 * 60_000

/** So many views are remembered; of more, the oldest is forgotten, and recorded again. */
const remembered = 10_000

/** Records who looks at what: once for each viewer, route, subject and filter in a quarter of an hour. */
export class ViewLog {
  /** When each view was recorded, or is being recorded, the oldest first. */
  readonly #views = new Map<string, { readonly at: number; readonly recorded: Promise<unknown> }>()

  /**
   * Resolves once the view is recorded, by this call or by one before.
   *
   * @throws {AuditError} where it could not be recorded; then it does not count as recorded
   */
  async record(call: Call<unknown>, asked: string, viewed: Viewed): Promise<void> {
    const { route = asked, entity = TRAIL, entityId, filter } = viewed
    const key = withAudit(call.context, () => {
      const { actor, tenant } = currentAudit() ?? {}
      const who = [actor?.type, actor?.id, actor?.onBehalfOf, tenant].map(String)
      return JSON.stringify([...who, route, entity, entityId, filter])
    })
    const known = this.#views.get(key)
    if (known && known.at > Date.now() - coalesced) {
      await known.recorded
      return
    }
    const tags = { route, ...(filter && { filter }) }
    const event = { action: VIEWING, entity, entityId, tags }
    const recorded = withAudit(call.context, () => call.service.client.$audit.record(event))
    this.#remember(key, recorded)
    try {
      await recorded
    } catch (error) {
      if (this.#views.get(key)?.recorded === recorded) this.#views.delete(key)
      throw error
    }
  }

  #remember(key: string, recorded: Promise<unknown>): void {
    this.#views.delete(key)
    this.#views.set(key, { at: Date.now(), recorded })
    const [oldest] = this.#views.keys()
    if (this.#views.size > remembered && oldest !== undefined) this.#views.delete(oldest)
  }
}
