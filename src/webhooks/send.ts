/** One attempt: a POST whose connection, time and answer are bounded. Redirects are not followed. */
import { type LookupAddress, lookup } from 'node:dns'
import http, { type IncomingMessage, type RequestOptions } from 'node:http'
import https from 'node:https'
import type { LookupFunction } from 'node:net'
import { promisify } from 'node:util'
import { literalAddress } from './addresses.ts'

/** What came of it. `status` null: no answer; `error` is a code or a few words, never anything of the address or the body. */
export interface Answer {
  status: number | null
  error: string | null
  /** What the receiver asked to wait for, milliseconds. */
  retryAfterMs: number | null
}

export interface SendOptions {
  /** Addresses that are not connected to. */
  refuses(address: string): boolean
  resolve?: (name: string) => Promise<LookupAddress[]>
  connectMs?: number
  totalMs?: number
}

/** What is read of an answer's body before it is cut off, bytes and milliseconds: nobody looks at it. */
const maxAnswer = 4096
const maxAnswerMs = 1000

class Refused extends Error {
  readonly code = 'private_address'
}

const resolveAll = promisify(lookup)
const resolveName = (name: string) => resolveAll(name, { all: true })

/** Posts and gives what came of it; never rejects. Success is a 2xx status line and headers within the time. */
export function send(url: URL, headers: Record<string, string>, body: string, options: SendOptions): Promise<Answer> {
  const { refuses, resolve: resolver = resolveName, connectMs = 5000, totalMs = 15_000 } = options
  const literal = literalAddress(url)
  if (literal !== null && refuses(literal)) return Promise.resolve(failed('private_address'))
  return new Promise(resolve => {
    const requestOptions: RequestOptions = {
      method: 'POST',
      // A connection for each: none outlives the check of its address.
      agent: false,
      lookup: checkedLookup(resolver, refuses),
      maxHeaderSize: 16 << 10,
      headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), 'user-agent': 'whatsapp-etl', ...headers },
    }
    const request = (url.protocol === 'https:' ? https : http).request(url, requestOptions)
    let timedOut: string | null = null
    const giveUp = (after: string) => () => {
      timedOut = after
      request.destroy()
    }
    const connecting = setTimeout(giveUp('connect_timeout'), connectMs)
    const answering = setTimeout(giveUp('timeout'), totalMs)
    let answer: Answer | null = null
    request.on('socket', socket => {
      socket.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', () => clearTimeout(connecting))
    })
    request.on('response', response => {
      answer = answerOf(response)
      readAway(response)
    })
    request.on('error', (error: NodeJS.ErrnoException) => {
      answer ??= failed(timedOut ?? error.code ?? 'failed')
    })
    // Not before the connection is gone: however slowly a receiver ends its answer, no more connections are open than deliveries are under way.
    request.on('close', () => {
      clearTimeout(connecting)
      clearTimeout(answering)
      resolve(answer ?? failed(timedOut ?? 'closed'))
    })
    request.end(body)
  })
}

/** Resolves a name and leaves only addresses that may be connected to: those are the ones that the connection is made to, nobody asks again. */
function checkedLookup(resolve: (name: string) => Promise<LookupAddress[]>, refuses: (address: string) => boolean): LookupFunction {
  return (name, { all }, callback) => {
    resolve(name).then(
      addresses => {
        const allowed = addresses.filter(({ address }) => !refuses(address))
        const [first] = allowed
        if (first === undefined) callback(new Refused(), '', 0)
        else if (all) callback(null, allowed)
        else callback(null, first.address, first.family)
      },
      (error: NodeJS.ErrnoException) => callback(error, '', 0),
    )
  }
}

function answerOf({ statusCode = 0, headers }: IncomingMessage): Answer {
  if (statusCode >= 200 && statusCode < 300) return { status: statusCode, error: null, retryAfterMs: null }
  const error = statusCode >= 300 && statusCode < 400 ? 'redirect' : 'status'
  return { status: statusCode, error, retryAfterMs: askedToWait(headers['retry-after']) }
}

/** `Retry-After`: seconds, or a date (RFC 9110, 10.2.3); null where it is neither. */
function askedToWait(header = ''): number | null {
  if (/^\d{1,6}$/.test(header)) return Number(header) * 1000
  const at = /^[A-Z][a-z]{2}, .* GMT$/.test(header) ? Date.parse(header) : Number.NaN
  return Number.isNaN(at) ? null : Math.max(0, at - Date.now())
}

function failed(error: string): Answer {
  return { status: null, error, retryAfterMs: null }
}

/** Lets the receiver finish a short answer. */
function readAway(response: IncomingMessage): void {
  let bytes = 0
  const enough = setTimeout(() => response.destroy(), maxAnswerMs)
  response.on('close', () => clearTimeout(enough))
  response.on('error', () => {})
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > maxAnswer) response.destroy()
  })
}
