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
  // End-to-end tests wait much of their time (for the page, a settled chat, a process that ends) and are three at a time; beside them a fourth
  // worker goes through the other projects, which compute. That keeps two cores busy for as long as both last.
  workers: 4,
  retries: 0,
  // Far more than any test needs: a machine that is busy elsewhere for a while is no defect of what is tested.
  timeout: 120_000,
  reporter: [['list'], ['./tests/support/closing-line.ts']],
  // The longest tests first: at the end of a run no worker is left with minutes of work while the others have none.
  projects: [
    { name: 'e2e', testDir: 'tests/e2e', workers: 3, timeout: full ? 900_000 : 420_000 },
    { name: 'pages', testDir: 'tests/pages' },
    { name: 'sim', testDir: 'tests/sim', testMatch: '**/*.spec.ts' },
    ...(process.env.BENCH ? [{ name: 'bench', testDir: 'tests/bench', testMatch: '**/*.bench.ts' }] : []),
    { name: 'http', testDir: 'tests/http' },
    { name: 'db', testDir: 'tests/db' },
    { name: 'unit', testDir: 'tests/unit' },
  ],
})
