import { defineConfig } from '@playwright/test'

/**
 * One runner for everything; one project per folder, so that a kind of test can be run alone (`npx playwright test --project=unit`).
 * Only `pages` and `e2e` launch a browser. The full matrix (`npm run test:full`) sets TEST_FULL=1.
 */
const full = process.env.TEST_FULL === '1'

export default defineConfig({
  testDir: 'tests',
  outputDir: 'test-results',
  globalSetup: './tests/support/run-directory.ts',
  forbidOnly: Boolean(process.env.CI),
  fullyParallel: true,
  // Most of the time a test of a browser waits for it: three at a time keep two cores busy.
  workers: 3,
  retries: 0,
  timeout: 60_000,
  reporter: [['list'], ['./tests/support/closing-line.ts']],
  projects: [
    { name: 'unit', testDir: 'tests/unit' },
    { name: 'db', testDir: 'tests/db' },
    { name: 'http', testDir: 'tests/http' },
    { name: 'sim', testDir: 'tests/sim', testMatch: '**/*.spec.ts' },
    { name: 'pages', testDir: 'tests/pages' },
    ...(process.env.BENCH ? [{ name: 'bench', testDir: 'tests/bench', testMatch: '**/*.bench.ts' }] : []),
    { name: 'e2e', testDir: 'tests/e2e', timeout: full ? 600_000 : 180_000 },
  ],
})
