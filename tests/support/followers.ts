/** Followers of the live events: a server on some outbox, and clients that keep what they get. */
import { once } from 'node:events'
import type { FastifyInstance } from 'fastify'
import WebSocket from 'ws'
import type { Outbox } from '../../src/db/store.ts'
import { createApp } from '../../src/http/app.ts'
import { type EventsDeps, liveEvents } from '../../src/http/routes/events.ts'
import { Stream, type StreamOptions } from '../../src/live/stream.ts'
import { makeLogger } from '../../src/log.ts'

export interface Frame {
  type: string
  id: number
  data: Record<string, unknown>
}

export interface LiveServer {
  app: FastifyInstance
  stream: Stream
  /** `http://127.0.0.1:port` */
  url: string
}

/** A server that nothing but its poll (20 ms) wakes. */
export async function serveLive(
  outbox: Outbox | null,
  { apiKey = null, stream: streamOptions = {}, ...options }: ServeOptions = {},
): Promise<LiveServer> {
  const stream = new Stream({ outbox: () => outbox, onError: () => {}, pollMs: 20, ...streamOptions })
  const app = await createApp({
    apiKey,
    loopback: true,
    log: makeLogger({ level: 'silent', pretty: false }),
    routes: [liveEvents({ present: { qr: () => null, status: () => null }, ...options, stream })],
  })
  return { app, stream, url: await app.listen({ host: '127.0.0.1', port: 0 }) }
}

export interface ServeOptions extends Omit<Partial<EventsDeps>, 'stream'> {
  apiKey?: string | null
  stream?: Partial<StreamOptions>
}

/** A WebSocket client. `frames` grows; `until` waits for it to hold what is wanted. */
export class Follower {
  readonly frames: Frame[] = []
  readonly socket: WebSocket
  /** How it ended. */
  readonly closed: Promise<{ code: number; reason: string }>
  readonly #opened: Promise<unknown>
  #look = () => {}

  constructor(url: string, query = '', options: WebSocket.ClientOptions = {}) {
    this.socket = new WebSocket(`${url.replace('http', 'ws')}/ws${query}`, options)
    this.socket.on('message', data => {
      this.frames.push(JSON.parse(String(data)) as Frame)
      this.#look()
    })
    this.socket.on('error', () => {})
    this.#opened = once(this.socket, 'open')
    this.#opened.catch(() => {})
    this.closed = new Promise(resolve => {
      this.socket.on('close', (code, reason) => resolve({ code, reason: String(reason) }))
    })
  }

  async open(): Promise<this> {
    await this.#opened
    return this
  }

  get ids(): number[] {
    return this.frames.map(({ id }) => id)
  }

  async until(enough: (frames: Frame[]) => boolean): Promise<Frame[]> {
    while (!enough(this.frames)) {
      await new Promise<void>((resolve, reject) => {
        this.#look = resolve
        void this.closed.then(({ code, reason }) => reject(new Error(`closed with ${code} ${reason} after ${this.frames.length} frames`)))
      })
    }
    return this.frames
  }

  async end(): Promise<void> {
    this.socket.close()
    await this.closed
  }
}

/** The HTTP status with which a handshake is refused. */
export async function refusal(url: string, path: string, options: WebSocket.ClientOptions = {}): Promise<number> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}${path}`, options)
  return new Promise((resolve, reject) => {
    socket.on('unexpected-response', (request, response) => {
      resolve(response.statusCode ?? 0)
      request.destroy()
    })
    socket.on('open', () => reject(new Error('it was let in')))
    socket.on('error', () => {})
  })
}
