/**
 * Makes sure that there is a browser: nothing to do where one is found, else Playwright's own download, else the distribution's package.
 * Every step is bounded in time; one that fails leads to the next. Run after `npm run build`.
 */
import { spawn, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { BrowserError } from '../dist/errors.js'
import { findChromium } from '../dist/web/browser.js'

const minute = 60_000
const playwright = fileURLToPath(new URL('../node_modules/playwright/cli.js', import.meta.url))

/** Packages by package manager, in the order in which managers are looked for. */
const managers = {
  'apt-get': [
    ['apt-get', 'update', '-q'],
    ['apt-get', 'install', '-y', '-q', '--no-install-recommends', 'chromium'],
  ],
  dnf: [['dnf', 'install', '-y', 'chromium']],
  apk: [['apk', 'add', '--no-cache', 'chromium']],
  zypper: [['zypper', '--non-interactive', 'install', 'chromium']],
  pacman: [['pacman', '-S', '--noconfirm', 'chromium']],
}

/**
 * What is tried, in order, and how long each command may take. `may`: 'root', 'sudo' (without a password) or 'no'; `manager`: the name of
 * the system's package manager, or null.
 */
export function steps({ may, manager }) {
  const asRoot = command => (may === 'sudo' ? ['sudo', '-n', ...command] : command)
  const list = [
    { what: "Playwright's Chromium", commands: [[process.execPath, playwright, 'install', '--no-shell', 'chromium']], ms: 3 * minute },
  ]
  if (may === 'no') return list
  list.push({
    what: 'the libraries that it needs',
    commands: [asRoot([process.execPath, playwright, 'install-deps', 'chromium'])],
    ms: 5 * minute,
    onlyAfterDownload: true,
  })
  if (manager) list.push({ what: `the distribution's Chromium (${manager})`, commands: managers[manager].map(asRoot), ms: 8 * minute })
  return list
}

/** What a person can do when nothing worked. */
export function advice({ manager }) {
  const command = manager ? managers[manager].map(one => `sudo ${one.join(' ')}`).join(' && ') : 'install Google Chrome or Chromium'
  return `No browser could be installed. Either
  - as an administrator: ${command}
  - or give the path of a Chromium or Chrome that you have: CHROMIUM_PATH=/path/to/chrome
and run this again.`
}

function mayInstall() {
  if (process.getuid?.() === 0) return 'root'
  return spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore', timeout: 10_000 }).status === 0 ? 'sudo' : 'no'
}

function packageManager() {
  return (
    Object.keys(managers).find(name => spawnSync(name, ['--version'], { stdio: 'ignore', timeout: 10_000 }).error === undefined) ?? null
  )
}

/** Runs one command with its output on stderr; true when it ended well and in time. */
function run([program, ...args], ms) {
  process.stderr.write(`  $ ${[program, ...args].join(' ')}\n`)
  return new Promise(resolve => {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: '15000' }
    // Its own process group, so that a download that hangs ends together with its children.
    const child = spawn(program, args, { stdio: ['ignore', 2, 2], env, detached: true })
    const timer = setTimeout(() => {
      process.stderr.write(`  took longer than ${ms / minute} min: given up\n`)
      process.kill(-child.pid, 'SIGKILL')
    }, ms)
    child.on('error', () => resolve(false))
    child.on('close', code => {
      clearTimeout(timer)
      resolve(code === 0)
    })
  })
}

async function found() {
  try {
    return await findChromium(process.env.CHROMIUM_PATH || null)
  } catch (error) {
    if (!(error instanceof BrowserError)) throw error
    return null
  }
}

function tell(browser) {
  process.stdout.write(`browser: ${browser.path} (${browser.version}, ${browser.source})\n`)
  return 0
}

async function main() {
  const present = await found()
  if (present) return tell(present)
  if (process.env.CHROMIUM_PATH) {
    process.stderr.write(
      `CHROMIUM_PATH is "${process.env.CHROMIUM_PATH}", where no browser runs. Correct it, or unset it to have one installed.\n`,
    )
    return 1
  }
  const how = { may: mayInstall(), manager: packageManager() }
  let downloaded = false
  for (const step of steps(how)) {
    if (step.onlyAfterDownload && !downloaded) continue
    process.stderr.write(`installing ${step.what}\n`)
    let ok = true
    for (const command of step.commands) ok = (await run(command, step.ms)) && ok
    if (ok) downloaded = true
    const browser = await found()
    if (browser) return tell(browser)
    process.stderr.write(`  ${ok ? 'done, but no browser runs yet' : 'that did not work'}\n`)
  }
  process.stderr.write(`${advice(how)}\n`)
  return 1
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await main()
