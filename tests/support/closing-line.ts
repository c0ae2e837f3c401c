import type { FullResult, Reporter, TestCase, TestResult } from '@playwright/test/reporter'

/** Prints `N passed, N failed, N skipped` alone on the last line, for whoever reads a log by machine. */
export default class ClosingLine implements Reporter {
  readonly #outcomes = new Map<string, TestCase>()

  onTestEnd(test: TestCase, _result: TestResult): void {
    this.#outcomes.set(test.id, test)
  }

  onEnd(_result: FullResult): void {
    const count = { passed: 0, failed: 0, skipped: 0 }
    for (const test of this.#outcomes.values()) {
      const outcome = test.outcome()
      if (outcome === 'skipped') count.skipped++
      else if (outcome === 'unexpected') count.failed++
      else count.passed++
    }
    process.on('exit', () => console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`))
  }
}
