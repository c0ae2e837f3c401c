/** The HTTP server: who may ask, how errors and headers look. What is answered stands in routes/. */
import type { Socket } from 'node:net'
import { type FastifyInstance, type FastifyPluginAsync, type FastifyReply, fastify } from 'fastify'
import type { Logger } from 'pino'
import type { Endpoint } from './endpoint.ts'
import { errorBody, httpAnswer } from './errors.ts'
import { carriesKey, isLocalHostHeader } from './guard.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** What all routes say of themselves, for the document of the API. */
    endpoints(): Endpoint[]
  }
  interface FastifyContextConfig {
    /** True: answered without the API key. */
    open?: boolean
    /** True: `?token=` is taken as the API key too. */
    tokenInQuery?: boolean
  }
}

export interface AppOptions {
  /** null = everybody who reaches the port may ask (accepted on loopback only). */
  apiKey: string | null
  /** The server listens on loopback only, so `Host` has to name this machine. */
  loopback: boolean
  log: Logger
  /** Each adds its routes; none knows the others. */
  routes: FastifyPluginAsync[]
}

const KIB = 1024
const SECOND = 1000

/** Makes the server; `listen` and `close` are the caller's. Tests ask it by `inject`. */
export async function createApp({ apiKey, loopback, log, routes }: AppOptions): Promise<FastifyInstance> {
  const app = fastify({
    bodyLimit: 256 * KIB,
    requestTimeout: 30 * SECOND,
    connectionTimeout: 60 * SECOND,
    keepAliveTimeout: 5 * SECOND,
    // Idle keep-alive connections would hold up a stop.
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 512, ignoreTrailingSlash: true },
    clientErrorHandler: refuseMalformed,
    frameworkErrors: (error, _request, reply) => {
      const { statusCode, body } = httpAnswer(error)
      void (reply as FastifyReply).headers(privateHeaders).code(statusCode).send(body)
    },
  })

  app.addHook('onRequest', async (request, reply) => {
    reply.headers(privateHeaders)
    if (loopback && !isLocalHostHeader(request.headers.host)) {
      return reply.code(403).send(errorBody('host_refused', 'the Host header has to name this machine: localhost or 127.0.0.1'))
    }
    const { open, tokenInQuery } = request.routeOptions.config
    const token = tokenInQuery === true ? (request.query as Record<string, unknown>).token : undefined
    if (apiKey === null || open === true || carriesKey(request.headers, apiKey, token)) return
    const message =
      'this needs the API key, as "Authorization: Bearer KEY", "X-API-Key: KEY" or the password of Basic; it lies in DATA_DIR/api-key'
    return reply
      .code(401)
      .header('www-authenticate', 'Basic realm="whatsapp-etl", charset="UTF-8"')
      .send(errorBody('unauthorized', message))
  })

  const methodsAt = new Map<string, Set<string>>()
  const endpoints = new Set<Endpoint>()
  app.decorate('endpoints', () => [...endpoints])
  app.addHook('onRoute', ({ url, method, config }) => {
    if (config?.endpoint) endpoints.add(config.endpoint)
    const methods = methodsAt.get(url) ?? new Set()
    for (const each of [method].flat()) methods.add(each)
    methodsAt.set(url, methods)
  })
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?')[0] ?? '/'
    const allowed = allowedMethods(methodsAt, path)
    if (allowed.length === 0) return reply.code(404).send(errorBody('not_found', 'there is nothing at this address'))
    return reply
      .code(405)
      .header('allow', allowed.join(', '))
      .send(errorBody('method_not_allowed', `this address takes ${allowed.join(', ')}`))
  })
  app.setErrorHandler((error, request, reply) => {
    const { statusCode, body } = httpAnswer(error)
    // The route's pattern, not the address that was asked for: an address may hold a name.
    if (statusCode >= 500) log.error({ err: error, method: request.method, route: request.routeOptions.url }, 'request failed')
    return reply.code(statusCode).send(body)
  })

  for (const route of routes) await app.register(route)
  return app
}

/** What every page that shows private data should say: keep no copy, frame it nowhere, guess no type, load nothing. */
const privateHeaders = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
}

/** Methods of all routes whose pattern fits this path. */
function allowedMethods(methodsAt: ReadonlyMap<string, ReadonlySet<string>>, path: string): string[] {
  const segments = trimmed(path)
  const fits = (pattern: string) => {
    const parts = trimmed(pattern)
    return parts.length === segments.length && parts.every((part, index) => part.startsWith(':') || part === segments[index])
  }
  return [...methodsAt].filter(([pattern]) => fits(pattern)).flatMap(([, methods]) => [...methods])
}

function trimmed(path: string): string[] {
  return path.replace(/\/+$/, '').split('/')
}

/** Answers what is not HTTP at all, before there is a request to speak of. */
function refuseMalformed(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) return void socket.destroy()
  const statusCode = error.code === 'HPE_HEADER_OVERFLOW' ? 431 : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400
  const text = JSON.stringify(httpAnswer({ statusCode }).body)
  const lines = [
    `HTTP/1.1 ${statusCode} Refused`,
    'content-type: application/json',
    'connection: close',
    `content-length: ${Buffer.byteLength(text)}`,
  ]
  socket.end(`${lines.join('\r\n')}\r\n\r\n${text}`)
}
