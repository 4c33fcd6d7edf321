import { beforeAll, beforeEach, describe } from 'vitest'
import { audit } from '../../src/index.ts'
import { type Database, describeEachEngine } from '../database/each.ts'
import { engineOptions, engineScript } from '../database/engine.ts'
import type { PrismaClient } from '../generated/postgresql/client/client.ts'
import { hashKey } from './audited.ts'

/** An extended client has the methods of the plain one, which is all that the tests call. */
type AnyClient = PrismaClient

const options = { redact: { hashKey } }

export interface Beside {
  /** Where the other extension stands: what is applied before audit() is outside of it. */
  readonly side: 'before' | 'after'
  readonly can: Database['can']
  readonly plain: () => PrismaClient
  /** A client with audit() and with what `extend` adds. */
  compose(extend: (client: AnyClient) => unknown): AnyClient
}

/** Runs a suite with another extension on either side of audit(). */
export function describeBesideAudit(name: string, suite: (beside: Beside) => void): void {
  describeEachEngine(name, (db) => {
    const { can } = db
    const audited = (client: unknown) =>
      (client as AnyClient).$extends(audit(engineOptions(db, options))) as unknown as AnyClient
    let plain: PrismaClient
    beforeAll(() => {
      plain = db.client({ script: engineScript(db, options) })
    })
    beforeEach(() => db.clear())

    describe('after audit()', () => {
      const compose: Beside['compose'] = (extend) => extend(audited(plain)) as AnyClient
      suite({ side: 'after', can, plain: () => plain, compose })
    })
    describe('before audit()', () => {
      const compose: Beside['compose'] = (extend) => audited(extend(plain))
      suite({ side: 'before', can, plain: () => plain, compose })
    })
  })
}
