/** The live events of a worker, wired: the stream, what wakes it, and the pairing code while there is one. */
import type { FastifyPluginAsync } from 'fastify'
import type { Outbox } from '../db/store.ts'
import type { Bus } from '../events.ts'
import { liveEvents } from '../http/routes/events.ts'
import type { Present } from '../live/follow.ts'
import { statusAfter } from '../live/frames.ts'
import { Stream } from '../live/stream.ts'
import type { Logger } from '../log.ts'
import type { Metrics } from '../metrics.ts'
import { qrDataUrl } from '../web/qr.ts'

export interface LiveParts {
  bus: Bus
  log: Logger
  metrics: Metrics
  /** Null while the database is not open. */
  outbox: () => Outbox | null
  /** The pairing code on the screen; null where there is none. */
  code: () => string | null
}

export interface Live {
  routes: FastifyPluginAsync
  /** Something stands in the outbox that no event of the bus followed. */
  wake(): void
}

/** A code rotates every 20 to 60 seconds. */
const codeEveryMs = 1000

export function makeLive({ bus, log, metrics, outbox, code }: LiveParts): Live {
  let faults = 0
  const stream = new Stream({
    outbox,
    onError: error => {
      if (faults++ === 0) log.warn({ err: error }, 'the outbox could not be read for those who follow it; tried again every few seconds')
    },
  })
  const present = watchSession(bus, code, () => stream.nudge())
  bus.on('*', () => stream.wake())
  return { routes: liveEvents({ stream, present, onClosed: why => metrics.followersClosed.inc({ why }) }), wake: () => stream.wake() }
}

/** What the session is now; `changed` is called when the code is another one. The code is drawn only while one is shown. */
function watchSession(bus: Bus, code: () => string | null, changed: () => void): Present {
  let status = { ready: false, status: 'starting' }
  let drawn: { code: string; url: string } | null = null
  let timer: NodeJS.Timeout | undefined
  const look = async () => {
    const shown = code()
    if (shown === (drawn?.code ?? null)) return
    const url = shown === null ? null : await qrDataUrl(shown)
    drawn = shown === null || url === null ? null : { code: shown, url }
    changed()
  }
  bus.on('*', ({ type }) => {
    const now = statusAfter[type]
    if (now === undefined) return
    // An expired session shows a code too; that it expired is the better news.
    if (!(now === 'pairing' && status.status === 'expired')) status = { ready: now === 'logged_in', status: now }
    clearInterval(timer)
    if (type !== 'session.qr') return void look()
    timer = setInterval(() => void look(), codeEveryMs)
    timer.unref()
    void look()
  })
  return { qr: () => drawn?.url ?? null, status: () => status }
}
