/** Whoever receives webhooks: keeps what it is sent, and answers as it is told. */
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

export interface Received {
  headers: IncomingHttpHeaders
  text: string
  body: { type: string; id: number; timestamp: string; data: Record<string, unknown> }
}

type Answering = (received: Received, response: ServerResponse, request: IncomingMessage) => void

export class Receiver {
  readonly received: Received[] = []
  answer: Answering
  connections = 0
  readonly url: string
  readonly #server: ReturnType<typeof createServer>
  readonly #sockets = new Set<Socket>()
  #look = () => {}

  private constructor(server: ReturnType<typeof createServer>, answer: Answering) {
    this.#server = server
    this.answer = answer
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`
    server.on('connection', socket => {
      this.connections++
      this.#sockets.add(socket)
      socket.on('close', () => this.#sockets.delete(socket))
      socket.on('error', () => {})
    })
    server.on('request', (request, response) => void this.#take(request, response))
  }

  static async start(answer: Answering = (_, response) => void response.writeHead(204).end()): Promise<Receiver> {
    const server = createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new Receiver(server, answer)
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = []
    for await (const piece of request) pieces.push(piece as Buffer)
    const text = Buffer.concat(pieces).toString('utf8')
    const received = { headers: request.headers, text, body: JSON.parse(text || 'null') }
    this.received.push(received)
    this.answer(received, response, request)
    this.#look()
  }

  /** Connections that are open now. */
  get open(): number {
    return this.#sockets.size
  }

  async until(enough: (received: Received[]) => boolean): Promise<void> {
    while (!enough(this.received)) {
      await new Promise<void>(resolve => {
        this.#look = resolve
      })
    }
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }
}

/** Whether a delivery is what Standard Webhooks says, by WebCrypto and not by the program's own code. */
export async function isSigned({ headers, text }: Received, secret: string, now: number): Promise<boolean> {
  const [id, at, signatures] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map(name => String(headers[name]))
  if (!/^\d+$/.test(at!) || Math.abs(Number(at) * 1000 - now) > 300_000) return false
  const bytes = Uint8Array.from(atob(secret.slice('whsec_'.length)), char => char.charCodeAt(0))
  const key = await crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify'])
  for (const signature of signatures!.split(' ')) {
    const [version, base64 = ''] = signature.split(',')
    const given = Uint8Array.from(atob(base64), char => char.charCodeAt(0))
    const signed = new TextEncoder().encode(`${id}.${at}.${text}`)
    if (version === 'v1' && (await crypto.subtle.verify('HMAC', key, given, signed))) return true
  }
  return false
}
