import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/setup/global.ts',
    reporters: ['default', 'test/setup/summary-reporter.ts'],
    // A test waits for its database half of the time, so that two files at once keep two cores busy.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // Suites on real databases, several files at once on few cores.
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
})
