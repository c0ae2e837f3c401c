/** The log: JSON lines on stderr, pretty on a terminal. Message text, names and numbers appear at no level. */
import { createHash } from 'node:crypto'
import { type DestinationStream, destination, type LogFn, type Logger, pino } from 'pino'
import pretty from 'pino-pretty'
import { outlineOf } from './error-outline.ts'

export type { Logger } from 'pino'

export interface LogOptions {
  /** A pino level name, or `silent`. */
  level: string
  /** Lines for a person instead of JSON. */
  pretty: boolean
  /** Where lines go; standard error unless a test passes its own. */
  stream?: DestinationStream
}

/** Keys whose values are somebody's words, name or number, or a secret: cut out wherever they stand, up to two levels deep. */
const privateKeys = (
  'text preview title subtitle quoted sender senderName senderId sender_id sender_name recipient_ids recipientIds content_snippet ' +
  'raw qr qrCode apiKey api_key authorization cookie password params participants jid lid phone fileName file_name'
).split(' ')

/** Makes the logger that is passed to everything. It writes synchronously, so that the last line before an exit is not lost. */
export function makeLogger({ level, pretty: forPeople, stream }: LogOptions): Logger {
  const paths = privateKeys.flatMap(key => [key, `*.${key}`, `*.*.${key}`])
  const sink = stream ?? destination({ dest: 2, sync: true })
  const options = {
    level,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: [...paths, 'req.headers', 'res.headers'], censor: '[private]' },
    // Errors come as outlines already; pino's own way takes along everything that hangs on an error.
    serializers: { err: (outline: unknown) => outline },
    hooks: { logMethod: withoutErrors },
  }
  return pino(
    options,
    forPeople ? pretty({ colorize: true, translateTime: 'SYS:HH:MM:ss', ignore: 'pid,hostname', sync: true, destination: sink }) : sink,
  )
}

/** Errors, given alone or as a value, become outlines before anything else looks at them. */
function withoutErrors(this: Logger, args: Parameters<LogFn>, method: LogFn): void {
  const [first, ...rest] = args as [unknown, ...unknown[]]
  method.apply(this, [outlined(first), ...rest] as unknown as Parameters<LogFn>)
}

function outlined(first: unknown): unknown {
  if (first instanceof Error) return { err: outlineOf(first) }
  if (typeof first !== 'object' || first === null) return first
  return Object.fromEntries(
    Object.entries(first).map(([key, value]) => [key, key === 'err' || value instanceof Error ? outlineOf(value) : value]),
  )
}

/**
 * How a chat is named in a log line: by its number in the chats table. Anything else (a title, a JID) holds a name or a
 * phone number, so only a short hash of it appears: enough to follow one chat through a log, not enough to read who it is.
 */
export function chatRef(chat: number | bigint | string): string {
  if (typeof chat !== 'string') return `chat#${chat}`
  return /^\d{1,6}$/.test(chat) ? `chat#${chat}` : `chat~${createHash('sha256').update(chat).digest('hex').slice(0, 8)}`
}
