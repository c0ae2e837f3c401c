/** Every environment variable the program reads: one table, against which .env.example and the README are tested. */
import { isIP } from 'node:net'
import { z } from 'zod'

/** One variable. `default` is what documents show: parsed like a given value, unless it stands in brackets and only describes. */
export interface Setting<T> {
  schema: z.ZodType<T, string>
  default: string | null
  description: string
  secret: boolean
}

/** Text -> value; `undefined` from `read` means that the text is not what was expected. */
function parsed<T>(expectation: string, read: (text: string) => T | undefined): z.ZodType<T, string> {
  return z.string().transform((text, context) => {
    const value = read(text)
    if (value !== undefined) return value
    context.addIssue({ code: 'custom', message: expectation })
    return z.NEVER
  })
}

function whole(min: number, max = Number.MAX_SAFE_INTEGER): z.ZodType<number, string> {
  const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`
  return parsed(`a whole number ${range}`, text => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
    return value >= min && value <= max ? value : undefined
  })
}

const switches: Readonly<Record<string, boolean>> = {
  true: true,
  1: true,
  yes: true,
  on: true,
  false: false,
  0: false,
  no: false,
  off: false,
}
const onOff = parsed('true or false', text => switches[text.toLowerCase()])

function oneOf<const T extends string>(...words: T[]): z.ZodType<T, string> {
  return parsed(`one of ${words.join(', ')}`, text => words.find(word => word === text))
}

const anyText = parsed('some text', text => text)
const webAddress = parsed('an http:// or https:// address', text => (isUrl(text, ['http:', 'https:']) ? text : undefined))
const databaseAddress = parsed('an address of the form postgresql://user:password@host:5432/database', text =>
  isUrl(text, ['postgres:', 'postgresql:']) ? text : undefined,
)
const apiKey = parsed('printable characters without spaces (it travels in an HTTP header)', text =>
  /^[\x21-\x7e]+$/.test(text) ? text : undefined,
)
const hostName = parsed('an IP address or a host name to listen on, such as 127.0.0.1 or 0.0.0.0', text =>
  isIP(text) !== 0 || /^(?=.*[a-z])[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(text) ? text : undefined,
)
const hostNames = parsed('host names without port, separated by commas', text => {
  const names = splitList(text.toLowerCase())
  return names.every(name => /^(?=.*[a-z])[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(name)) ? names : undefined
})
const origins = parsed('origins such as https://dashboard.example:8443, separated by commas', text => {
  const given = splitList(text.toLowerCase())
  return given.every(origin => isUrl(origin, ['http:', 'https:']) && new URL(origin).origin === origin) ? given : undefined
})
const setId = parsed('auto, or the id of a selector set', text => (/^[A-Za-z0-9][\w.-]*$/.test(text) ? text : undefined))

/** An IANA zone; offsets such as +02:00 are refused, since the browser cannot be pinned to one. */
const timeZone = parsed('an IANA time zone such as Europe/Berlin', text => {
  if (!/^[A-Za-z]/.test(text)) return undefined
  return attempt(() => new Intl.DateTimeFormat('en', { timeZone: text }) && text)
})
const languageTag = parsed('a BCP 47 language tag such as en-GB or pt-BR', text => attempt(() => Intl.getCanonicalLocales(text)[0]))

const words = parsed('names separated by commas', text => splitList(text))
const flags = parsed('field=candidate or field=off, separated by commas', text => {
  const pairs = splitList(text).map(part => part.split('=').map(side => side.trim()))
  const sound = pairs.every(pair => pair.length === 2 && /^[A-Za-z][\w.-]*$/.test(pair[0] ?? '') && /^[\w.-]+$/.test(pair[1] ?? ''))
  return sound ? (Object.fromEntries(pairs) as Record<string, string>) : undefined
})

function splitList(text: string): string[] {
  return [
    ...new Set(
      text
        .split(',')
        .map(part => part.trim())
        .filter(part => part !== ''),
    ),
  ]
}

function isUrl(text: string, protocols: string[]): boolean {
  const url = URL.canParse(text) ? new URL(text) : null
  return url !== null && protocols.includes(url.protocol) && url.hostname !== ''
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}

function setting<T>(schema: z.ZodType<T, string>, byDefault: string | null, description: string): Setting<T> {
  return { schema, default: byDefault, description, secret: false }
}

/** A secret's value is never shown, and may come from the file that `NAME_FILE` names. */
function secret<T>(schema: z.ZodType<T, string>, byDefault: string | null, description: string): Setting<T> {
  return { schema, default: byDefault, description, secret: true }
}

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const

/** The table, by name, in the order documents show it. */
export const settings = {
  WHATSAPP_SYNC_LOOKBACK_DAYS: setting(whole(1), '30', 'The window in days: nothing older is stored, nothing younger is missing'),
  WHATSAPP_SYNC_INTERVAL_MINUTES: setting(whole(1), '10', 'Minutes between two cycle starts; any whole number; cycles never overlap'),
  WHATSAPP_ENABLE_SENDING: setting(onOff, 'false', 'Reserved for the official API; the browser side never sends, whatever it says'),
  WHATSAPP_AGENT_CONTACT: setting(anyText, null, "The agent's own 1:1 contact: a phone number in any spelling, or the saved name"),
  WHATSAPP_AGENT_THREAD_NAME: setting(anyText, null, "The name of the agent's own group"),
  WHATSAPP_AGENT_KEYWORDS: setting(words, null, 'Comma-separated names that address the agent elsewhere ("Kenny, …" or "@Kenny")'),
  IMAGE_PROCESSING_ENABLED: setting(onOff, 'false', 'Runs the extraction jobs (OCR); off: they are only queued'),
  ATTACHMENTS_DIR: setting(anyText, '$DATA_DIR/attachments', 'Where attachment files are kept, one per checksum'),
  PG_URL: secret(databaseAddress, '(embedded database below DATA_DIR)', 'A Postgres server: postgresql://user:password@host:5432/database'),
  DATA_DIR: setting(anyText, './data', 'Everything that persists'),
  WHATSAPP_PROFILE_DIR: setting(
    anyText,
    '$DATA_DIR/whatsapp_profile',
    "The browser's persistent profile; whoever can read it can read the account",
  ),
  WHATSAPP_WEB_URL: setting(webAddress, 'https://web.whatsapp.com/', 'The web client; another address only for tests and the demo'),
  WHATSAPP_SELECTOR_SET: setting(setId, 'auto', 'Pins a selector set by its id'),
  WHATSAPP_SELECTOR_FLAGS: setting(flags, null, 'Switches, comma-separated: field=candidate or field=off'),
  SELECTORS_DIR: setting(anyText, null, 'A folder with extra selector sets, read again at each cycle'),
  WHATSAPP_LIVE: setting(
    onOff,
    'true',
    'Between two cycles the worker reads what is new as soon as the page shows it; false: no browser runs between two cycles',
  ),
  WHATSAPP_BROWSER_IDLE: setting(
    oneOf('keep', 'close'),
    'keep',
    'close: no browser runs between two cycles, and nothing is read live, whatever WHATSAPP_LIVE says',
  ),
  WHATSAPP_UNREAD_POLICY: setting(
    oneOf('open', 'skip'),
    'open',
    'skip: a chat with unread messages is not opened until its owner has read it',
  ),
  WHATSAPP_TIMEZONE: setting(timeZone, "(the host's zone)", 'The IANA zone that the browser is pinned to'),
  WHATSAPP_LOCALE: setting(languageTag, 'en-GB', 'The language that the browser is pinned to'),
  WHATSAPP_INDEXEDDB: setting(
    onOff,
    'true',
    "Reads exact times and ids from the page's own IndexedDB (read-only, no texts); false: only what the page draws",
  ),
  CHROMIUM_PATH: setting(anyText, '(found)', 'The browser to run'),
  HTTP_HOST: setting(hostName, '127.0.0.1', 'The address that the HTTP server listens on'),
  HTTP_PORT: setting(whole(0, 65_535), '8080', 'The port that the HTTP server listens on; 0 takes any free one'),
  API_KEY: secret(apiKey, '(made at first start, kept in $DATA_DIR/api-key)', 'Guards everything but /livez, /readyz and /health'),
  API_AUTH: setting(oneOf('key', 'none'), 'key', 'none is accepted only together with a loopback HTTP_HOST'),
  WEBHOOKS_ALLOW_PRIVATE: setting(
    onOff,
    'false',
    'Webhooks may have private, loopback and link-local addresses, and http://; false: public ones with https:// only',
  ),
  EVENTS_RETENTION_DAYS: setting(
    whole(0),
    '90',
    'How long events stay in the outbox, for replay and undelivered webhooks; messages stay whatever it says; 0: for good',
  ),
  HTTP_ALLOWED_HOSTS: setting(
    hostNames,
    null,
    'Names by which the server is reached, comma-separated, besides loopback names, addresses and names without a dot',
  ),
  API_CORS_ORIGINS: setting(origins, null, 'Origins whose pages may read the API, comma-separated; none unless set'),
  API_REQUESTS_PER_MINUTE: setting(whole(0), '1200', 'Requests that one address may send in a minute; 0: no limit'),
  LOG_LEVEL: setting(oneOf(...levels), 'info', `How much is logged: ${levels.join(', ')}`),
  WHATSAPP_SCROLL_PAUSE_MS: setting(
    whole(0),
    '400',
    'Mean pause between two scroll steps; each is drawn from half to one and a half of it, and after a quiet time three come at once',
  ),
  WHATSAPP_CHAT_PAUSE_MS: setting(whole(0), '1500', 'Mean pause between two chats that are opened, drawn likewise'),
  WHATSAPP_DOWNLOAD_PAUSE_MS: setting(
    whole(0),
    '1000',
    'Mean pause between two pictures that the page is asked to download, drawn likewise',
  ),
  WHATSAPP_LATE_MS: setting(
    whole(0),
    '1200',
    'How long late parts of a row (pictures, reactions, ticks) are waited for at most; how long they take here is learned',
  ),
  WHATSAPP_READY_TIMEOUT_SECONDS: setting(whole(1), '90', 'How long the page may take to show either the chats or a QR code'),
  WHATSAPP_CYCLE_BUDGET_MINUTES: setting(whole(1), '30', 'A cycle reads for at most this long; what is left comes in the next ones'),
  WHATSAPP_CYCLE_BUDGET_CHATS: setting(whole(1), '500', 'A cycle opens at most so many chats'),
  WHATSAPP_CYCLE_BUDGET_SCROLLS: setting(whole(1), '10000', 'A cycle scrolls conversations by at most so many steps'),
  WHATSAPP_DEEP_READ_HOURS: setting(
    whole(0),
    '24',
    'Each chat is read again down to the edge of the window this often, so that late edits and deletions arrive; 0: never',
  ),
  WHATSAPP_BROWSER_MAX_HOURS: setting(whole(0), '24', 'The browser is started anew between two cycles once it is so old; 0: never'),
  WHATSAPP_BROWSER_MAX_MB: setting(
    whole(0),
    '3000',
    'The browser is started anew between two cycles once its processes hold so many megabytes; 0: never',
  ),
} satisfies Record<string, Setting<unknown>>

export type SettingName = keyof typeof settings
