import { fileURLToPath } from 'node:url'

export default {
  // Of one run of the test.
  distDir: process.env.NEXT_TEST_OUTPUT,
  // The routes import the sources of the package.
  turbopack: { root: fileURLToPath(new URL('../../..', import.meta.url)) },
}
