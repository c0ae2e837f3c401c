/** The HTTP server: who may ask, how errors and headers look. What is answered stands in routes/. */
import type { Socket } from 'node:net'
import { Readable } from 'node:stream'
import { errorCodes, type FastifyInstance, type FastifyPluginAsync, type FastifyReply, fastify } from 'fastify'
import type { Logger } from 'pino'
import { letAnswersEnd } from './drain.ts'
import type { Endpoint } from './endpoint.ts'
import { errorBody, httpAnswer } from './errors.ts'
import { type GateOptions, makeGate, privateHeaders } from './gate.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** What all routes say of themselves, for the document of the API. */
    endpoints(): Endpoint[]
    /** Routes that say nothing of themselves, as "METHOD /path": pages and files, no part of the API. */
    pages(): string[]
  }
}

export interface AppOptions extends GateOptions {
  log: Logger
  /** Each adds its routes; none knows the others. */
  routes: FastifyPluginAsync[]
}

const KIB = 1024
const SECOND = 1000

/** Followers and everybody else; more are not accepted, so that the process keeps files to open. */
const maxConnections = 1000

/** Makes the server; `listen` and `close` are the caller's. Tests ask it by `inject`. */
export async function createApp({ log, routes, ...gate }: AppOptions): Promise<FastifyInstance> {
  const app = fastify({
    bodyLimit: 256 * KIB,
    requestTimeout: 30 * SECOND,
    connectionTimeout: 60 * SECOND,
    keepAliveTimeout: 5 * SECOND,
    // Idle keep-alive connections would hold up a stop; what is under way is waited for before.
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 512, ignoreTrailingSlash: true },
    clientErrorHandler: refuseMalformed,
    frameworkErrors: (error, _request, reply) => {
      const { statusCode, body } = httpAnswer(error)
      void (reply as FastifyReply).headers(privateHeaders).code(statusCode).send(body)
    },
  })

  app.server.maxConnections = maxConnections
  takeBodies(app)
  letAnswersEnd(app)
  app.decorateRequest('hasKey', false)
  app.addHook('onRequest', makeGate(gate))

  const methodsAt = new Map<string, Set<string>>()
  const endpoints = new Set<Endpoint>()
  const pages = new Set<string>()
  app.decorate('endpoints', () => [...endpoints])
  app.decorate('pages', () => [...pages])
  app.addHook('onRoute', ({ url, method, config }) => {
    if (config?.endpoint) endpoints.add(config.endpoint)
    else for (const each of [method].flat()) pages.add(`${each} ${url}`)
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

  app.addHook('onSend', async ({ method, routeOptions }, _reply, payload) => {
    // Its status is said already; without this nobody would learn why it breaks off.
    if (payload instanceof Readable)
      payload.once('error', error => log.error({ err: error, method, route: routeOptions.url }, 'an answer broke off'))
  })

  for (const route of routes) await app.register(route)
  return app
}

/** JSON, or nothing, whatever type it says that it is: many clients send the type with every request. */
function takeBodies(app: FastifyInstance): void {
  const json = app.getDefaultJsonParser('error', 'error')
  app.removeAllContentTypeParsers()
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) =>
    body === '' ? done(null, undefined) : json(request, body, done),
  )
  app.addContentTypeParser<string>('*', { parseAs: 'string' }, (_request, body, done) =>
    body === '' ? done(null, undefined) : done(new errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE()),
  )
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
