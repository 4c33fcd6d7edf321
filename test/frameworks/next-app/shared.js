/**
 * What the test and the routes share: the server runs in the process of the test. `next build` also
 * evaluates the routes, in a process without one.
 */
export const shared = () => globalThis.nextTest

export const options = {
  actor: (request) => shared().options.actor(request),
  tenant: (request) => shared().options.tenant?.(request),
  trustProxy: 'loopback',
  remoteAddress: () => '127.0.0.1',
}
