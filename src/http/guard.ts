/** Who may ask, by the headers of a request: the API key, and `Host` and `Origin` against pages of others. */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { isIP } from 'node:net'

/**
 * The keys that a request carries: `Authorization: Bearer`, `X-API-Key`, the password of `Authorization: Basic`, and `token` (browsers can
 * give a WebSocket no headers).
 */
export function keysOf(headers: IncomingHttpHeaders, token?: unknown): string[] {
  return typeof token === 'string' ? [...keysIn(headers), token] : keysIn(headers)
}

/** True when one of them is the key. Every one is compared, so that the time taken does not tell which header was the right one. */
export function isKey(given: readonly string[], apiKey: string): boolean {
  return given.reduce((found, key) => timingSafeEqual(digestOf(key), digestOf(apiKey)) || found, false)
}

/** Stands for a key where the key itself should not be kept. Digests are equally long: their comparison tells nothing of the length. */
export function digestOf(key: string): Buffer {
  return createHash('sha256').update(key).digest()
}

/**
 * True when a browser sends the request for a page of another origin than this server and `allowed` ones. A page without an origin (`null`) is
 * foreign, and so is one that only says that it is elsewhere, as for a picture. Somebody who follows a link is not.
 */
export function isForeignPage(headers: IncomingHttpHeaders, allowed: readonly string[]): boolean {
  const { origin, host } = headers
  if (origin !== undefined) return !allowed.includes(origin.toLowerCase()) && !isOwn(origin, host)
  return headers['sec-fetch-site'] === 'cross-site' && headers['sec-fetch-mode'] !== 'navigate'
}

function isOwn(origin: string, host: string | undefined): boolean {
  try {
    const { protocol, host: from } = new URL(origin)
    return from !== '' && from === new URL(`${protocol}//${host}`).host
  } catch {
    return false
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

/**
 * True when `Host` is a name that nobody else can point at this server. A web page elsewhere can give a name of its own our address and let the
 * visitor's browser ask us, but the browser then still sends that name: one with a dot in it, which is neither ours nor an address.
 */
export function isOwnHost(host: string | undefined, { loopback, allowed }: { loopback: boolean; allowed: readonly string[] }): boolean {
  const name = (host ?? '').toLowerCase().replace(/:\d*$/, '').replace(/\.$/, '')
  if (name === 'localhost' || name === '[::1]' || /^127(\.\d{1,3}){3}$/.test(name) || allowed.includes(name)) return true
  return !loopback && name !== '' && (isIP(name.replace(/^\[|\]$/g, '')) !== 0 || /^[a-z\d_-]+$/.test(name))
}
