/** The account's browser: told apart states, closed notices, lost browsers, locks that were left behind. Pages are this test's own. */
import { mkdir, mkdtemp, readlink, rm, stat, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, expect, test } from '@playwright/test'
import { pino } from 'pino'
import { loadConfig } from '../../src/config.ts'
import { PageHung } from '../../src/errors.ts'
import { findChromium, launchOptions } from '../../src/web/browser.ts'
import { processTree } from '../../src/web/process-tree.ts'
import { openSession, type Session } from '../../src/web/session.ts'
import { openTestSession, readMarkedState } from '../support/open-session.ts'
import { type Served, serve } from '../support/serve.ts'

let served: Served
test.beforeEach(async () => {
  served = await serve('<!doctype html><html data-state="loading"><body>')
})
test.afterEach(() => served.close())

const becomes = (state: string, after: string, extra = '') =>
  `<!doctype html><html data-state="${state}"><body>${extra}<script>setTimeout(() => { ${after} }, 400)</script>`

test('the chat list, and nothing less, means that somebody is logged in', async () => {
  served.set(becomes('loading', "document.documentElement.dataset.state = 'ready'"))
  const { session, events, close } = await openTestSession(served.url)
  expect(session.status().status).toBe('starting')
  expect(await session.waitReady({ timeoutMs: 10_000 })).toBe('ready')
  expect(session.status()).toMatchObject({ status: 'logged_in', reason: null })
  expect(events.map(event => event.type)).toEqual(['session.connected'])
  await close()
})

test('a code that is really drawn means that pairing is needed; a page without one that it is not known yet', async () => {
  served.set(becomes('qr', "document.documentElement.dataset.ref = '2@abc,def'"))
  const { session, events, close } = await openTestSession(served.url)
  await session.look()
  expect(session.qr()).toBeNull()
  await expect(session.waitReady({ timeoutMs: 10_000 })).rejects.toMatchObject({ code: 'login_required' })
  expect(session.qr()).toBe('2@abc,def')
  expect(session.status().status).toBe('pairing')
  expect(events).toEqual([{ type: 'session.qr', data: {} }])
  await close()
})

test('a page that loads for too long ends the wait by name, and is no login problem', async () => {
  const { session, close } = await openTestSession(served.url)
  await expect(session.waitReady({ timeoutMs: 1500 })).rejects.toMatchObject({
    code: 'retryable',
    message: expect.stringContaining('state: loading'),
  })
  await close()
})

for (const [state, code, status] of [
  ['other_window', 'person_needed', 'disconnected'],
  ['blocked', 'person_needed', 'disconnected'],
  ['offline', 'retryable', 'disconnected'],
  ['logged_out', 'login_required', 'expired'],
  ['unsupported', 'person_needed', 'disconnected'],
] as const) {
  test(`a page in the state ${state} ends the wait as ${code}`, async () => {
    served.set(`<!doctype html><html data-state="${state}"><body>`)
    const { session, events, close } = await openTestSession(served.url)
    await expect(session.waitReady({ timeoutMs: 1500 })).rejects.toMatchObject({ code })
    expect(session.status()).toMatchObject({ status, reason: state })
    expect(events).toEqual([{ type: `session.${status}`, data: { reason: state } }])
    await close()
  })
}

test('a session that ends while it is used is told as expired, and as connected again after pairing', async () => {
  served.set('<!doctype html><html data-state="ready"><body>')
  const { session, events, close } = await openTestSession(served.url)
  await session.waitReady()
  await session.page.evaluate(() => Object.assign(document.documentElement.dataset, { state: 'qr', ref: '2@x,y' }))
  await session.look()
  await session.page.evaluate(() => Object.assign(document.documentElement.dataset, { state: 'ready' }))
  await session.look()
  expect(events.map(event => event.type)).toEqual(['session.connected', 'session.expired', 'session.qr', 'session.connected'])
  await close()
})

const dialog = (buttons: string, inside = '') =>
  `<div data-animate-modal-backdrop="true"><div role="dialog"><div data-animate-modal-popup="true"><div data-animate-modal-body="true"><h1>New</h1>${inside}${buttons}</div></div></div></div>
   <script>addEventListener('click', event => { const pressed = event.target.closest('button'); if (!pressed) return; document.documentElement.dataset.pressed = pressed.textContent; document.querySelector('[data-animate-modal-backdrop]').remove(); document.documentElement.dataset.state = 'ready' })</script>`

for (const [buttons, pressed] of [
  ['<button>Continue</button>', 'Continue'],
  ['<button>Turn on</button><button>Not now</button>', 'Not now'],
  ['<button>Ativar</button><button>Agora não</button>', 'Agora não'],
] as const) {
  test(`a notice with ${buttons} is closed by "${pressed}"`, async () => {
    served.set(`<!doctype html><html data-state="dialog"><body>${dialog(buttons)}`)
    const { session, close } = await openTestSession(served.url)
    expect(await session.waitReady({ timeoutMs: 10_000 })).toBe('ready')
    expect(await session.page.evaluate(() => document.documentElement.dataset.pressed)).toBe(pressed)
    expect(session.guard.counters).toMatchObject({ clicks: { 'dialog-close': 1 }, refused: 0 })
    await close()
  })
}

for (const [name, markup] of [
  ['"Use here"', dialog('<button>Close</button><button>Use here</button>')],
  ['"Log out"', dialog('<button>Log out</button><button>OK</button>')],
  ['a button nobody knows', dialog('<button>Agree and go on</button>')],
  ['a field to fill in', dialog('<button>OK</button>', '<input>')],
  [
    'the group description panel',
    '<div role="dialog" data-testid="conversation-subheader" style="height:50px"><button>Close</button></div>',
  ],
] as const) {
  test(`a dialog with ${name} is left alone`, async () => {
    served.set(`<!doctype html><html data-state="dialog"><body>${markup}`)
    const { session, close } = await openTestSession(served.url)
    await expect(session.waitReady({ timeoutMs: 1000 })).rejects.toMatchObject({ code: 'person_needed' })
    expect(session.guard.counters.clicks['dialog-close']).toBe(0)
    expect(await session.page.evaluate(() => document.documentElement.dataset.pressed ?? null)).toBeNull()
    await close()
  })
}

test('a crash of the page ends what waits for it, and is told once', async () => {
  const { session, events, close } = await openTestSession(served.url)
  const waiting = expect(session.waitReady()).rejects.toMatchObject({ code: 'retryable', message: expect.stringContaining('crashed') })
  await session.look()
  await session.page.goto('chrome://crash').catch(() => undefined)
  await waiting
  expect(session.signal.aborted).toBe(true)
  expect(events).toEqual([{ type: 'session.disconnected', data: { reason: 'the page crashed' } }])
  await close()
})

for (const [how, freeze] of [
  [
    'is in an endless loop',
    ({ page }) =>
      page.evaluate(
        () =>
          void setTimeout(() => {
            for (;;);
          }),
      ),
  ],
  [
    'is stopped from outside',
    async ({ pid }) => {
      for (const one of await processTree(pid as number)) if (one.command.includes('--type=renderer')) process.kill(one.pid, 'SIGSTOP')
    },
  ],
] satisfies [string, (session: Session) => Promise<void>][]) {
  test(`a page that ${how} ends the wait as a passing fault; its browser is killed within seconds and gives the profile free`, async () => {
    const { session, events, profileDir, close } = await openTestSession(served.url, { patienceMs: 1000 })
    await session.look()
    await freeze(session)
    await expect(session.waitReady()).rejects.toMatchObject({ code: 'retryable', message: expect.stringContaining('does not answer') })
    expect(session.signal.reason).toBeInstanceOf(PageHung)
    expect(events).toEqual([{ type: 'session.disconnected', data: { reason: 'the page hangs' } }])
    const started = performance.now()
    await session.close()
    expect(performance.now() - started).toBeLessThan(8000)
    expect(await processTree(session.pid as number)).toEqual([])
    const next = await openTestSession(served.url, { profileDir })
    expect((await next.session.look()).state).toBe('loading')
    await next.close()
    await close()
  })
}

test('a page that hangs while nobody asks it anything is noticed by the watch', async () => {
  const { session, close } = await openTestSession(served.url, { patienceMs: 1000 })
  const gone = new Promise(resolve => session.signal.addEventListener('abort', () => resolve(session.signal.reason)))
  await session.page.evaluate(
    () =>
      void setTimeout(() => {
        for (;;);
      }),
  )
  expect(await gone).toBeInstanceOf(PageHung)
  await close()
})

test('a browser process that is killed ends what waits for it, and nothing of it stays', async () => {
  const { session, profileDir, close } = await openTestSession(served.url)
  const waiting = expect(session.waitReady()).rejects.toMatchObject({ code: 'retryable' })
  await session.look()
  const pid = Number((await readlink(join(profileDir, 'SingletonLock'))).split('-').at(-1))
  process.kill(pid, 'SIGKILL')
  await waiting
  expect(session.status().status).toBe('disconnected')
  await close()
  expect(() => process.kill(pid, 0)).toThrow()
})

test('closing writes out what the page stored, ends the process and keeps the profile private', async () => {
  const profileDir = join(await mkdtemp(join(tmpdir(), 'profile-')), 'new')
  const first = await openTestSession(served.url, { profileDir })
  const pid = Number((await readlink(join(profileDir, 'SingletonLock'))).split('-').at(-1))
  await first.session.page.evaluate(() => localStorage.setItem('kept', 'yes'))
  await first.close()
  expect(() => process.kill(pid, 0)).toThrow()
  expect((await stat(profileDir)).mode & 0o777).toBe(0o700)
  const second = await openTestSession(served.url, { profileDir })
  expect(await second.session.page.evaluate(() => localStorage.getItem('kept'))).toBe('yes')
  await second.close()
  await rm(profileDir, { recursive: true, force: true })
})

test('a profile is open once: the second session is refused by name, and the first goes on', async () => {
  const first = await openTestSession(served.url)
  await expect(openTestSession(served.url, { profileDir: first.profileDir })).rejects.toMatchObject({
    code: 'locked',
    message: expect.stringContaining(String(process.pid)),
  })
  expect((await first.session.look()).state).toBe('loading')
  await first.close()
})

test('the lock of a browser on another host, or of a process that is gone, does not keep the profile closed', async () => {
  for (const holder of ['a-container-that-is-gone-17', `${(await import('node:os')).hostname()}-4194303`]) {
    const profileDir = join(await mkdtemp(join(tmpdir(), 'profile-')), 'p')
    await mkdir(profileDir, { mode: 0o700 })
    await symlink(holder, join(profileDir, 'SingletonLock'))
    const { session, close } = await openTestSession(served.url, { profileDir })
    expect((await session.look()).state).toBe('loading')
    await close()
    await rm(profileDir, { recursive: true, force: true })
  }
})

test('an address that does not answer is a passing fault, and gives the profile free', async () => {
  let held = 0
  const root = await mkdtemp(join(tmpdir(), 'session-'))
  const opening = openSession({
    config: loadConfig({ ...process.env, DATA_DIR: root, WHATSAPP_WEB_URL: 'http://127.0.0.1:9/' }),
    log: pino({ level: 'silent' }),
    readState: readMarkedState,
    onEvent: () => {},
    headless: true,
    lock: async () => {
      held++
      return { release: async () => void held-- }
    },
  })
  await expect(opening).rejects.toMatchObject({ code: 'retryable' })
  expect(held).toBe(0)
  await rm(root, { recursive: true, force: true })
})

test('the page is told place, language and an ordinary browser; permissions, downloads and further windows are refused', async () => {
  const { session, close } = await openTestSession(served.url)
  const told = await session.page.evaluate(async () => ({
    userAgent: navigator.userAgent,
    zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    language: navigator.language,
    notifications: Notification.permission,
    microphone: (await navigator.permissions.query({ name: 'microphone' as PermissionName })).state,
    height: innerHeight,
  }))
  expect(told).toEqual({
    userAgent: expect.stringMatching(/\(KHTML, like Gecko\) Chrome\/\d+\.0\.0\.0 Safari/),
    zone: 'America/Sao_Paulo',
    language: 'en-GB',
    notifications: 'denied',
    microphone: 'denied',
    height: 2000,
  })
  const opened = session.page.context().waitForEvent('page')
  await session.page.evaluate(() => void window.open('about:blank'))
  const other = await opened
  if (!other.isClosed()) await other.waitForEvent('close')
  expect(session.page.context().pages()).toEqual([session.page])
  await close()
})

test('features that Playwright turns off are off in the browser that is started, for only the last switch of their name counts', async () => {
  const server = await chromium.launchServer(launchOptions(loadConfig({}), await findChromium(process.env.CHROMIUM_PATH ?? null)))
  const named = '--disable-features='
  const [theirs = [], ours = [], ...more] = server
    .process()
    .spawnargs.filter(arg => arg.startsWith(named))
    .map(arg => arg.slice(named.length).split(','))
  await server.close()
  expect(more).toEqual([])
  expect(ours).toEqual(expect.arrayContaining(theirs))
  expect(ours).toContain('WebUIOmniboxPopup')
})
