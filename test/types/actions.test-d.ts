import { expectTypeOf } from 'vitest'
import { audit, type Run, type Trace } from '../../src/index.ts'
import type { PrismaClient } from '../generated/postgresql/client/client.ts'
import type { PrismaClient as PrismaClientJs } from '../generated/postgresql/client-js/client.js'

declare const client: PrismaClient
declare const clientJs: PrismaClientJs

const free = client.$extends(audit())
const known = client.$extends(audit({ actions: ['execute', 'approve'] }))
const knownJs = clientJs.$extends(audit({ actions: ['execute', 'approve'] }))
const about = { entity: 'Job', entityId: 1n }

// Any action, or those of the catalogue.
free.$audit.record({ action: 'whatever', ...about })
known.$audit.record({ action: 'approve', outcome: 'denied', ...about })
// @ts-expect-error It is misspelt.
known.$audit.record({ action: 'aprove', ...about })
// @ts-expect-error It is misspelt.
knownJs.$audit.run('aprove', about, () => 1)
known.$transaction(async (tx) => {
  await tx.$audit.run('execute', about, () => 1)
  // @ts-expect-error It is misspelt, in a transaction too.
  await tx.$audit.run('exec', about, () => 1)
})

// A run answers what its function answers, awaited.
expectTypeOf(free.$audit.run('execute', about, () => 1)).resolves.toEqualTypeOf<number>()
expectTypeOf(
  known.$audit.run('execute', about, ({ traceId }) =>
    known.user.findFirst({ where: { name: traceId } }),
  ),
).resolves.toEqualTypeOf<Awaited<ReturnType<typeof client.user.findFirst>>>()
known.$audit.run('execute', about, (run) => expectTypeOf(run).toEqualTypeOf<Run>())
expectTypeOf(known.$audit.trace('')).resolves.toEqualTypeOf<Trace>()

// @ts-expect-error An event is about something.
free.$audit.run('execute', {}, () => 1)
// @ts-expect-error Only a run begins with it.
free.$audit.record({ action: 'a', outcome: 'started', ...about })
// @ts-expect-error There is no such option.
free.$audit.record({ action: 'a', subject: 'Job', ...about })
// @ts-expect-error An id is text or a number.
free.$audit.record({ action: 'a', entity: 'Job', entityId: new Date() })
// @ts-expect-error A model is named with true, or with its limit.
audit({ reads: { User: 'yes' } })
