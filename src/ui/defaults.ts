/** Where the application shows an entity; `null` where it does not. */
export type EntityHref = (entity: string, entityId: string) => string | null

export interface Defaults {
  baseUrl: string
  entityHref: EntityHref | string | undefined
}

/** What elements go by that are not told otherwise by their attributes. */
export const defaults: Defaults = { baseUrl: servedFrom(import.meta.url), entityHref: undefined }

/** The handler serves its modules at `ui/`; from anywhere else they come with the application. */
function servedFrom(url: string): string {
  const { origin, pathname } = new URL(url)
  const folder = /^(.*)\/ui\/[^/]+\.js$/.exec(pathname)?.[1]
  return folder === undefined || folder.includes('/node_modules/') ? '/audit' : origin + folder
}
