import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/setup/global.ts',
    reporters: ['default', 'test/setup/summary-reporter.ts'],
    // Suites on real databases, several files at once on few cores.
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
})
