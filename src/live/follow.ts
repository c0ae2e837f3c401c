/** One follower of the stream: what it missed, then what happens, at the pace at which it reads. */
import type { FrameType } from './frames.ts'
import type { Line, Stream } from './stream.ts'

/** Whoever is on the other end. */
export interface Peer {
  /** Resolves once all of it has been handed to the network, which waits for the reader; rejects when the peer is gone. */
  send(frames: readonly SentFrame[]): Promise<void>
  /** Says why, with what helps to go on, and ends. */
  close(why: Closing, hint: string): void
  /** Aborted once the peer is gone. */
  gone: AbortSignal
}

/** `place`: where the follower stands after it. `type`, `data`: what is not in the outbox; its id is that place. */
export interface SentFrame {
  place: number
  json: string
}

/** What is true now and stands in no outbox: the pairing code, and the session's status for those who come in between. */
export interface Present {
  /** The code as a data URL, while pairing; null otherwise. A key to the account: told to whoever follows now, never kept. */
  qr(): string | null
  /** In the words of `GET /status`; null while nobody knows. */
  status(): { ready: boolean; status: string } | null
}

export interface Following {
  stream: Stream
  peer: Peer
  accountId: string
  /** The last id that the peer has seen. */
  since: number
  present: Present
  /** A peer that has taken nothing for so long is too slow. */
  slowMs?: number
  /** Aborted when the server stops. */
  stopping: AbortSignal
}

/** Why a follower was sent away. WebSocket codes 4000–4999 are an application's own. */
export const closings = {
  stopping: { code: 1001, reason: 'the worker is stopping' },
  broken: { code: 1011, reason: 'the outbox cannot be read now' },
  slow: { code: 4408, reason: 'too slow' },
  gone: { code: 4410, reason: 'events after since_id are no longer kept' },
  unknown: { code: 4404, reason: 'since_id is higher than any id here' },
} as const
export type Closing = keyof typeof closings

/** What is handed over at once, bytes: more is not in memory for one peer. */
const portion = 64 << 10

/** Follows until the peer is gone or sent away. Never rejects. */
export async function follow({ stream, peer, accountId, since, present, stopping, slowMs = 20_000 }: Following): Promise<void> {
  const leave = stream.join()
  const ended = AbortSignal.any([peer.gone, stopping])
  let place = since
  const hint = () => `; resume with since_id=${place}`
  let shownCode: string | null = null
  try {
    const status = present.status()
    if (status) await inTime(peer.send([extra('status', place, status)]), slowMs, ended)
    while (!ended.aborted) {
      const seen = stream.version
      const code = present.qr()
      if (code !== null && code !== shownCode) await inTime(peer.send([extra('qr', place, code)]), slowMs, ended)
      shownCode = code
      const lines = await stream.after(place).catch(() => null)
      if (lines === null) return peer.close('broken', hint())
      if (lines === 'gone') return peer.close('gone', '')
      for (const frames of portions(lines, accountId)) {
        await inTime(peer.send(frames), slowMs, ended)
        if (ended.aborted) break
        place = frames.at(-1)!.place
      }
      if (ended.aborted) break
      place = Math.max(place, lines.at(-1)?.id ?? 0)
      if (lines.length === 0) await stream.changed(seen, ended)
    }
    if (!peer.gone.aborted) peer.close('stopping', hint())
  } catch (error) {
    if (error instanceof TooSlow) peer.close('slow', hint())
  } finally {
    leave()
  }
}

function extra(type: FrameType, id: number, data: unknown): SentFrame {
  return { place: id, json: JSON.stringify({ type, id, data }) }
}

/** The frames of one account, so many at a time that they are small enough. */
function* portions(lines: readonly Line[], accountId: string): Generator<SentFrame[]> {
  let frames: SentFrame[] = []
  let bytes = 0
  for (const line of lines) {
    if (line.json === null || line.accountId !== accountId) continue
    frames.push({ place: line.id, json: line.json })
    bytes += line.json.length
    if (bytes < portion) continue
    yield frames
    frames = []
    bytes = 0
  }
  if (frames.length > 0) yield frames
}

class TooSlow extends Error {}

/** Resolves when it has been sent, or nobody cares any more. */
async function inTime(sending: Promise<void>, ms: number, ended: AbortSignal): Promise<void> {
  sending.catch(() => {})
  if (ended.aborted) return
  let timer: NodeJS.Timeout | undefined
  let enough = () => {}
  const over = new Promise<void>((resolve, reject) => {
    enough = resolve
    ended.addEventListener('abort', enough, { once: true })
    timer = setTimeout(() => reject(new TooSlow()), ms)
  })
  try {
    await Promise.race([sending, over])
  } finally {
    clearTimeout(timer)
    ended.removeEventListener('abort', enough)
  }
}
