/**
 * The names of the elements where there is no browser: what is rendered on a server imports them, too, and the
 * browser has the elements.
 */
import type { Defaults } from './defaults.ts'

export class AuditActivity {}
export class AuditLog {}

export const defaults: Defaults = { baseUrl: '/audit', entityHref: undefined }

export function addMessages(): void {}
