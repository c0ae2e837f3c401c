import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { test as base, expect } from '@playwright/test'
import { configWarnings, isLoopback, loadConfig } from '../../src/config.ts'
import { ConfigError } from '../../src/errors.ts'
import { settings } from '../../src/settings.ts'

const test = base.extend<{ dir: string }>({
  dir: async ({}, use) => {
    const dir = mkdtempSync(join(tmpdir(), 'config-'))
    await use(dir)
    rmSync(dir, { recursive: true })
  },
})

function problemsOf(env: Record<string, string>): string[] {
  try {
    loadConfig(env)
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
  return []
}

test('an empty environment gives the documented defaults, with absolute paths', () => {
  expect(loadConfig({})).toEqual({
    sync: { lookbackDays: 30, intervalMinutes: 10, unreadPolicy: 'open', deepReadMs: 86_400_000, between: 'live' },
    agent: { contact: null, threadName: null, keywords: [] },
    db: { url: null },
    dataDir: resolve('data'),
    attachmentsDir: resolve('data/attachments'),
    imageProcessing: false,
    browser: {
      profileDir: resolve('data/whatsapp_profile'),
      url: 'https://web.whatsapp.com/',
      executablePath: null,
      timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      locale: 'en-GB',
    },
    selectors: { set: 'auto', flags: {}, dir: null },
    witness: { indexedDb: true },
    recycle: { maxAgeMs: 86_400_000, maxBytes: 3_000_000_000 },
    pace: {
      scrollPauseMs: 400,
      chatPauseMs: 1500,
      downloadPauseMs: 1000,
      lateMs: 1200,
      readyTimeoutMs: 90_000,
      cycleBudgetMs: 1_800_000,
      cycleBudgetChats: 500,
      cycleBudgetScrolls: 10_000,
    },
    http: {
      host: '127.0.0.1',
      port: 8080,
      auth: 'key',
      apiKey: null,
      allowedHosts: [],
      corsOrigins: [],
      requestsPerMinute: 1200,
    },
    webhooks: { allowPrivate: false },
    outbox: { keepMs: 7_776_000_000 },
    log: { level: 'info' },
  })
})

const good: [env: Record<string, string>, path: string, value: unknown][] = [
  [{ EVENTS_RETENTION_DAYS: '0', WEBHOOKS_ALLOW_PRIVATE: 'true' }, 'outbox.keepMs', null],
  [{ WEBHOOKS_ALLOW_PRIVATE: 'true' }, 'webhooks.allowPrivate', true],
  [{ WHATSAPP_INDEXEDDB: 'false' }, 'witness.indexedDb', false],
  [{ WHATSAPP_SYNC_LOOKBACK_DAYS: '365' }, 'sync.lookbackDays', 365],
  [{ WHATSAPP_SYNC_INTERVAL_MINUTES: '45' }, 'sync.intervalMinutes', 45],
  [{ WHATSAPP_SYNC_INTERVAL_MINUTES: ' 90 ' }, 'sync.intervalMinutes', 90],
  [{ WHATSAPP_SYNC_INTERVAL_MINUTES: '1' }, 'sync.intervalMinutes', 1],
  [{ WHATSAPP_DEEP_READ_HOURS: '0' }, 'sync.deepReadMs', null],
  [{ WHATSAPP_BROWSER_MAX_HOURS: '2', WHATSAPP_BROWSER_MAX_MB: '0' }, 'recycle', { maxAgeMs: 7_200_000, maxBytes: null }],
  [{ HTTP_ALLOWED_HOSTS: 'Chats.example, nas.local' }, 'http.allowedHosts', ['chats.example', 'nas.local']],
  [{ API_CORS_ORIGINS: 'https://A.example:8443' }, 'http.corsOrigins', ['https://a.example:8443']],
  [{ API_REQUESTS_PER_MINUTE: '0' }, 'http.requestsPerMinute', null],
  [{ WHATSAPP_UNREAD_POLICY: 'skip' }, 'sync.unreadPolicy', 'skip'],
  [{ WHATSAPP_AGENT_CONTACT: '+49 (30) 123-456' }, 'agent.contact', '+49 (30) 123-456'],
  [{ WHATSAPP_AGENT_KEYWORDS: 'Kenny, Agente Zé ,,Kenny' }, 'agent.keywords', ['Kenny', 'Agente Zé']],
  [{ PG_URL: 'postgres://u:p%40ss@db:5433/x?sslmode=require' }, 'db.url', 'postgres://u:p%40ss@db:5433/x?sslmode=require'],
  [{ PG_URL: '' }, 'db.url', null],
  [{ DATA_DIR: '/data' }, 'attachmentsDir', '/data/attachments'],
  [{ DATA_DIR: '/data' }, 'browser.profileDir', '/data/whatsapp_profile'],
  [{ DATA_DIR: '/data', ATTACHMENTS_DIR: '/files' }, 'attachmentsDir', '/files'],
  [{ DATA_DIR: '/data', ATTACHMENTS_DIR: '$DATA_DIR/a' }, 'attachmentsDir', '/data/a'],
  [{ DATA_DIR: '/data', SELECTORS_DIR: '$DATA_DIR/sets' }, 'selectors.dir', '/data/sets'],
  [{ ATTACHMENTS_DIR: 'x/y' }, 'attachmentsDir', resolve('x/y')],
  [{ IMAGE_PROCESSING_ENABLED: 'TRUE' }, 'imageProcessing', true],
  [{ IMAGE_PROCESSING_ENABLED: '0' }, 'imageProcessing', false],
  [{ WHATSAPP_WEB_URL: 'http://127.0.0.1:4000/app' }, 'browser.url', 'http://127.0.0.1:4000/app'],
  [{ WHATSAPP_TIMEZONE: 'America/Sao_Paulo' }, 'browser.timezone', 'America/Sao_Paulo'],
  [{ WHATSAPP_LOCALE: 'pt-br' }, 'browser.locale', 'pt-BR'],
  [{ WHATSAPP_SELECTOR_FLAGS: 'time=1, reactions=off' }, 'selectors.flags', { time: '1', reactions: 'off' }],
  [{ SELECTORS_DIR: 'sets' }, 'selectors.dir', resolve('sets')],
  [{ HTTP_HOST: '0.0.0.0' }, 'http.host', '0.0.0.0'],
  [{ HTTP_HOST: '::1', API_AUTH: 'none' }, 'http.auth', 'none'],
  [{ HTTP_PORT: '0' }, 'http.port', 0],
  [{ LOG_LEVEL: 'silent' }, 'log.level', 'silent'],
  [{ WHATSAPP_SCROLL_PAUSE_MS: '0' }, 'pace.scrollPauseMs', 0],
  [{ WHATSAPP_READY_TIMEOUT_SECONDS: '5' }, 'pace.readyTimeoutMs', 5000],
]
for (const [env, path, value] of good) {
  test(`${JSON.stringify(env)} sets ${path}`, () => {
    expect(loadConfig(env)).toHaveProperty(path, value)
  })
}

const bad: [name: string, value: string, expectation: string][] = [
  ['WHATSAPP_SYNC_LOOKBACK_DAYS', '0', 'a whole number of at least 1'],
  ['WHATSAPP_SYNC_INTERVAL_MINUTES', '1.5', 'a whole number of at least 1'],
  ['WHATSAPP_SYNC_INTERVAL_MINUTES', '-10', 'a whole number of at least 1'],
  ['WHATSAPP_SYNC_INTERVAL_MINUTES', '1e3', 'a whole number of at least 1'],
  ['WHATSAPP_SYNC_INTERVAL_MINUTES', '99999999999999999999', 'a whole number of at least 1'],
  ['WHATSAPP_ENABLE_SENDING', 'maybe', 'true or false'],
  ['WHATSAPP_UNREAD_POLICY', 'never', 'one of open, skip'],
  ['WHATSAPP_TIMEZONE', 'Berlin', 'an IANA time zone'],
  ['WHATSAPP_TIMEZONE', '+02:00', 'an IANA time zone'],
  ['WHATSAPP_LOCALE', 'en_GB', 'a BCP 47 language tag'],
  ['WHATSAPP_WEB_URL', 'web.whatsapp.com', 'an http:// or https:// address'],
  ['WHATSAPP_WEB_URL', 'file:///etc/passwd', 'an http:// or https:// address'],
  ['WHATSAPP_SELECTOR_FLAGS', 'time', 'field=candidate or field=off'],
  ['WHATSAPP_SELECTOR_SET', '../x', 'the id of a selector set'],
  ['HTTP_PORT', '65536', 'a whole number from 0 to 65535'],
  ['HTTP_HOST', 'http://0.0.0.0', 'an IP address or a host name'],
  ['API_AUTH', 'off', 'one of key, none'],
  ['LOG_LEVEL', 'verbose', 'one of trace, debug'],
]
for (const [name, value, expectation] of bad) {
  test(`${name}=${value} is refused with what was expected`, () => {
    const [problem, ...others] = problemsOf({ [name]: value })
    expect(others).toEqual([])
    expect(problem).toContain(`${name}=${JSON.stringify(value)}: expected `)
    expect(problem).toContain(expectation)
  })
}

test('all bad variables are reported at once, and no secret is shown', () => {
  const everyBadOne = Object.fromEntries(bad.map(([name, value]) => [name, value]))
  const problems = problemsOf({ ...everyBadOne, PG_URL: 'mysql://root:hunter2@db/x', API_KEY: 'two words' })
  const names = problems.map(problem => problem.split(/[= ]/)[0])
  expect(new Set(names)).toEqual(new Set([...Object.keys(everyBadOne), 'PG_URL', 'API_KEY']))
  expect(problems).toHaveLength(new Set(names).size)
  expect(problems.join('\n')).not.toMatch(/hunter2|two words/)
})

test('API_AUTH=none is refused unless the server listens on loopback', () => {
  expect(problemsOf({ API_AUTH: 'none', HTTP_HOST: '0.0.0.0' })[0]).toContain('loopback HTTP_HOST')
  expect(problemsOf({ API_AUTH: 'none', HTTP_HOST: 'localhost' })).toEqual([])
  expect(['127.0.0.1', '127.1.2.3', '::1', '[::1]', 'LOCALHOST'].map(isLoopback)).toEqual([true, true, true, true, true])
  expect(['0.0.0.0', '::', '192.168.0.1', 'localhost.example', '127.example'].map(isLoopback)).toEqual([false, false, false, false, false])
})

test('a secret comes from the file that NAME_FILE names', ({ dir }) => {
  const path = join(dir, 'secret')
  writeFileSync(path, 'postgresql://u:p@db/x\n')
  expect(loadConfig({ PG_URL_FILE: path }).db.url).toBe('postgresql://u:p@db/x')
})

test('a secret given twice, unreadable, empty or bad in its file is refused without showing it', ({ dir }) => {
  const path = join(dir, 'secret')
  writeFileSync(path, 'mysql://hunter2')
  expect(problemsOf({ PG_URL: 'postgresql://db/x', PG_URL_FILE: path })).toEqual([
    'PG_URL and PG_URL_FILE are both set: expected one of them',
  ])
  expect(problemsOf({ API_KEY_FILE: join(dir, 'none') })[0]).toContain('expected a readable file (ENOENT)')
  expect(problemsOf({ PG_URL_FILE: path })).toEqual([expect.not.stringContaining('hunter2')])
  writeFileSync(path, '\n')
  expect(problemsOf({ API_KEY_FILE: path })[0]).toContain('it is empty')
})

test('overrides win over the environment, group by group', () => {
  const config = loadConfig({ WHATSAPP_SYNC_LOOKBACK_DAYS: '7', HTTP_PORT: '9000' }, { sync: { lookbackDays: 3 }, dataDir: '/elsewhere' })
  expect(config.sync).toEqual({ lookbackDays: 3, intervalMinutes: 10, unreadPolicy: 'open', deepReadMs: 86_400_000, between: 'live' })
  expect([config.http.port, config.dataDir]).toEqual([9000, '/elsewhere'])
})

test('WHATSAPP_ variables that nobody reads are named, with what was probably meant', () => {
  expect(configWarnings({ WHATSAPP_SYNC_INTERVAL_MINUTE: '5', WHATSAPP_SHOE_SIZE: '43', WHATSAPP_LOCALE: 'de', PATH: '/bin' })).toEqual([
    'WHATSAPP_SYNC_INTERVAL_MINUTE is not a setting and has no effect; did you mean WHATSAPP_SYNC_INTERVAL_MINUTES?',
    'WHATSAPP_SHOE_SIZE is not a setting and has no effect',
  ])
  expect(configWarnings({ WHATSAPP_ENABLE_SENDING: 'true', API_KEY: 'short' })).toHaveLength(2)
})

test('.env.example names every setting once, with the description and default of the table', () => {
  const lines = readFileSync('.env.example', 'utf8').split('\n')
  const shown = lines.flatMap((line, index) => {
    const [, name, value] = /^#([A-Z_]+)=(.*)$/.exec(line) ?? []
    return name === undefined ? [] : [{ name, default: value || null, description: lines[index - 1]?.replace(/^# /, '') }]
  })
  const expected = Object.entries(settings).map(([name, { default: byDefault, description }]) => {
    const described = /^\((.*)\)$/.exec(byDefault ?? '')?.[1]
    return { name, default: described ? null : byDefault, description: described ? `${description}; unset: ${described}` : description }
  })
  const byName = (a: { name: string }, b: { name: string }) => a.name.localeCompare(b.name)
  expect(shown.sort(byName)).toEqual(expected.sort(byName))
})

test('what is read live needs a browser that stays open', () => {
  const between = (env: Record<string, string>) => loadConfig(env).sync.between
  expect(between({ WHATSAPP_LIVE: 'false' })).toBe('close')
  expect(between({ WHATSAPP_BROWSER_IDLE: 'close' })).toBe('close')
  expect(between({ WHATSAPP_LIVE: 'false', WHATSAPP_BROWSER_IDLE: 'keep' })).toBe('close')
  expect(between({ WHATSAPP_LIVE: 'true', WHATSAPP_BROWSER_IDLE: 'close' })).toBe('close')
  expect(configWarnings({ WHATSAPP_LIVE: 'true', WHATSAPP_BROWSER_IDLE: 'close' })).toEqual([
    expect.stringMatching(/WHATSAPP_LIVE=true has no effect with WHATSAPP_BROWSER_IDLE=close/),
  ])
  expect(configWarnings({ WHATSAPP_BROWSER_IDLE: 'close' })).toEqual([])
})
