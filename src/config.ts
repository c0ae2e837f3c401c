/** Configuration: parsed once, from the environment alone. */

/** Everything the program can be told, grouped by who uses it. Paths are absolute; secrets are never logged. */
export interface Config {
  sync: { lookbackDays: number; intervalMinutes: number; unreadPolicy: 'open' | 'skip' }
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
  selectors: { set: string; flags: Record<string, string>; dir: string | null }
  pace: Pace
  http: { host: string; port: number; auth: 'key' | 'none'; apiKey: string | null }
  log: { level: string }
}

/** Limits that keep the reading gentle, and how long the page is waited for. Milliseconds where the name says so. */
export interface Pace {
  /** Mean pause between two scroll steps, and between opening two chats; each pause is drawn from half to one and a half of it. 0 = none. */
  scrollPauseMs: number
  chatPauseMs: number
  /** Late parts of a row (reactions, captions, pictures, ticks) are waited for this long after it first showed. */
  lateMs: number
  /** A cold profile may take this long to show either the chat list or a QR code. */
  readyTimeoutMs: number
  /** A cycle stops opening chats after this long. */
  cycleBudgetMs: number
}
