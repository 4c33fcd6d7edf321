export function loadActivity(): Promise<unknown>
export function loadAll(): Promise<unknown>
