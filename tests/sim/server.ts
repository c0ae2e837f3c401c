/** The simulated account: one local HTTP server that serves the page, holds the truth and writes down what the page does. */
import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Profile, profiles, type Switches } from './app/switches.ts'
import type { Bootstrap, Latency, Recorded, Scenario, Show, SimMessage, Status } from './app/types.ts'
import { appFile } from './files.ts'
import { fillPictures } from './images.ts'
import { type AccountOptions, makeAccount } from './make-account.ts'
import { shell } from './shell.ts'
import { type Said, type Truth, truthOf } from './truth.ts'

export interface SimOptions {
  scenario?: Scenario
  account?: AccountOptions
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

export interface Sim extends Truth {
  readonly url: string
  /** The truth, current. */
  readonly scenario: Scenario
  /** Everything the page did, in order. */
  readonly recorded: Recorded[]
  /** Resolves with the next event of this type (and match) from now on. */
  next(type: Recorded['type'], match?: (event: Recorded) => boolean): Promise<Recorded>
  readonly phone: { scan(): Promise<void>; logout(): void; offline(on: boolean): void }
  /** Applies to the next page load. */
  set(switches: Partial<Switches>): void
  /** Shows or takes away a state on every open page. */
  show(state: Show): void
  /** Bytes of a picture by sha256, as the page gets them. */
  media(sha256: string): Buffer | undefined
  close(): Promise<void>
}

export const defaultLatency: Latency = { bootMs: 400, pageMs: 25, subtitleMs: 200, downloadMs: 150, qrMs: 20_000, scanMs: 1200 }

type Waiter = { type: string; match: (event: Recorded) => boolean; resolve: (event: Recorded) => void }

class Simulator {
  readonly recorded: Recorded[] = []
  readonly #streams = new Set<ServerResponse>()
  readonly #waiters = new Set<Waiter>()
  readonly #offset: number
  #switches: Switches
  #show: Show = null
  #qr: string | null = null
  #loggedOut = false
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
    for (const stream of this.#streams) stream.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
  }

  show(state: Show): void {
    this.#show = state
    this.send('show', state)
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
    const picture = chat?.messages.find(item => item.id === event.message)?.images.find(item => item.sha256 === event.detail)
    if (event.type === 'download' && picture) picture.downloaded = true
  }

  scan(): void {
    if (this.#qr === null) return
    this.#qr = null
    this.#loggedOut = false
    this.send('paired', { token: this.token })
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

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://localhost')
    const body = request.method === 'POST' ? await text(request) : ''
    if (url.pathname === '/')
      return reply(response, 'text/html; charset=utf-8', shell(this.#switches, request.headers['accept-language'] ?? 'en'))
    if (url.pathname.startsWith('/app/')) return reply(response, 'text/javascript; charset=utf-8', await appFile(url.pathname.slice(5)))
    if (url.pathname.startsWith('/media/')) return this.#sendMedia(response, url.pathname.slice(7))
    if (url.pathname === '/api/session') return json(response, { ok: this.#valid(url.searchParams.get('token')) })
    if (url.pathname === '/api/account') return this.#sendAccount(response, url.searchParams.get('token'))
    if (url.pathname === '/api/boot') return json(response, { switches: this.#switches, latency: this.#latency, show: this.#show })
    if (url.pathname === '/api/qr') return json(response, await this.#newCode())
    if (url.pathname === '/api/record') {
      for (const event of JSON.parse(body) as Recorded[]) this.record(event)
      return json(response, {})
    }
    if (url.pathname === '/api/events') return this.#stream(request, response)
    response.writeHead(404).end()
  }

  #valid(token: string | null): boolean {
    return !this.#loggedOut && (this.#paired || token === this.token)
  }

  #sendAccount(response: ServerResponse, token: string | null): void {
    if (!this.#valid(token)) return void response.writeHead(403).end()
    const data: Bootstrap = {
      scenario: this.scenario,
      switches: this.#switches,
      latency: this.#latency,
      clockOffsetMs: this.#offset,
      show: this.#show,
    }
    json(response, data)
  }

  #sendMedia(response: ServerResponse, sha256: string): void {
    const bytes = this.#media.get(sha256)
    if (!bytes) return void response.writeHead(404).end()
    response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': bytes.length }).end(bytes)
  }

  async #newCode(): Promise<{ ref: string; size: number; bits: string }> {
    const { default: qrcode } = await import('qrcode')
    const part = () => createHash('sha256').update(`${Math.random()}`).digest('base64')
    this.#qr = `2@${part()}${part()},${part()},${part()},${part()},1`
    const code = qrcode.create(this.#qr, { errorCorrectionLevel: 'L' })
    return { ref: this.#qr, size: code.modules.size, bits: Array.from(code.modules.data, bit => (bit ? '1' : '0')).join('') }
  }

  #stream(request: IncomingMessage, response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' }).write(': hello\n\n')
    this.#streams.add(response)
    request.on('close', () => this.#streams.delete(response))
  }

  endStreams(): void {
    for (const stream of this.#streams) stream.end()
  }
}

function reply(response: ServerResponse, type: string, body: string | null): void {
  if (body === null) return void response.writeHead(404).end()
  response.writeHead(200, { 'content-type': type, 'cache-control': 'no-store' }).end(body)
}

function json(response: ServerResponse, data: unknown): void {
  reply(response, 'application/json', JSON.stringify(data))
}

async function text(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
}

/** Starts a simulated account on 127.0.0.1. Nothing leaves the machine; `close` ends every connection. */
export async function startSim(options: SimOptions = {}): Promise<Sim> {
  const scenario = options.scenario ?? makeAccount(options.now ?? new Date(), options.account)
  const media = await fillPictures(scenario.chats.flatMap(chat => chat.messages.flatMap(message => message.images)))
  const sim = new Simulator(scenario, media, options)
  const server = createServer((request, response) => {
    sim.handle(request, response).catch(error => response.writeHead(500).end(String(error)))
  })
  const port = await listen(server, options.port ?? 0)
  const said: Said = { chat: chat => sim.send('chat', chat), now: () => sim.now(), media: (hash, bytes) => sim.addMedia(hash, bytes) }
  return {
    url: `http://127.0.0.1:${port}/`,
    scenario,
    recorded: sim.recorded,
    next: (type, match) => sim.next(type, match),
    phone: { scan: () => sim.phoneScan(), logout: () => sim.logout(), offline: on => sim.send('offline', on) },
    ...truthOf(scenario, said),
    set: switches => sim.set(switches),
    show: state => sim.show(state),
    media: hash => sim.media(hash),
    async close() {
      sim.endStreams()
      server.closeAllConnections()
      await new Promise<void>(resolve => server.close(() => resolve()))
    },
  }
}

export type { Profile, Recorded, Scenario, SimMessage, Status, Switches }
