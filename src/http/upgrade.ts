/**
 * Requests that want another protocol go through the same routes, hooks and checks as all others. Node hands them over apart; most are
 * WebSockets, but some clients offer HTTP/2 with every first request (`Upgrade: h2c`) and are happy with an ordinary answer.
 */
import { type IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { WebSocket, WebSocketServer } from 'ws'

interface Upgrade {
  socket: Duplex
  head: Buffer
  response: ServerResponse
}

const upgrades = new WeakMap<IncomingMessage, Upgrade>()

/** Sends upgrade requests of the server through its routes. Each connection answers one request and ends, unless a route takes it over. */
export function routeUpgrades(app: FastifyInstance): void {
  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy())
    const { 'content-length': length = '0', 'transfer-encoding': encoding } = request.headers
    // The body of such a request lies behind the parser's back.
    if (length !== '0' || encoding !== undefined) {
      return void socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n')
    }
    const response = new ServerResponse(request)
    response.shouldKeepAlive = false
    response.assignSocket(socket as never)
    response.on('finish', () => {
      response.detachSocket(socket as never)
      socket.end()
    })
    upgrades.set(request, { socket, head, response })
    app.routing(request, response)
  }
  app.server.on('upgrade', onUpgrade)
  app.addHook('onClose', async () => {
    app.server.off('upgrade', onUpgrade)
  })
}

/** True when the request asks for a WebSocket and can be given one. */
export function wantsWebSocket({ raw }: FastifyRequest): boolean {
  return upgrades.has(raw) && raw.headers.upgrade?.toLowerCase() === 'websocket'
}

/** Turns the request's connection into a WebSocket. The reply has to be hijacked. A handshake that is wrong is answered by `server`. */
export function acceptWebSocket(server: WebSocketServer, { raw }: FastifyRequest, onOpen: (socket: WebSocket) => void): void {
  const upgrade = upgrades.get(raw)
  if (!upgrade) return
  upgrade.response.detachSocket(upgrade.socket as never)
  server.handleUpgrade(raw, upgrade.socket as never, upgrade.head, onOpen)
}
