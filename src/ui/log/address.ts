import type { Order } from '../events.ts'

/** What a link to the page reproduces. */
export interface Address {
  /** As it was written, whether it can be read or not. */
  readonly filter: string
  readonly order: Order
  readonly direction: 'asc' | 'desc'
  /** The id of the entry that is open. */
  readonly entry: string | null
  /** `null` where the viewer's own choice holds. */
  readonly zone: 'local' | 'utc' | null
}

export const noAddress: Address = {
  filter: '',
  order: 'time',
  direction: 'desc',
  entry: null,
  zone: null,
}

const orders: readonly string[] = ['time', 'entity', 'action', 'actor'] satisfies Order[]

/** Reads a query string; what it does not say, or says wrongly, is as it is at first. */
export function addressOf(search: string): Address {
  const query = new URLSearchParams(search)
  const order = query.get('order') ?? ''
  const zone = query.get('zone')
  return {
    filter: query.get('filter') ?? '',
    order: orders.includes(order) ? (order as Order) : noAddress.order,
    direction: query.get('direction') === 'asc' ? 'asc' : 'desc',
    entry: query.get('entry') || null,
    zone: zone === 'utc' || zone === 'local' ? zone : null,
  }
}

/** Writes a query string, with what else stands in another one: parameters of the application around. */
export function searchOf(address: Address, around = ''): string {
  const query = new URLSearchParams(around)
  for (const name of Object.keys(noAddress) as (keyof Address)[]) {
    const value = address[name]
    if (value === noAddress[name] || value === null) query.delete(name)
    else query.set(name, value)
  }
  const text = query.toString()
  return text === '' ? '' : `?${text}`
}
