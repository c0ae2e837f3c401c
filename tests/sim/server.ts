/** The simulated account as a local web server: it serves the page and takes down what the page reports. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Said, type Truth, truthOf } from './acts.ts'
import type { Profile, Switches } from './app/switches.ts'
import type { Recorded, Scenario, Show, SimMessage, Status } from './app/types.ts'
import { appFile } from './files.ts'
import { fillPictures } from './images.ts'
import { makeAccount } from './make-account.ts'
import { shell } from './shell.ts'
import { type SimOptions, Simulator } from './simulator.ts'

export interface Sim extends Truth {
  readonly url: string
  /** The truth, current. */
  readonly scenario: Scenario
  /** Everything the page did, in order. */
  readonly recorded: Recorded[]
  /** Resolves with the next event of this type (and match) from now on. */
  next(type: Recorded['type'], match?: (event: Recorded) => boolean): Promise<Recorded>
  /** `reach(false)`: the phone does not answer when it is asked for older messages. */
  readonly phone: { scan(): Promise<void>; logout(): void; offline(on: boolean): void; reach(on: boolean): void }
  /** Applies to the next page load. */
  set(switches: Partial<Switches>): void
  /** Loads every open page again, as an update of the web client does; resolves once it shows the chats. */
  reload(): Promise<void>
  /** Shows or takes away a state on every open page. */
  show(state: Show): void
  /** Sets the page's clock ahead of the account's (or behind it, below 0); the times of messages stay. */
  setPageClock(aheadMs: number): void
  /** Takes the page's network away (every connection is cut, every new one refused), or gives it back. */
  network(on: boolean): void
  /** What anybody but the page did to the page's databases: `write NAME STORE`, `create NAME`, `blocked NAME`, …; empty where nothing. */
  checkStorage(): Promise<string[]>
  /** Bytes of a picture by sha256, as the page gets them. */
  media(sha256: string): Buffer | undefined
  close(): Promise<void>
}

/** Answers one request. */
async function handle(sim: Simulator, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost')
  const token = url.searchParams.get('token')
  const { switches, latency, show } = sim.bootstrap()
  if (url.pathname === '/') return reply(response, 'text/html; charset=utf-8', shell(switches, request.headers['accept-language'] ?? 'en'))
  if (url.pathname.startsWith('/app/')) return reply(response, 'text/javascript; charset=utf-8', await appFile(url.pathname.slice(5)))
  if (url.pathname.startsWith('/media/')) return reply(response, 'application/octet-stream', sim.media(url.pathname.slice(7)) ?? null)
  if (url.pathname === '/api/boot') return json(response, { switches, latency, show })
  if (url.pathname === '/api/session') return json(response, { ok: sim.valid(token) })
  if (url.pathname === '/api/account' && sim.valid(token)) return json(response, sim.bootstrap())
  if (url.pathname === '/api/qr') return json(response, await sim.newCode())
  if (url.pathname === '/api/record' && request.method === 'POST') {
    for (const event of JSON.parse(await text(request)) as Recorded[]) sim.record(event)
    return json(response, {})
  }
  if (url.pathname === '/api/events') return stream(sim, request, response)
  response.writeHead(404).end()
}

function stream(sim: Simulator, request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' }).write(': hello\n\n')
  request.on(
    'close',
    sim.join(chunk => response.write(chunk)),
  )
}

function reply(response: ServerResponse, type: string, body: string | Buffer | null): void {
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
  const scenario =
    options.scenario ??
    makeAccount(options.now ?? new Date(), { ...(options.seed === undefined ? {} : { seed: options.seed }), ...options.account })
  const media = await fillPictures(scenario.chats.flatMap(chat => chat.messages.flatMap(message => message.images)))
  const sim = new Simulator(scenario, media, options)
  const server = createServer((request, response) => {
    handle(sim, request, response).catch(error => response.writeHead(500).end(String(error)))
  })
  let reachable = true
  server.on('connection', socket => {
    if (!reachable) socket.destroy()
  })
  const port = await listen(server, options.port ?? 0)
  const said: Said = { chat: chat => sim.send('chat', chat), now: () => sim.now(), media: (hash, bytes) => sim.addMedia(hash, bytes) }
  return {
    url: `http://127.0.0.1:${port}/`,
    scenario,
    recorded: sim.recorded,
    next: (type, match) => sim.next(type, match),
    phone: { scan: () => sim.phoneScan(), logout: () => sim.logout(), offline: on => sim.send('offline', on), reach: on => sim.reach(on) },
    ...truthOf(scenario, said),
    set: switches => sim.set(switches),
    reload: () => sim.reload(),
    show: state => sim.show(state),
    setPageClock: aheadMs => sim.setPageClock(aheadMs),
    network(on) {
      reachable = on
      if (!on) server.closeAllConnections()
    },
    checkStorage: () => sim.checkStorage(),
    media: hash => sim.media(hash),
    async close() {
      server.closeAllConnections()
      await new Promise<void>(resolve => server.close(() => resolve()))
    },
  }
}

export type { Profile, Recorded, Scenario, SimMessage, SimOptions, Status, Switches }
