/** Configuration: parsed once, from the environment alone; the variables themselves stand in settings.ts. */
import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { resolve } from 'node:path'
import type { z } from 'zod'
import { ConfigError } from './errors.ts'
import { type Setting, type SettingName, settings } from './settings.ts'

/** Everything the program can be told, grouped by who uses it. Paths are absolute; secrets are never logged. */
export interface Config {
  sync: {
    lookbackDays: number
    intervalMinutes: number
    unreadPolicy: 'open' | 'skip'
    /** Each chat is read again down to the window's edge this often; null = never. */
    deepReadMs: number | null
    /** Between two cycles: what is new is read at once, or the browser is closed. */
    between: 'live' | 'close'
  }
  agent: { contact: string | null; threadName: string | null; keywords: string[] }
  /** `url` null = the embedded database below `dataDir`. */
  db: { url: string | null }
  dataDir: string
  attachmentsDir: string
  imageProcessing: boolean
  browser: {
    profileDir: string
    url: string
    executablePath: string | null
    /** IANA zone and BCP 47 tag that the browser is pinned to. */
    timezone: string
    locale: string
  }
  /** The browser is started anew between cycles beyond this age and size of its processes; null = never. */
  recycle: { maxAgeMs: number | null; maxBytes: number | null }
  selectors: { set: string; flags: Record<string, string>; dir: string | null }
  /** Whether the page's own IndexedDB is asked too. */
  witness: { indexedDb: boolean }
  pace: Pace
  http: {
    host: string
    port: number
    auth: 'key' | 'none'
    apiKey: string | null
    /** In lower case, without port. */
    allowedHosts: string[]
    corsOrigins: string[]
    /** Of one address; null = no limit. */
    requestsPerMinute: number | null
  }
  webhooks: { allowPrivate: boolean }
  /** Events stay in the outbox for so long; null = for good. */
  outbox: { keepMs: number | null }
  log: { level: string }
}

/** Limits that keep the reading gentle, and how long the page is waited for. Milliseconds where the name says so. */
export interface Pace {
  /** Mean pauses between two scroll steps, chats that are opened, pictures that the page is asked to download (web/buckets.ts). 0 = none. */
  scrollPauseMs: number
  chatPauseMs: number
  downloadPauseMs: number
  /** Late parts of a row (reactions, captions, pictures, ticks) are waited for this long after it first showed. */
  lateMs: number
  /** A cold profile may take this long to show either the chat list or a QR code. */
  readyTimeoutMs: number
  /** What a cycle may use up: time, chats opened, scroll steps in conversations. */
  cycleBudgetMs: number
  cycleBudgetChats: number
  cycleBudgetScrolls: number
}

export type Env = Readonly<Record<string, string | undefined>>

/** A config in parts, merged last: flags win over the environment. */
export type Overrides = { [Group in keyof Config]?: Config[Group] extends object ? Partial<Config[Group]> : Config[Group] }

type Values = { [Name in SettingName]: z.output<(typeof settings)[Name]['schema']> | null }

/**
 * The configuration from the environment, with `overrides` on top. An empty variable counts as unset.
 * Throws ConfigError with one line for every bad variable: its name, its value (never a secret's) and what was expected.
 */
export function loadConfig(env: Env, overrides: Overrides = {}): Config {
  const problems: string[] = []
  const values = Object.fromEntries(settingNames().map(name => [name, readSetting(env, name, problems)])) as Values
  const host = overrides.http?.host ?? values.HTTP_HOST
  if ((overrides.http?.auth ?? values.API_AUTH) === 'none' && host !== null && !isLoopback(host)) {
    problems.push(`API_AUTH=none: expected only together with a loopback HTTP_HOST such as 127.0.0.1, not "${host}"; use API_AUTH=key`)
  }
  if (problems.length > 0) throw new ConfigError(problems)
  return merge(shape(values as { [Name in SettingName]: NonNullable<Values[Name]> }), overrides)
}

/** Things worth telling that stop nothing: WHATSAPP_ variables nobody reads (with the name that was probably meant) and settings without effect. */
export function configWarnings(env: Env): string[] {
  const known = settingNames().flatMap(name => (settings[name].secret ? [name, `${name}_FILE`] : [name]))
  const warnings = Object.keys(env)
    .filter(name => name.startsWith('WHATSAPP_') && !known.includes(name))
    .map(name => {
      const [closest] = known.map(other => ({ other, steps: editDistance(name, other) })).sort((a, b) => a.steps - b.steps)
      const hint = closest !== undefined && closest.steps <= Math.max(3, name.length / 4) ? `; did you mean ${closest.other}?` : ''
      return `${name} is not a setting and has no effect${hint}`
    })
  if (settings.WHATSAPP_ENABLE_SENDING.schema.safeParse(env.WHATSAPP_ENABLE_SENDING ?? '').data === true) {
    warnings.push('WHATSAPP_ENABLE_SENDING=true has no effect: it is reserved for the official API, the browser side never sends')
  }
  if (settings.WHATSAPP_LIVE.schema.safeParse(env.WHATSAPP_LIVE ?? '').data === true && env.WHATSAPP_BROWSER_IDLE === 'close') {
    warnings.push('WHATSAPP_LIVE=true has no effect with WHATSAPP_BROWSER_IDLE=close: there is no page to watch between two cycles')
  }
  if (env.API_KEY && env.API_KEY.length < 16) warnings.push('API_KEY is short; 32 random characters or more are hard to guess')
  return warnings
}

/** True for addresses that only this machine can reach. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '').toLowerCase()
  return bare === 'localhost' || bare === '::1' || (isIP(bare) === 4 && bare.startsWith('127.'))
}

function settingNames(): SettingName[] {
  return Object.keys(settings) as SettingName[]
}

/** One variable's value; null when it is unset without a default to parse, or bad (then `problems` has grown). */
function readSetting(env: Env, name: SettingName, problems: string[]): unknown {
  const { schema, secret, default: byDefault }: Setting<unknown> = settings[name]
  const given = secret ? readSecret(env, name, problems) : env[name]?.trim()
  const text = given || (byDefault !== null && !byDefault.startsWith('(') ? byDefault : null)
  if (text === null) return null
  const result = schema.safeParse(text)
  if (result.success) return result.data
  const shown = secret ? `${name} (value not shown)` : `${name}=${JSON.stringify(text)}`
  problems.push(`${shown}: expected ${result.error.issues.map(issue => issue.message).join(', ')}`)
  return null
}

/** A secret, from `NAME` or from the file that `NAME_FILE` names. */
function readSecret(env: Env, name: string, problems: string[]): string | undefined {
  const path = env[`${name}_FILE`]?.trim()
  if (!path) return env[name]?.trim()
  if (env[name]?.trim()) {
    problems.push(`${name} and ${name}_FILE are both set: expected one of them`)
    return undefined
  }
  try {
    const text = readFileSync(path, 'utf8').trim()
    if (text === '') problems.push(`${name}_FILE=${JSON.stringify(path)}: expected a file with the secret in it, it is empty`)
    return text
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? 'unreadable'
    problems.push(`${name}_FILE=${JSON.stringify(path)}: expected a readable file (${reason})`)
    return undefined
  }
}

/** The grouped form. `values` are complete where the table has a default; the others may be null. */
function shape(values: { [Name in SettingName]: NonNullable<Values[Name]> }): Config {
  const optional: Values = values
  const dataDir = resolve(values.DATA_DIR)
  const below = (dir: string) => resolve(dir.replace(/^\$(DATA_DIR|\{DATA_DIR\})(?=\/|$)/, dataDir))
  return {
    sync: {
      lookbackDays: values.WHATSAPP_SYNC_LOOKBACK_DAYS,
      intervalMinutes: values.WHATSAPP_SYNC_INTERVAL_MINUTES,
      unreadPolicy: values.WHATSAPP_UNREAD_POLICY,
      deepReadMs: orNever(values.WHATSAPP_DEEP_READ_HOURS, 60 * 60_000),
      between: values.WHATSAPP_LIVE && values.WHATSAPP_BROWSER_IDLE === 'keep' ? 'live' : 'close',
    },
    agent: {
      contact: optional.WHATSAPP_AGENT_CONTACT,
      threadName: optional.WHATSAPP_AGENT_THREAD_NAME,
      keywords: optional.WHATSAPP_AGENT_KEYWORDS ?? [],
    },
    db: { url: optional.PG_URL },
    dataDir,
    attachmentsDir: below(values.ATTACHMENTS_DIR),
    imageProcessing: values.IMAGE_PROCESSING_ENABLED,
    browser: {
      profileDir: below(values.WHATSAPP_PROFILE_DIR),
      url: values.WHATSAPP_WEB_URL,
      executablePath: optional.CHROMIUM_PATH === null ? null : resolve(optional.CHROMIUM_PATH),
      timezone: optional.WHATSAPP_TIMEZONE ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
      locale: values.WHATSAPP_LOCALE,
    },
    recycle: {
      maxAgeMs: orNever(values.WHATSAPP_BROWSER_MAX_HOURS, 60 * 60_000),
      maxBytes: orNever(values.WHATSAPP_BROWSER_MAX_MB, 1_000_000),
    },
    selectors: {
      set: values.WHATSAPP_SELECTOR_SET,
      flags: optional.WHATSAPP_SELECTOR_FLAGS ?? {},
      dir: optional.SELECTORS_DIR === null ? null : below(optional.SELECTORS_DIR),
    },
    witness: { indexedDb: values.WHATSAPP_INDEXEDDB },
    pace: {
      scrollPauseMs: values.WHATSAPP_SCROLL_PAUSE_MS,
      chatPauseMs: values.WHATSAPP_CHAT_PAUSE_MS,
      downloadPauseMs: values.WHATSAPP_DOWNLOAD_PAUSE_MS,
      lateMs: values.WHATSAPP_LATE_MS,
      readyTimeoutMs: values.WHATSAPP_READY_TIMEOUT_SECONDS * 1000,
      cycleBudgetMs: values.WHATSAPP_CYCLE_BUDGET_MINUTES * 60_000,
      cycleBudgetChats: values.WHATSAPP_CYCLE_BUDGET_CHATS,
      cycleBudgetScrolls: values.WHATSAPP_CYCLE_BUDGET_SCROLLS,
    },
    http: {
      host: values.HTTP_HOST,
      port: values.HTTP_PORT,
      auth: values.API_AUTH,
      apiKey: optional.API_KEY,
      allowedHosts: optional.HTTP_ALLOWED_HOSTS ?? [],
      corsOrigins: optional.API_CORS_ORIGINS ?? [],
      requestsPerMinute: orNever(values.API_REQUESTS_PER_MINUTE, 1),
    },
    webhooks: { allowPrivate: values.WEBHOOKS_ALLOW_PRIVATE },
    outbox: { keepMs: orNever(values.EVENTS_RETENTION_DAYS, 24 * 60 * 60_000) },
    log: { level: values.LOG_LEVEL },
  }
}

/** A setting of which 0 means never. */
function orNever(value: number, unit: number): number | null {
  return value === 0 ? null : value * unit
}

function merge(config: Config, overrides: Overrides): Config {
  const merged: Record<string, unknown> = { ...config }
  for (const [group, value] of Object.entries(overrides)) {
    const below = merged[group]
    const grouped = typeof below === 'object' && below !== null && typeof value === 'object' && value !== null
    if (value !== undefined) merged[group] = grouped ? { ...below, ...value } : value
  }
  return merged as unknown as Config
}

/** Levenshtein distance: how many letters have to change. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)))
    }
    row = next
  }
  return row[b.length] ?? 0
}
