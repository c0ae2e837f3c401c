/** Who may ask: the API key, and the `Host` header against DNS rebinding. */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

/**
 * True when the headers carry the key: `Authorization: Bearer`, `X-API-Key`, or the password of `Authorization: Basic`; or `token` is it
 * (browsers can give a WebSocket no headers).
 */
export function carriesKey(headers: IncomingHttpHeaders, apiKey: string, token?: unknown): boolean {
  const given = typeof token === 'string' ? [...keysIn(headers), token] : keysIn(headers)
  // Every candidate is compared, so that the time taken does not tell which header was the right one.
  return given.reduce((found, key) => sameSecret(key, apiKey) || found, false)
}

/** True when a browser sends the request for a page of another host or port; a page without an origin is foreign. */
export function isForeignOrigin({ origin, host }: IncomingHttpHeaders): boolean {
  if (origin === undefined) return false
  try {
    return new URL(origin).host !== new URL(`${new URL(origin).protocol}//${host}`).host
  } catch {
    return true
  }
}

function keysIn(headers: IncomingHttpHeaders): string[] {
  const keys: string[] = []
  const direct = headers['x-api-key']
  if (typeof direct === 'string') keys.push(direct)
  const [, scheme, value] = /^(bearer|basic) +(\S+) *$/i.exec(headers.authorization ?? '') ?? []
  if (scheme?.toLowerCase() === 'bearer' && value) keys.push(value)
  if (scheme?.toLowerCase() === 'basic' && value) {
    const pair = Buffer.from(value, 'base64').toString('utf8')
    if (pair.includes(':')) keys.push(pair.slice(pair.indexOf(':') + 1))
  }
  return keys
}

/** Constant-time comparison; the digests make both sides equally long. */
function sameSecret(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(expected))
}

/**
 * True when `Host` names this machine. Checked while the server listens on loopback only: a web page elsewhere can point a name
 * of its own at 127.0.0.1 and let the visitor's browser ask us, but the browser then still sends that name.
 */
export function isLocalHostHeader(host: string | undefined): boolean {
  const name = (host ?? '').toLowerCase().replace(/:\d*$/, '')
  return name === 'localhost' || name === '[::1]' || /^127(\.\d{1,3}){3}$/.test(name)
}
