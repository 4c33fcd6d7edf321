import { configDefaults, defineConfig } from 'vitest/config'

/**
 * These look at who waits for whom, at what is killed meanwhile, or at how much a process does: alone. Next
 * puts a `fetch` of its own in place of the process's.
 */
const alone = [
  'test/bench/**/*.test.ts',
  'test/capture/contention*.test.ts',
  'test/capture/faults-{connection,killed}.test.ts',
  'test/capture/several-clients.test.ts',
  'test/cli/terminal.test.ts',
  'test/database-engine/attribution.test.ts',
  'test/database-engine/listeners.test.ts',
  'test/database-engine/pooling.test.ts',
  'test/database-engine/prepared-statements.test.ts',
  'test/database-engine/replication.test.ts',
  'test/frameworks/next.test.ts',
  'test/logging/**/*.test.ts',
  'test/relations/contention.test.ts',
  'test/relations/cost.test.ts',
  'test/traces/**/*.test.ts',
]

// Suites on real databases, several files at once on few cores: what is late is not wrong.
const timeouts = { testTimeout: 60_000, hookTimeout: 60_000, expect: { poll: { timeout: 20_000 } } }

export default defineConfig({
  test: {
    globalSetup: 'test/setup/global.ts',
    reporters: ['default', 'test/setup/summary-reporter.ts'],
    projects: [
      {
        test: {
          ...timeouts,
          name: 'two at a time',
          include: ['test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...alone],
          maxWorkers: 2,
          // A process whose code is warm, with Prisma's compiler of queries, takes half the time of a new one.
          isolate: false,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...timeouts,
          name: 'one at a time',
          include: alone,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
