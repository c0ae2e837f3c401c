/** `doctor`: one line for each thing the job needs, and what to do where it is missing. Changes nothing. */
import { readFileSync } from 'node:fs'
import { apiKeyPath } from '../api-key.ts'
import { type Config, configWarnings, loadConfig } from '../config.ts'
import { asEtlError, ConfigError, exitStatuses } from '../errors.ts'
import { findChromium } from '../web/browser.ts'
import { loadSelectorSets } from '../web/selectors.ts'
import { type Check, fail, ok, warn } from './checks/check.ts'
import { checkDatabase } from './checks/database.ts'
import { checkDirectory, checkNode, checkReachable } from './checks/host.ts'
import { checkProfile } from './checks/profile.ts'
import { checkMode, checkWorkTree } from './checks/seclusion.ts'
import type { Io } from './io.ts'
import { within } from './within.ts'

/** The longest that one check may take, milliseconds. */
const patienceMs = 30_000

/** Prints the checks as they come; exit 1 if any failed. */
export async function doctor(options: { json?: boolean }, io: Io): Promise<number> {
  const found: Check[] = []
  for (const [name, check] of checksFor(io.env)) {
    const checks = await within(patienceMs, check()).catch((error: unknown) => [
      fail(name, asEtlError(error).message, 'See the message; LOG_LEVEL=debug tells more.'),
    ])
    found.push(...checks)
    if (!options.json) for (const each of checks) io.stdout.write(line(each))
    if (io.signal.aborted) break
  }
  if (options.json) io.stdout.write(`${JSON.stringify(found, null, 2)}\n`)
  return found.some(({ status }) => status === 'fail') ? exitStatuses.failed : exitStatuses.complete
}

type Named = [name: string, check: () => Promise<Check[]>]

/** Settings come first: without them there is nothing to look at. */
function checksFor(env: Io['env']): Named[] {
  const node: Named = ['node', async () => [checkNode(process.versions.node, neededNode())]]
  let config: Config
  try {
    config = loadConfig(env)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    const action = 'Correct it in the environment or in .env; .env.example lists every setting.'
    return [node, ['settings', async () => error.problems.map(problem => fail('settings', problem, action))]]
  }
  const { browser, dataDir, attachmentsDir, selectors } = config
  return [
    node,
    ['settings', async () => checkSettings(env)],
    ['browser', () => checkBrowser(browser.executablePath)],
    ['DATA_DIR', () => checkStore('DATA_DIR', dataDir, 'all that is kept')],
    ['ATTACHMENTS_DIR', () => checkStore('ATTACHMENTS_DIR', attachmentsDir, 'pictures out of the chats')],
    ['api-key', () => checkMode('api-key', apiKeyPath(dataDir), 'the key to everything that the worker answers')],
    ['database', async () => [await checkDatabase(config)]],
    ['profile', () => checkProfile(browser.profileDir)],
    ['selector sets', async () => checkSelectors(selectors)],
    ['web client', async () => [await checkReachable(browser.url)]],
  ]
}

async function checkStore(name: 'DATA_DIR' | 'ATTACHMENTS_DIR', dir: string, holds: string): Promise<Check[]> {
  return [await checkDirectory(name, dir), ...(await checkMode(name, dir, holds)), ...(await checkWorkTree(name, dir, name))]
}

function checkSettings(env: Io['env']): Check[] {
  const warnings = configWarnings(env).map(text => warn('settings', text, 'Correct or remove it.'))
  return warnings.length > 0 ? warnings : [ok('settings', 'all understood')]
}

/** Reads the sets as a cycle would, with the settings' flags. */
function checkSelectors({ set, flags, dir }: Config['selectors']): Check[] {
  const action = 'Correct the file or the setting that is named; without SELECTORS_DIR the built-in sets are used.'
  try {
    const { sets, warnings } = loadSelectorSets({ extraDir: dir, pinned: set, flags })
    return [...warnings.map(text => warn('selector sets', text, action)), ok('selector sets', sets.map(({ id }) => id).join(', '))]
  } catch (error) {
    const problems = error instanceof ConfigError ? error.problems : [(error as Error).message]
    return problems.map(problem => fail('selector sets', problem, action))
  }
}

async function checkBrowser(explicit: string | null): Promise<Check[]> {
  try {
    const { path, version, source } = await findChromium(explicit)
    return [ok('browser', `Chromium ${version} at ${path} (${source})`)]
  } catch (error) {
    return [fail('browser', (error as Error).message, 'Install Chromium or Chrome, or set CHROMIUM_PATH.')]
  }
}

/** One line a check; what to do follows on the same line, so that a grep for FAIL tells everything. */
function line({ check, status, message, action }: Check): string {
  const word = { ok: 'ok  ', warn: 'warn', fail: 'FAIL' }[status]
  const todo = action === null ? '' : ` -> ${action}`
  return `${word}  ${check.padEnd(15)}  ${message.replace(/\s*\n\s*/g, '; ')}${todo}\n`
}

function neededNode(): string {
  const { engines } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { engines: { node: string } }
  return engines.node
}
