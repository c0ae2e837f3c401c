/** `/ws` and `/events`: what happens, as it happens, by WebSocket and as server-sent events. Both send the same frames. */
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { type WebSocket, WebSocketServer } from 'ws'
import { z } from 'zod'
import { type Closing, closings, type Following, follow, type Peer, type Present, type SentFrame } from '../../live/follow.ts'
import { frameTypes } from '../../live/frames.ts'
import { parseId, startingPlace } from '../../live/start.ts'
import type { Stream } from '../../live/stream.ts'
import { accountOf } from '../api.ts'
import { addEndpoint, type Endpoint } from '../endpoint.ts'
import { HttpError } from '../errors.ts'
import { eventId, sessionParameter } from '../parameters.ts'
import { acceptWebSocket, routeUpgrades, wantsWebSocket } from '../upgrade.ts'

export interface EventsDeps {
  stream: Stream
  present: Present
  /** Peers that do not answer within one interval are dropped. */
  heartbeatMs?: number
  slowMs?: number
  /** Told of each follower that was sent away. */
  onClosed?: (why: Closing) => void
  /** Followers at the same time, WebSockets and event streams together. */
  maxFollowers?: number
}

/** A follower has nothing to say. */
const maxInbound = 1024

/** How long a peer may take to answer that the server is closing. */
const goodbyeMs = 1000

const from = {
  since_id: eventId('The last event that was seen: what follows it is sent, then what happens. Without it only what happens').optional(),
  session_id: sessionParameter,
}

const refusals = {
  404: { description: 'No such session' },
  503: { description: 'The database is not open yet, or too many clients follow' },
}

const frames = `Frames are \`{"type", "id", "data"}\` with a type of ${frameTypes.join(', ')}; \`data\` of a message is a Message.`

export const socketEndpoint = {
  method: 'GET',
  path: '/ws',
  tag: 'events',
  summary: 'What happens, as it happens (WebSocket)',
  description: `${frames} Clients send nothing. A connection is closed with a code and a reason: 4408 too slow, 4410 and 4404 \`since_id\` cannot be followed, 1001 the worker stops.`,
  tokenInQuery: true,
  endless: true,
  query: z.strictObject({ ...from, token: z.string().optional().describe('The API key, for clients that can give no headers') }),
  answers: { 101: { description: 'A WebSocket' }, 426: { description: 'Not asked for as a WebSocket' }, ...refusals },
} satisfies Endpoint

export const streamEndpoint = {
  method: 'GET',
  path: '/events',
  tag: 'events',
  summary: 'What happens, as it happens (server-sent events)',
  description: `${frames} \`Last-Event-ID\` counts before \`since_id\`. The last event of a connection that the worker ends is \`close\`, with code and reason.`,
  endless: true,
  query: z.strictObject(from),
  answers: {
    200: { description: 'Events without end', content: ['text/event-stream'] },
    410: { description: 'Events after since_id are no longer kept, or it is higher than any id: read /messages, and begin without it' },
    ...refusals,
  },
} satisfies Endpoint

export function liveEvents({
  stream,
  present,
  slowMs,
  onClosed = () => {},
  heartbeatMs = 25_000,
  maxFollowers = 500,
}: EventsDeps): FastifyPluginAsync {
  return async app => {
    const stopping = new AbortController()
    const server = new WebSocketServer({ noServer: true, maxPayload: maxInbound, perMessageDeflate: false, clientTracking: true })
    const answering = new WeakSet<WebSocket>()
    const running = new Set<Promise<void>>()

    const followers = () => running.size
    const following = (accountId: string, peer: Peer, since: number): void => {
      const options: Following = { stream, peer, accountId, since, present, stopping: stopping.signal }
      const run: Promise<void> = follow(slowMs === undefined ? options : { ...options, slowMs }).finally(() => running.delete(run))
      running.add(run)
    }
    const placeFor = async (since_id: number | undefined) => {
      if (followers() >= maxFollowers) throw new HttpError(503, 'too_many', `${maxFollowers} clients follow already; try again later`)
      const edges = await stream.edges().catch(() => null)
      if (edges === null) throw new HttpError(503, 'database_not_ready', 'the database does not answer yet; try again in a moment')
      return startingPlace(since_id ?? null, edges)
    }

    const heart = setInterval(() => {
      for (const socket of server.clients) {
        if (!answering.delete(socket)) socket.terminate()
        else socket.ping()
      }
    }, heartbeatMs)
    heart.unref()

    routeUpgrades(app)
    addEndpoint(app, socketEndpoint, async ({ query, request, reply }) => {
      if (!wantsWebSocket(request)) {
        void reply.header('upgrade', 'websocket')
        throw new HttpError(426, 'upgrade_required', 'this address speaks WebSocket; the same events come as server-sent events at /events')
      }
      const accountId = accountOf(query.session_id)
      const place = await placeFor(query.since_id)
      reply.hijack()
      acceptWebSocket(server, request, socket => {
        answering.add(socket)
        socket.on('pong', () => answering.add(socket))
        // Frames that are too large or none at all: ws closes with 1009 or 1002 by itself.
        socket.on('error', () => {})
        const peer = socketPeer(socket, onClosed)
        if (typeof place === 'string') peer.close(place, '')
        else following(accountId, peer, place)
      })
    })

    addEndpoint(app, streamEndpoint, async ({ query, request, reply }) => {
      const accountId = accountOf(query.session_id)
      const place = await placeFor(lastSeen(request) ?? query.since_id)
      if (typeof place === 'string') throw new HttpError(410, place, closings[place].reason)
      reply.hijack()
      const { raw } = reply
      // Who left meanwhile will not be heard to leave again.
      if (raw.destroyed) return
      raw.writeHead(200, {
        ...(reply.getHeaders() as Record<string, string>),
        'content-type': 'text/event-stream',
        'x-accel-buffering': 'no',
      })
      raw.socket?.setTimeout(0)
      // The id alone: a client that is cut off before its first event still knows where to go on.
      raw.write(`retry: 3000\nid: ${place}\n\n`)
      const beat = setInterval(() => raw.write(': still here\n\n'), heartbeatMs)
      raw.on('close', () => clearInterval(beat))
      following(accountId, responsePeer(raw, onClosed), place)
    })

    app.addHook('preClose', async () => {
      clearInterval(heart)
      stopping.abort()
      await Promise.all(running)
      const cut = setTimeout(() => {
        for (const socket of server.clients) socket.terminate()
      }, goodbyeMs)
      await Promise.all([...server.clients].map(socket => once(socket, 'close')))
      clearTimeout(cut)
    })
  }
}

/** What a browser's EventSource saw last, where it reconnects by itself. */
function lastSeen({ headers }: FastifyRequest): number | undefined {
  const text = headers['last-event-id']
  if (text === undefined) return undefined
  const id = typeof text === 'string' ? parseId(text) : null
  if (id === null) throw new HttpError(400, 'bad_request', 'Last-Event-ID: expected the id of an event, a whole number')
  return id
}

function socketPeer(socket: WebSocket, onClosed: (why: Closing) => void): Peer {
  const gone = new AbortController()
  socket.on('close', () => gone.abort())
  return {
    gone: gone.signal,
    send: frames =>
      new Promise((resolve, reject) => {
        const last = frames.length - 1
        frames.forEach(({ json }, index) => {
          socket.send(json, index < last ? undefined : error => (error ? reject(error) : resolve()))
        })
      }),
    close: (why, hint) => {
      onClosed(why)
      socket.close(closings[why].code, closings[why].reason + hint)
    },
  }
}

function responsePeer(response: ServerResponse, onClosed: (why: Closing) => void): Peer {
  const gone = new AbortController()
  response.on('close', () => gone.abort())
  response.on('error', () => response.destroy())
  const eventOf = ({ place, json }: SentFrame) => `id: ${place}\ndata: ${json}\n\n`
  return {
    gone: gone.signal,
    send: frames =>
      new Promise((resolve, reject) => {
        response.write(frames.map(eventOf).join(''), error => (error ? reject(error) : resolve()))
      }),
    close: (why, hint) => {
      onClosed(why)
      const { code, reason } = closings[why]
      response.end(`event: close\ndata: ${JSON.stringify({ code, reason: reason + hint })}\n\n`)
    },
  }
}
