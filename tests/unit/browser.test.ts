/** Which browser is taken, and how it is started. */
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { contextOptions, findChromium, launchFailure, launchOptions, userAgent } from '../../src/web/browser.ts'

let dir: string
test.beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'browser-'))
})
test.afterEach(() => rm(dir, { recursive: true, force: true }))

async function program(name: string, text: string, mode = 0o755): Promise<string> {
  const path = join(dir, name)
  await writeFile(path, `#!/bin/sh\n${text}\n`)
  await chmod(path, mode)
  return path
}

test('a browser that is named is taken, with the version that it prints', async () => {
  const path = await program('chrome', 'echo "Google Chrome 151.0.7000.12 beta"')
  expect(await findChromium(path)).toEqual({ path, source: 'CHROMIUM_PATH', version: '151.0.7000.12' })
})

test('a named browser that cannot be used is refused with the reason, and no other is taken in its place', async () => {
  for (const [path, reason] of [
    [join(dir, 'nowhere'), 'does not exist'],
    [await program('plain', 'echo 1.2.3.4', 0o644), 'cannot be executed'],
    [await program('broken', 'exit 3'), 'does not start'],
    [await program('firefox', 'echo "Mozilla Firefox 140.0"'), 'prints no version'],
    ['chromium', 'is not an absolute path'],
  ] as const) {
    await expect(findChromium(path)).rejects.toMatchObject({
      code: 'browser',
      message: expect.stringContaining(`"${path}", which ${reason}`),
    })
  }
})

test('without a name one is found on this machine and does start', async () => {
  const found = await findChromium(null)
  expect(found.version).toMatch(/^\d+(\.\d+){3}$/)
  expect(['playwright', 'system']).toContain(found.source)
})

const config = { browser: { profileDir: '', url: '', executablePath: null, timezone: 'America/Sao_Paulo', locale: 'pt-BR' } }
const found = { path: '/opt/chrome', source: 'system', version: '156.0.8078.79' } as const

test('the user agent is that of an ordinary Chrome of the same version and system', () => {
  expect(userAgent('156.0.8078.79', 'linux')).toBe(
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36',
  )
  expect(userAgent('156.0.8078.79', 'darwin')).toContain('Macintosh; Intel Mac OS X 10_15_7')
})

test('the browser looks nothing up by itself, and is sandboxed unless root runs it', () => {
  const options = launchOptions(config, found)
  expect(options.args).toEqual(
    expect.arrayContaining([
      '--gaia-url=http://127.0.0.1:9/',
      '--component-updater=url-source=http://127.0.0.1:9/',
      '--deny-permission-prompts',
    ]),
  )
  expect(options.chromiumSandbox).toBe(process.getuid?.() !== 0)
  expect(options.headless).toBe(true)
})

test('the page is told the zone and language of the settings', () => {
  expect(contextOptions(config)).toMatchObject({ locale: 'pt-BR', timezoneId: 'America/Sao_Paulo', acceptDownloads: false })
})

test('a browser that does not start is explained by what it said', () => {
  expect(launchFailure(found, new Error('No usable sandbox!')).message).toContain('user namespaces')
  expect(launchFailure(found, new Error('Missing X server or $DISPLAY')).message).toContain('--terminal')
})
