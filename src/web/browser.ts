/** Which browser runs, and with which switches. Nothing here starts the account's own browser: that is session.ts. */
import { execFile } from 'node:child_process'
import { access, constants } from 'node:fs/promises'
import { isAbsolute } from 'node:path'
import { promisify } from 'node:util'
import { type BrowserContext, type BrowserContextOptions, chromium, type LaunchOptions } from 'playwright'
import type { Config } from '../config.ts'
import { BrowserError } from '../errors.ts'

const run = promisify(execFile)

/** A browser that was seen to start. `version` is dotted, as it names itself, e.g. `156.0.8078.79`. */
export interface FoundBrowser {
  path: string
  source: 'CHROMIUM_PATH' | 'playwright' | 'system'
  version: string
}

/** CSS px. Tall, because the page mounts what fits: fewer scroll steps for the same conversation (reference: measured). */
export const viewport = { width: 1280, height: 2000 } as const

const systemNames = ['google-chrome-stable', 'google-chrome', 'chromium', 'chromium-browser', 'chrome', 'microsoft-edge-stable']
const usualPlaces = [
  '/usr/bin/google-chrome-stable',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/opt/google/chrome/chrome',
  '/snap/bin/chromium',
  '/usr/lib/chromium/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/opt/homebrew/bin/chromium',
]

/**
 * The browser to run: `explicit` (CHROMIUM_PATH) and nothing else where it is given, then Playwright's own download, then Chrome or
 * Chromium of the system. Each is asked for its version, so that what is returned does start.
 * Throws BrowserError, which lists what was tried.
 */
export async function findChromium(explicit: string | null): Promise<FoundBrowser> {
  if (explicit !== null) {
    const version = await versionOf(explicit)
    if (typeof version === 'string') return { path: explicit, source: 'CHROMIUM_PATH', version }
    throw new BrowserError(
      `CHROMIUM_PATH is "${explicit}", which ${version.problem}. Give the path of a Chromium or Chrome program, or unset it to have one found.`,
    )
  }
  const tried: string[] = []
  const attempt = async (path: string, source: FoundBrowser['source']): Promise<FoundBrowser | null> => {
    const version = await versionOf(path)
    if (typeof version === 'string') return { path, source, version }
    tried.push(`${path} (${version.problem})`)
    return null
  }
  const own = await attempt(chromium.executablePath(), 'playwright')
  if (own) return own
  for (const path of new Set([...(await onPath(systemNames)), ...usualPlaces])) {
    const found = await attempt(path, 'system')
    if (found) return found
  }
  throw new BrowserError(
    `no Chromium or Chrome was found. Run \`npm run install-browser\`, or set CHROMIUM_PATH to a browser of your own. Tried: ${tried.join(', ')}.`,
  )
}

/** The version a program prints, or why it is not a browser that can be run. */
async function versionOf(path: string): Promise<string | { problem: string }> {
  if (path === '' || !isAbsolute(path)) return { problem: 'is not an absolute path' }
  try {
    await access(path, constants.X_OK)
  } catch (error) {
    return { problem: (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'does not exist' : 'cannot be executed' }
  }
  try {
    const { stdout } = await run(path, ['--version'], { timeout: 20_000 })
    return /\d+(?:\.\d+){3}/.exec(stdout)?.[0] ?? { problem: 'prints no version of Chromium or Chrome' }
  } catch {
    return { problem: 'does not start' }
  }
}

/** Absolute paths of those of `names` that the shell finds. */
async function onPath(names: string[]): Promise<string[]> {
  try {
    const { stdout } = await run('/bin/sh', ['-c', `for n in ${names.join(' ')}; do command -v "$n"; done; true`])
    return stdout.split('\n').filter(line => line.startsWith('/'))
  } catch {
    return []
  }
}

/**
 * Features of the browser that are off. Of several switches of this name only the last one counts, so those that Playwright turns off are among them
 * (tests/e2e/session.spec.ts holds them to its list). The others draw the suggestions below an address bar that nobody sees, in a process of
 * their own that is started with every window: half the processor time of a start (2.2 s with them, 1.0 s without, Chromium 156), and its memory.
 */
const featuresOff = [
  'AimEnabled',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsFirstBalancedModeAutoEnable',
  'HttpsUpgrades',
  'LensOverlay',
  'MediaRouter',
  'NetworkTimeServiceQuerying',
  'OptimizationHints',
  'PaintHolding',
  'PreconnectToSearch',
  'TcpPortRandomizationWin',
  'ThirdPartyStoragePartitioning',
  'msEdgeUpdateLaunchServicesPreferredVersion',
  'msForceBrowserSignIn',
  'WebUIOmniboxAimPopup',
  'WebUIOmniboxFullPopup',
  'WebUIOmniboxPopup',
]

/** Switches on top of Playwright's own: no lookups of the browser itself (reference: measured), no throttling behind other windows. */
const switches = [
  '--gaia-url=http://127.0.0.1:9/',
  '--component-updater=url-source=http://127.0.0.1:9/',
  '--disable-background-networking',
  '--disable-domain-reliability',
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
  '--deny-permission-prompts',
  '--no-first-run',
  '--no-default-browser-check',
  '--password-store=basic',
  `--disable-features=${featuresOff.join(',')}`,
]

/**
 * Options for `chromium.launch` and `launchPersistentContext`. Sandboxed, except as root, where Chromium refuses to be.
 * Signals are left to the program: it closes the browser itself, in order.
 */
export function launchOptions(config: Pick<Config, 'browser'>, found: FoundBrowser, headless = true): LaunchOptions {
  return {
    executablePath: found.path,
    headless,
    chromiumSandbox: process.getuid?.() !== 0,
    args: [...switches, `--user-agent=${userAgent(found.version)}`, `--lang=${config.browser.locale}`],
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    timeout: 60_000,
  }
}

/** Options of the context: what the page is told about place, language and screen. `forPerson`: the window's own size, so that nothing is cut off. */
export function contextOptions(config: Pick<Config, 'browser'>, forPerson = false): BrowserContextOptions {
  return {
    viewport: forPerson ? null : { ...viewport },
    locale: config.browser.locale,
    timezoneId: config.browser.timezone,
    reducedMotion: 'reduce',
    acceptDownloads: false,
  }
}

/**
 * The user agent of an ordinary Chrome of this version and platform. A headless browser calls itself `HeadlessChrome`,
 * which the page answers with "works with Google Chrome" (reference §2.1). Reduced as Chrome itself reduces it: major version only.
 */
export function userAgent(version: string, platform: NodeJS.Platform = process.platform): string {
  const system =
    platform === 'darwin' ? 'Macintosh; Intel Mac OS X 10_15_7' : platform === 'win32' ? 'Windows NT 10.0; Win64; x64' : 'X11; Linux x86_64'
  return `Mozilla/5.0 (${system}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${version.split('.')[0]}.0.0.0 Safari/537.36`
}

/** A throwaway browser without profile, account or network, for reading saved pages. `close()` ends the browser too. */
export async function launchThrowaway(config: Pick<Config, 'browser'>): Promise<{ context: BrowserContext; close(): Promise<void> }> {
  const found = await findChromium(config.browser.executablePath)
  try {
    const browser = await chromium.launch(launchOptions(config, found))
    const context = await browser.newContext({ ...contextOptions(config), offline: true })
    return { context, close: () => browser.close() }
  } catch (error) {
    throw launchFailure(found, error)
  }
}

/** What to tell a person when the browser that was found did not start. */
export function launchFailure(found: FoundBrowser, error: unknown): BrowserError {
  const text = error instanceof Error ? error.message : String(error)
  const hint = /sandbox|namespace/i.test(text)
    ? 'Its sandbox is not available to this user: allow user namespaces, or run in the image of this project.'
    : /missing X server|\$DISPLAY|ozone|cannot open display/i.test(text)
      ? 'There is no display for its window: use `--terminal`.'
      : 'Run `whatsapp-etl doctor`; `npm run install-browser` installs one that is known to work.'
  return new BrowserError(`${found.path} (${found.version}, from ${found.source}) did not start. ${hint} ${firstLine(text)}`, {
    cause: error,
  })
}

function firstLine(text: string): string {
  return (
    text
      .split('\n')
      .find(line => line.trim() !== '')
      ?.slice(0, 300) ?? ''
  )
}
