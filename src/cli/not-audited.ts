import type { AuditOptions, Settings } from '../options.ts'

/** A model whose changes are not recorded, by the user's own choice. */
export interface NotAudited {
  readonly model: string
  /** What says so. */
  readonly reason: 'exclude' | 'include' | '@audit.exclude' | '@@ignore'
}

/** The models that are not audited; views and the models of this package are no matter. */
export function notAuditedOf(settings: Settings, options: AuditOptions): NotAudited[] {
  const { schema, models, auditModel, executionLogModel, tagModel } = settings
  const ours = [auditModel, executionLogModel, tagModel]
  const others = [...schema.models.values()].filter(
    (model) => !models.has(model.name) && !model.isView && !ours.includes(model),
  )
  const reasonOf = (name: string): NotAudited['reason'] => {
    if (options.exclude?.includes(name)) return 'exclude'
    return options.include ? 'include' : '@audit.exclude'
  }
  return [
    ...others.map(({ name }) => ({ model: name, reason: reasonOf(name) })),
    ...[...schema.ignoredModels.keys()].map((name) => ({
      model: name,
      reason: '@@ignore' as const,
    })),
  ]
}
