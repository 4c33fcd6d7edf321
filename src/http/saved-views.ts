import { z } from 'zod'
import type { Actor } from '../context.ts'
import type { AuditScope } from '../query/scope.ts'
import { namedSchemas } from './answers.ts'
import type { Call } from './call.ts'
import type { SavedViewJson } from './page-answers.ts'
import { text } from './parameters.ts'
import { problem } from './problem.ts'

/** Who asks for its views. */
export interface ViewsCaller {
  /** `null` where the scope does not say who looks. */
  readonly viewer: Actor | null
  readonly scope: AuditScope
  readonly request: Request
}

/** Where the application keeps what viewers of the page saved, each with its name. */
export interface SavedViews {
  /** Those that the caller may see; of more than 100, the first are shown. */
  list(caller: ViewsCaller): Promise<readonly SavedViewJson[]> | readonly SavedViewJson[]
  /** Takes the place of the one with the same name. */
  save(caller: ViewsCaller, view: SavedViewJson): Promise<unknown> | unknown
  /** Of a name that there is not, it does nothing. */
  remove(caller: ViewsCaller, name: string): Promise<unknown> | unknown
}

/** More are not shown. */
const mostViews = 100

const name = text.min(1).max(100)

export const viewName = z.strictObject({ name })
export const savedView = z.strictObject({ name, query: text.max(4000) })

export const viewsSchema = z
  .object({ views: z.array(z.object({ name: z.string(), query: z.string() })) })
  .register(namedSchemas, { id: 'Views', description: 'What the viewer saved, under its names' })

/** What an application's hook answered, and nothing beside. */
const listed = z.array(z.object({ name: z.string(), query: z.string() }))

/**
 * Has the application do something with the views; `null` where it keeps none. What it throws is its own, and
 * not for the caller.
 */
export async function withViews<T extends object>(
  { service, scope, request }: Call<unknown>,
  ask: (views: SavedViews, caller: ViewsCaller) => Promise<T>,
): Promise<T | Response | null> {
  if (!service.views) return null
  try {
    return await ask(service.views, { viewer: scope.viewer ?? null, scope, request })
  } catch (error) {
    service.tell(error, request)
    return problem('INTERNAL')
  }
}

export async function viewsJson(
  views: SavedViews,
  caller: ViewsCaller,
): Promise<{ readonly views: readonly SavedViewJson[] }> {
  return { views: listed.parse(await views.list(caller)).slice(0, mostViews) }
}
