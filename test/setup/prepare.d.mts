import type { Provider } from '../database/capabilities.ts'

export const providers: readonly Provider[]
export function testSchema(provider: Provider): string
