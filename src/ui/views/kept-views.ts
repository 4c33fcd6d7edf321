import type { SavedViewJson } from '../../http/client.ts'
import { remember, remembered } from '../remembered.ts'

const limits = { views: 200, name: 100, query: 8_000 } as const

/** Those that this browser keeps. Anything may be there instead: what is no view is left out. */
export function keptViews(): SavedViewJson[] {
  try {
    const found: unknown = JSON.parse(remembered('views') ?? '[]')
    const views = Array.isArray(found) ? found.flatMap(viewOf) : []
    const isFirst = ({ name }: SavedViewJson, index: number) =>
      views.findIndex((other) => other.name === name) === index
    return views.filter(isFirst).slice(0, limits.views)
  } catch {
    return []
  }
}

/** Whether they are kept now: a browser may have no room, or not be allowed to. */
export function keepViews(views: readonly SavedViewJson[]): boolean {
  const text = JSON.stringify(views.slice(0, limits.views))
  remember('views', text)
  return views.length <= limits.views && remembered('views') === text
}

function viewOf(found: unknown): SavedViewJson[] {
  if (typeof found !== 'object' || found === null) return []
  const { name, query } = found as Readonly<Record<string, unknown>>
  if (typeof name !== 'string' || typeof query !== 'string') return []
  const isUsable = name.trim() !== '' && name.length <= limits.name && query.length <= limits.query
  return isUsable ? [{ name, query }] : []
}
