/** Without types, since those of the elements would bring their library's into the package. */
export const loadActivity = () => import('./activity-element.ts')
export const loadAll = () => import('./elements.ts')
