/** The account while it runs: its truth, its pairing, its clock, and the book of what the page did. No HTTP here. */
import { createHash } from 'node:crypto'
import { type Profile, profiles, type Switches } from './app/switches.ts'
import type { Bootstrap, Latency, Recorded, Scenario, Show, SimChat } from './app/types.ts'
import type { AccountOptions } from './make-account.ts'

export interface SimOptions {
  scenario?: Scenario
  account?: AccountOptions
  /** Seed of the generated account. */
  seed?: number
  switches?: Partial<Switches>
  profile?: Profile
  /** The account's clock at start; default: the real time. */
  now?: Date
  /** The simulated phone scans the code by itself. */
  autoScan?: boolean
  /** Every browser counts as paired. */
  paired?: boolean
  /** 0 (default): any free port. */
  port?: number
  latency?: Partial<Latency>
}

export const defaultLatency: Latency = {
  bootMs: 400,
  pageMs: 25,
  subtitleMs: 200,
  downloadMs: 150,
  phoneMs: 800,
  qrMs: 20_000,
  scanMs: 1200,
}

/** So many messages the phone hands over at a time. */
const phonePage = 50

type Waiter = { type: string; match: (event: Recorded) => boolean; resolve: (event: Recorded) => void }

/** One account; `send` reaches every open page. */
export class Simulator {
  readonly recorded: Recorded[] = []
  readonly #pages = new Set<(chunk: string) => void>()
  readonly #waiters = new Set<Waiter>()
  readonly #offset: number
  #switches: Switches
  #show: Show = null
  #qr: string | null = null
  #loggedOut = false
  #pageClockMs = 0
  #phoneReachable = true
  #paired: boolean
  readonly scenario: Scenario
  readonly #media: Map<string, Buffer>
  readonly #latency: Latency
  readonly #autoScan: boolean

  constructor(scenario: Scenario, media: Map<string, Buffer>, options: SimOptions) {
    this.scenario = scenario
    this.#media = media
    this.#latency = { ...defaultLatency, ...options.latency }
    this.#switches = { ...profiles[options.profile ?? 'E7'], ...options.switches }
    this.#offset = options.now ? options.now.getTime() - Date.now() : 0
    this.#paired = options.paired ?? false
    this.#autoScan = options.autoScan ?? false
  }

  /** The session's token is a function of the account, so a paired profile stays paired when the simulator starts again. */
  get token(): string {
    return createHash('sha256').update(`session ${this.scenario.account.phone}`).digest('hex').slice(0, 32)
  }

  now(): Date {
    return new Date(Date.now() + this.#offset)
  }

  media(sha256: string): Buffer | undefined {
    return this.#media.get(sha256)
  }

  addMedia(sha256: string, bytes: Buffer): void {
    this.#media.set(sha256, bytes)
  }

  set(switches: Partial<Switches>): void {
    this.#switches = { ...this.#switches, ...switches }
  }

  send(event: string, data: unknown): void {
    for (const write of this.#pages) write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
  }

  async reload(): Promise<void> {
    const ready = this.next('ready')
    this.send('reload', null)
    await ready
  }

  show(state: Show): void {
    this.#show = state
    this.send('show', state)
  }

  /** Sets the clock of the machine that the page runs on; the times of messages are the server's and stay. */
  setPageClock(aheadMs: number): void {
    this.#pageClockMs = aheadMs
    this.send('clock', this.#offset + aheadMs)
  }

  /** Asks the open page what it finds in its databases, and adds what it saw others do since it was loaded. */
  async checkStorage(): Promise<string[]> {
    const checked = this.next('storage', event => event.detail.startsWith('checked '))
    this.send('check_storage', null)
    const found = JSON.parse((await checked).detail.slice('checked '.length)) as string[]
    const seen = this.recorded.filter(event => event.type === 'storage' && !/^(?:checked|open) /.test(event.detail))
    return [...new Set([...seen.map(event => event.detail), ...found])]
  }

  record(event: Omit<Recorded, 'at'>): void {
    const full = { ...event, at: this.now().getTime() }
    this.recorded.push(full)
    this.#act(full)
    for (const waiter of [...this.#waiters]) {
      if (waiter.type !== full.type || !waiter.match(full)) continue
      this.#waiters.delete(waiter)
      waiter.resolve(full)
    }
  }

  next(type: string, match: (event: Recorded) => boolean = () => true): Promise<Recorded> {
    return new Promise(resolve => this.#waiters.add({ type, match, resolve }))
  }

  /** What the account itself does about an event: a receipt clears the unread count, a dismissed dialog stays away. */
  #act(event: Recorded): void {
    const chat = this.scenario.chats.find(item => item.id === event.chat)
    if (event.type === 'receipt' && chat && chat.unread !== 0) {
      chat.unread = 0
      this.send('chat', chat)
    }
    if (event.type === 'dialog_dismissed' || event.type === 'use_here') this.#show = null
    if (event.type === 'qr_shown' && this.#autoScan) setTimeout(() => this.scan(), this.#latency.scanMs).unref()
    if (event.type === 'history_request' && chat) this.#askPhone(chat)
    const picture = chat?.messages.find(item => item.id === event.message)?.images.find(item => item.sha256 === event.detail)
    if (event.type === 'download' && picture && !picture.gone) picture.downloaded = true
  }

  /** The phone answers after a while, with the newest messages that only it holds, or not at all. */
  #askPhone(chat: SimChat): void {
    const end = (historyEnd: SimChat['historyEnd']) => {
      chat.historyEnd = historyEnd
      this.send('chat', chat)
    }
    end('phone_asked')
    setTimeout(() => {
      if (!this.#phoneReachable) return end('phone_failed')
      chat.messages.unshift(...chat.phoneHolds.splice(-phonePage))
      end(chat.phoneHolds.length > 0 ? 'phone_has_more' : 'start')
    }, this.#latency.phoneMs).unref()
  }

  /** Whether the phone answers when the page asks it for older messages. */
  reach(on: boolean): void {
    this.#phoneReachable = on
  }

  scan(): void {
    if (this.#qr === null) return
    this.#qr = null
    this.#loggedOut = false
    this.send('paired', { token: this.token, phone: this.scenario.account.phone })
  }

  async phoneScan(): Promise<void> {
    if (this.#qr === null) await this.next('qr_shown')
    const done = this.next('paired')
    this.scan()
    await done
  }

  logout(): void {
    this.#loggedOut = true
    this.#paired = false
    this.send('logout', null)
  }

  /** Whether a browser that shows this token is logged in. */
  valid(token: string | null): boolean {
    return !this.#loggedOut && (this.#paired || token === this.token)
  }

  /** What the page gets once it is logged in. */
  bootstrap(): Bootstrap {
    const { scenario } = this
    return { scenario, switches: this.#switches, latency: this.#latency, clockOffsetMs: this.#offset + this.#pageClockMs, show: this.#show }
  }

  /** A new pairing code as the page draws it; the one before is void. */
  async newCode(): Promise<{ ref: string; size: number; bits: string }> {
    const { default: qrcode } = await import('qrcode')
    const part = () => createHash('sha256').update(`${Math.random()}`).digest('base64')
    this.#qr = `2@${part()}${part()},${part()},${part()},${part()},1`
    const code = qrcode.create(this.#qr, { errorCorrectionLevel: 'L' })
    return { ref: this.#qr, size: code.modules.size, bits: Array.from(code.modules.data, bit => (bit ? '1' : '0')).join('') }
  }

  /** Adds a page's event stream; returns what takes it away. */
  join(write: (chunk: string) => void): () => void {
    this.#pages.add(write)
    return () => this.#pages.delete(write)
  }
}
