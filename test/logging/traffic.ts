import { setImmediate as immediate } from 'node:timers/promises'
import { withAudit } from '../../src/index.ts'
import type { LogFields } from '../../src/logging/fields.ts'

/** What tells a line from all others. */
export interface Mark {
  readonly request: number
  readonly step: 'outside' | 'request' | 'run' | 'inner' | 'left' | 'right' | 'after'
}

const steps: readonly Mark['step'][] = [
  'outside',
  'request',
  'run',
  'inner',
  'left',
  'right',
  'after',
]

/** Requests at a time, each with nested and parallel runs, that log with other requests in between. */
export async function traffic(log: (mark: Mark) => void, requests = 300): Promise<void> {
  const all = Array.from({ length: requests }, async (_, request) => {
    const line = async (step: Mark['step']) => {
      await immediate()
      log({ request, step })
    }
    const run = (name: Mark['step'], fn: () => Promise<unknown>) =>
      withAudit({ trace: { ...traceOf(request, name), parentId: idOf(request, name) } }, fn)
    await line('outside')
    await withAudit(contextOf(request), async () => {
      await line('request')
      await run('run', async () => {
        await line('run')
        await run('inner', () => line('inner'))
        await Promise.all([
          run('left', () => line('left')),
          withAudit({ actor: { id: 'robot', type: 'agent', onBehalfOf: request } }, () =>
            run('right', () => line('right')),
          ),
        ])
      })
      await line('after')
    })
  })
  await Promise.all(all)
}

/** Every line of {@link traffic}, in no order. */
export function expectedMarks(requests = 300): Mark[] {
  return Array.from({ length: requests }, (_, request) =>
    steps.map((step) => ({ request, step })),
  ).flat()
}

/** What a line of {@link traffic} has to carry. */
export function expectedFields({ request, step }: Mark): LogFields {
  if (step === 'outside') return {}
  const own = { tenant_id: `tenant ${request % 3}`, request_id: `request ${request}` }
  const user = { actor_id: String(request), actor_type: 'user', ...own }
  if (step === 'request' || step === 'after') return user
  const { traceId, action, entity, entityId } = traceOf(request, step)
  const ids = { trace_id: traceId, parent_id: idOf(request, step) }
  const fields = { ...ids, action, entity, entity_id: entityId, ...user }
  if (step !== 'right') return fields
  return { ...fields, actor_id: 'robot', actor_type: 'agent', on_behalf_of: String(request) }
}

function contextOf(request: number) {
  return {
    actor: { id: request },
    tenant: `tenant ${request % 3}`,
    request: { id: `request ${request}` },
  }
}

/** A request's runs share the trace of the outermost one. */
function traceOf(request: number, step: Mark['step']) {
  return { traceId: idOf(request, 'run'), action: step, entity: 'Note', entityId: String(request) }
}

function idOf(request: number, step: Mark['step']): string {
  return `${steps.indexOf(step)}${request.toString(16).padStart(31, '0')}`
}
