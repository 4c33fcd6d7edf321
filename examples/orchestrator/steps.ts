/**
 * What an execution does to a resource, step by step: an example only tells of it.
 */
import type { ExecutionAction, Resource, Template } from './generated/client.ts'

/** One step, as the log tells of it. */
export interface Work {
  readonly message: string
  readonly fields: object
  /** Why the execution fails here. */
  readonly refused?: string
}

export function workOf(
  action: ExecutionAction,
  resource: Resource & { readonly template: Template },
): Work[] {
  return [...parametersOf(action, resource), ...wordsOf(action, resource)]
}

/** Each parameter of the template has to have a value. */
function parametersOf(
  action: ExecutionAction,
  { config, template }: Resource & { readonly template: Template },
): Work[] {
  return Object.keys(Object(template.parameters)).map((name) => {
    const value: unknown = Object(config)[name]
    if (value !== undefined) {
      return { message: `${name} is set`, fields: { parameter: name, value } }
    }
    return {
      message: `config.${name} is missing`,
      fields: { parameter: name },
      refused: `\`config.${name}\` is missing to ${action} it.`,
    }
  })
}

function wordsOf(action: ExecutionAction, { name, kind, config }: Resource): Work[] {
  const step = (message: string, fields: object = {}) => ({ message, fields })
  if (kind === 'database') {
    const { storageGb = 20 } = Object(config)
    return {
      deploy: [step('Volume is attached', { storageGb }), step('Migrations are up to date')],
      restart: [step('Connections are drained'), step('Checkpoint is written')],
      destroy: [
        step('Last backup is kept', { days: 30 }),
        step('Volume is released', { storageGb }),
      ],
    }[action]
  }
  const replicas = Math.max(1, Math.min(Number(Object(config).replicas) || 1, 6))
  const each = (words: string) =>
    Array.from({ length: replicas }, (_, i) =>
      step(`${name}-${i + 1} ${words}`, { replica: i + 1, replicas }),
    )
  return {
    deploy: [step('Image is pulled', { image: `registry.example/${name}` }), ...each('is healthy')],
    restart: each('is restarted'),
    destroy: [step('Traffic is drained'), ...each('is stopped')],
  }[action]
}
