/**
 * What users of the page have saved, as long as the process runs; an application has a table for it.
 */
// An application writes: import type { SavedViews } from 'prisma-extension-audit/http'
import type { SavedViews } from '../../src/http/index.ts'

export function savedViews(): SavedViews {
  const views = new Map<string, Map<string, string>>()
  const of = ({ viewer }: Parameters<SavedViews['list']>[0]) => {
    const key = `${viewer?.type} ${viewer?.id}`
    const own = views.get(key) ?? new Map<string, string>()
    views.set(key, own)
    return own
  }
  return {
    list: (caller) => [...of(caller)].map(([name, query]) => ({ name, query })),
    save: (caller, { name, query }) => of(caller).set(name, query),
    remove: (caller, name) => of(caller).delete(name),
  }
}
