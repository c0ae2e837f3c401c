/** Playwright's own `page`, `context` and `browser` fixtures, on the browser that the program itself would find. */
import { test as base } from '@playwright/test'
import { findChromium } from '../../src/web/browser.ts'

/** Path of the browser under test: CHROMIUM_PATH, Playwright's own, or the system's. */
export async function chromiumPath(): Promise<string> {
  return (await findChromium(process.env.CHROMIUM_PATH ?? null)).path
}

/** `test` of @playwright/test whose browser fixtures run that browser; for specs that look at pages without a session. */
export const test = base.extend<object, object>({
  launchOptions: [
    async ({}, use) => {
      await use({ executablePath: await chromiumPath(), chromiumSandbox: process.getuid?.() !== 0 })
    },
    { scope: 'worker' },
  ],
})

export { expect } from '@playwright/test'
