import { fileURLToPath } from 'node:url'

export default {
  // An application writes: serverExternalPackages: ['prisma-extension-audit']
  // The example bundles the sources of the package instead, which lie above it.
  turbopack: { root: fileURLToPath(new URL('../../..', import.meta.url)) },
  distDir: process.env.EXAMPLE_OUTPUT,
}
