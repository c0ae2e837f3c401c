/** `npm run install-browser`: nothing to do where a browser is, and a clear word where one is named wrongly. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@playwright/test'

const script = fileURLToPath(new URL('../../scripts/install-chromium.mjs', import.meta.url))
const run = (env: Record<string, string>) => spawnSync(process.execPath, [script], { encoding: 'utf8', env: { ...process.env, ...env } })

interface Step {
  what: string
  commands: string[][]
  onlyAfterDownload?: boolean
}
interface Script {
  steps(how: { may: 'root' | 'sudo' | 'no'; manager: string | null }): Step[]
  advice(how: { manager: string | null }): string
}

test('does nothing but name the browser where there is one', () => {
  const { status, stdout, stderr } = run({})
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  expect(stdout).toMatch(/^browser: \/.* \(\d+\.[\d.]+, (?:CHROMIUM_PATH|playwright|system)\)\n$/)
})

test('installs nothing beside a browser that is named wrongly', () => {
  const { status, stderr } = run({ CHROMIUM_PATH: '/nowhere/chrome' })
  expect(status).toBe(1)
  expect(stderr).toContain('CHROMIUM_PATH is "/nowhere/chrome"')
})

test('takes the distribution where a download does not do, as root, by sudo, or leaves it to a person', async () => {
  const { steps, advice } = (await import(script)) as Script
  expect(steps({ may: 'root', manager: 'apt-get' }).map(step => step.what)).toEqual([
    "Playwright's Chromium",
    'the libraries that it needs',
    "the distribution's Chromium (apt-get)",
  ])
  expect(steps({ may: 'sudo', manager: 'dnf' }).at(-1)?.commands).toEqual([['sudo', '-n', 'dnf', 'install', '-y', 'chromium']])
  expect(steps({ may: 'no', manager: 'apk' })).toHaveLength(1)
  expect(advice({ manager: 'apt-get' })).toContain('sudo apt-get update')
  expect(advice({ manager: null })).toContain('CHROMIUM_PATH=')
})
