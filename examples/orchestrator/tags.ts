/**
 * Whose a resource is and where it runs, by its name: what its entries in the trail are found by as well.
 */
export function tagsOf(name: string): { readonly namespace: string; readonly env: string } {
  return {
    namespace: namespaceOf(name),
    env: /^(legacy|media|preview)/.test(name) ? 'staging' : 'production',
  }
}

function namespaceOf(name: string): string {
  if (/^(orders|checkout)/.test(name)) return 'shop'
  return /^invoicing/.test(name) ? 'billing' : 'platform'
}
