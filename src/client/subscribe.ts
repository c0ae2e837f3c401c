/** Follows the live events over `/events`: reconnects by itself and goes on behind the last event that was handed over. */
import { EventStreamParser } from './event-stream.ts'
import { type Access, ApiError, ask } from './request.ts'
import type { LiveEvent } from './shapes.ts'

export interface Subscription {
  /** The last event that was seen: what follows it comes first. 0 = everything that is kept; absent = only what happens from now on. */
  sinceId?: number
  signal?: AbortSignal
  /** Called when the stream is open, and when it is not and how long is waited. */
  onState?: (state: { connected: true } | { connected: false; retryInMs: number; reason: string }) => void
  /** Waits between attempts, milliseconds: the first one at most, and the longest. */
  firstWaitMs?: number
  longestWaitMs?: number
  /** A stream that is silent for so long is dead: the server says something every 25 seconds. */
  silenceMs?: number
}

/** What a server says when it ends a stream: it tells a reader that was too slow, and it may come back at once. */
const tooSlow = 4408

/** Refusals that pass by themselves. */
const passing = [408, 425, 429, 500, 502, 503, 504]

/**
 * Every event once, in order, until `signal` aborts. Throws ApiError where trying again would not help; with status 410 (`gone`: events
 * in between are no longer kept; `unknown`: another database) read `/messages`, then subscribe without `sinceId`.
 */
export async function* subscribe(access: Access, options: Subscription = {}): AsyncGenerator<LiveEvent, void> {
  const {
    signal = new AbortController().signal,
    onState = () => {},
    firstWaitMs = 1000,
    longestWaitMs = 30_000,
    silenceMs = 70_000,
  } = options
  let place = options.sinceId ?? null
  let failures = 0
  while (!signal.aborted) {
    let ended: Ending = { reason: 'the connection was cut', soon: false }
    const began = Date.now()
    try {
      const parser = new EventStreamParser()
      for await (const text of textOf(access, place, { signal, silenceMs, onOpen: () => onState({ connected: true }) })) {
        for (const { event, data, id } of parser.push(text)) {
          place = placeIn(id) ?? place
          if (event === 'close') ended = endingOf(data)
          else yield JSON.parse(data) as LiveEvent
        }
        place = placeIn(parser.lastId) ?? place
      }
    } catch (error) {
      if (signal.aborted) return
      if (error instanceof ApiError && !passing.includes(error.status)) throw error
      ended = { reason: error instanceof ApiError ? error.message : 'the server cannot be reached', soon: false }
    }
    if (signal.aborted) return
    // A stream that ends as soon as it began is no success.
    if (Date.now() - began > longestWaitMs) failures = 0
    // Full jitter: many clients of one server do not come back all at once.
    const retryInMs = ended.soon ? 0 : Math.random() * Math.min(longestWaitMs, firstWaitMs * 2 ** failures++)
    onState({ connected: false, retryInMs, reason: ended.reason })
    await pause(retryInMs, signal)
  }
}

interface Ending {
  reason: string
  soon: boolean
}

function endingOf(data: string): Ending {
  const { code, reason } = JSON.parse(data) as { code: number; reason: string }
  return { reason, soon: code === tooSlow }
}

function placeIn(id: string): number | null {
  return /^\d{1,16}$/.test(id) ? Number(id) : null
}

interface Reading {
  signal: AbortSignal
  silenceMs: number
  onOpen(): void
}

async function* textOf(access: Access, place: number | null, { signal, silenceMs, onOpen }: Reading): AsyncGenerator<string> {
  const silent = new AbortController()
  let timer = setTimeout(() => silent.abort(), silenceMs)
  try {
    const response = await ask(access, '/events', {
      query: { since_id: place },
      headers: { accept: 'text/event-stream' },
      signal: AbortSignal.any([signal, silent.signal]),
    })
    onOpen()
    const reader = response.body!.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array<ArrayBuffer>>).getReader()
    for (;;) {
      const { done, value } = await reader.read()
      clearTimeout(timer)
      if (done) return
      yield value
      timer = setTimeout(() => silent.abort(), silenceMs)
    }
  } finally {
    clearTimeout(timer)
    silent.abort()
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done)
    function done() {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
  })
}
