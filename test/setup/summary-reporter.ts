import type { Reporter, TestModule, TestRunEndReason } from 'vitest/node'

/**
 * Ends the output of a run with one line, `N passed, N failed`, and `, N skipped` where tests were
 * skipped. Whatever fails without being a test counts as one failure: a file that cannot be loaded,
 * a suite's hook, an unhandled error.
 */
export default class SummaryReporter implements Reporter {
  #summary = '0 passed, 1 failed'

  onInit(): void {
    // At the very end, since what closes after the tests may still print.
    process.once('exit', () => console.log(this.#summary))
  }

  onTestRunEnd(
    modules: readonly TestModule[],
    unhandledErrors: readonly unknown[],
    reason: TestRunEndReason,
  ): void {
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0 }
    for (const module of modules) {
      counts.failed += module.errors().length
      for (const suite of module.children.allSuites()) counts.failed += suite.errors().length
      for (const test of module.children.allTests()) {
        const { state } = test.result()
        // What never ran, because something above it failed, did not pass.
        counts[state === 'pending' ? 'skipped' : state]++
      }
    }
    if (reason === 'failed' && counts.failed === 0) counts.failed = 1
    const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : ''
    this.#summary = `${counts.passed} passed, ${counts.failed} failed${skipped}`
  }
}
