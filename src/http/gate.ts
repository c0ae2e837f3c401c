/** What every request passes before its route: headers of the answer, Host, Origin, how often, and the API key. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { errorBody } from './errors.ts'
import { digestOf, isForeignPage, isKey, isOwnHost, keysOf } from './guard.ts'
import { clientOf, GuessLimit, RequestLimit } from './limits.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** It carries the API key; false also where none is asked for. */
    hasKey: boolean
  }
  interface FastifyContextConfig {
    /** True: answered without the API key. */
    open?: boolean
    /** True: `?token=` is taken as the API key too. */
    tokenInQuery?: boolean
  }
}

export interface GateOptions {
  /** null = everybody who reaches the port may ask (accepted on loopback only). */
  apiKey: string | null
  /** The server listens on loopback only, so `Host` has to name this machine. */
  loopback: boolean
  /** Names besides those that are always this server's, in lower case without port. */
  allowedHosts?: readonly string[]
  /** Origins whose pages may read the answers, in lower case. */
  corsOrigins?: readonly string[]
  /** Of one address; null = no limit. */
  requestsPerMinute?: number | null
  /** Milliseconds of a monotonic clock. */
  clock?: () => number
}

/** What every page that shows private data should say: keep no copy, frame it nowhere, guess no type, load nothing. */
export const privateHeaders = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
}

const needsKey =
  'this needs the API key, as "Authorization: Bearer KEY", "X-API-Key: KEY" or the password of Basic; it lies in DATA_DIR/api-key'

/** The hook for all requests; it answers those that may not pass. */
export function makeGate(options: GateOptions): (request: FastifyRequest, reply: FastifyReply) => Promise<unknown> {
  const { apiKey, loopback, allowedHosts = [], corsOrigins = [], requestsPerMinute = null, clock = () => performance.now() } = options
  const requests = requestsPerMinute === null ? null : new RequestLimit(requestsPerMinute)
  const guesses = new GuessLimit()
  return async (request, reply) => {
    void reply.headers(privateHeaders)
    const { open, tokenInQuery } = request.routeOptions.config
    const refuse = (status: number, code: string, message: string) => reply.code(status).send(errorBody(code, message))
    const wait = (seconds: number, code: string, message: string) => {
      void reply.header('retry-after', String(seconds))
      return refuse(429, code, `${message}; try again in ${seconds} s`)
    }
    if (!isOwnHost(request.headers.host, { loopback, allowed: allowedHosts })) {
      return refuse(
        403,
        'host_refused',
        'the Host header has to name this machine, such as localhost or 127.0.0.1; others are named in HTTP_ALLOWED_HOSTS',
      )
    }
    if (isForeignPage(request.headers, corsOrigins)) {
      return refuse(403, 'origin_refused', 'a page of another origin may not ask; those that may are named in API_CORS_ORIGINS')
    }
    if (corsOrigins.length > 0) {
      void reply.headers(corsHeaders(request, corsOrigins))
      if (request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined) return reply.code(204).send()
    }
    const client = clientOf(request.ip)
    const given = keysOf(request.headers, tokenInQuery === true ? (request.query as Record<string, unknown>).token : undefined)
    const blocked = apiKey === null || given.length === 0 ? 0 : guesses.blocked(client, clock())
    request.hasKey = apiKey !== null && blocked === 0 && isKey(given, apiKey)
    if (apiKey !== null && blocked === 0 && !request.hasKey) {
      for (const key of given) guesses.failed(client, digestOf(key).toString('base64'), clock())
    }
    if (open === true) return
    const tooSoon = requests?.take(client, clock()) ?? 0
    if (tooSoon > 0) return wait(tooSoon, 'too_many_requests', `more than ${requestsPerMinute} requests a minute from one address`)
    if (apiKey === null || request.hasKey) return
    if (blocked > 0) return wait(blocked, 'too_many_attempts', 'too many wrong keys from this address')
    void reply.header('www-authenticate', 'Basic realm="whatsapp-etl", charset="UTF-8"')
    return refuse(401, 'unauthorized', needsKey)
  }
}

/** What lets pages of the allowed origins read the answer. Credentials that the browser keeps are not for them: they bring the key. */
function corsHeaders({ headers }: FastifyRequest, allowed: readonly string[]): Record<string, string> {
  const { origin } = headers
  if (origin === undefined || !allowed.includes(origin.toLowerCase())) return { vary: 'Origin' }
  return {
    vary: 'Origin',
    'access-control-allow-origin': origin,
    'access-control-allow-methods': 'GET, POST, DELETE',
    'access-control-allow-headers': 'Authorization, X-API-Key, Content-Type, Range, If-Range, If-None-Match, Last-Event-ID',
    'access-control-expose-headers': 'ETag, Content-Range, Content-Disposition, Retry-After',
    'access-control-max-age': '600',
  }
}
