/**
 * The one reader of the outbox for everybody who follows it. What it read last is kept, within bounds; who is further behind is served
 * from the database. It reads while somebody follows: when it is woken, and every few seconds in case another process wrote.
 */
import type { Outbox, OutboxRow } from '../db/store.ts'
import { type FrameType, frameOf } from './frames.ts'
import { startingPlace } from './start.ts'

/** An event as it is sent; `json` null where followers are not told, but move on. */
export interface Line {
  id: number
  accountId: string
  type: FrameType | null
  json: string | null
}

export interface StreamOptions {
  /** Null while the database is not open. */
  outbox: () => Outbox | null
  onError: (error: unknown) => void
  /** Milliseconds between two looks when nobody wakes it. */
  pollMs?: number
  /** What is kept of the newest lines: so many, so large, so long (text that is purged goes from here too). */
  keepLines?: number
  keepBytes?: number
  keepMs?: number
  /** Rows of one question. */
  page?: number
}

/** Followers that read from the database at the same time; the others wait for their turn. */
const maxCatchingUp = 4

export class Stream {
  readonly #options: Required<StreamOptions>
  /** Everything with `#from < id <= #to` is in `#kept`; null while nobody follows. */
  #from = 0
  #to: number | null = null
  #kept: (Line & { at: number })[] = []
  #bytes = 0
  #followers = 0
  #timer: NodeJS.Timeout | undefined
  #reading: Promise<void> | null = null
  #again = false
  #version = 0
  readonly #waiting = new Set<() => void>()
  #catchingUp = 0
  readonly #turns: (() => void)[] = []

  constructor(options: StreamOptions) {
    this.#options = { pollMs: 2000, keepLines: 2000, keepBytes: 4 << 20, keepMs: 60_000, page: 200, ...options }
  }

  /** How far the outbox reaches; null while the database is not open. */
  async edges() {
    return (await this.#options.outbox()?.outboxEdges()) ?? null
  }

  /** Somebody follows from now on, until the function that is given back is called. */
  join(): () => void {
    if (this.#followers++ === 0) {
      this.#timer = setInterval(() => {
        this.#drop()
        this.wake()
      }, this.#options.pollMs)
      this.#timer.unref()
      this.wake()
    }
    let left = false
    return () => {
      if (left) return
      left = true
      if (--this.#followers > 0) return
      clearInterval(this.#timer)
      this.#to = null
      this.#kept = []
      this.#bytes = 0
    }
  }

  /** Something may have been written. */
  wake(): void {
    if (this.#followers === 0) return
    this.#again = true
    this.#reading ??= this.#read().finally(() => {
      this.#reading = null
      if (this.#again && this.#followers > 0) setImmediate(() => this.wake())
    })
  }

  /** Everybody who waits looks again: something other than the outbox has changed. */
  nudge(): void {
    this.#version++
    for (const go of [...this.#waiting]) go()
  }

  /** Grows with every change: what `changed` is asked about. */
  get version(): number {
    return this.#version
  }

  /**
   * The lines after an id, oldest first; empty where there are none yet, `gone` where some of them are no longer kept. Rejects when the
   * database does not answer.
   */
  async after(id: number): Promise<readonly Line[] | 'gone'> {
    const { page } = this.#options
    if (this.#to !== null && id >= this.#from) {
      // Most followers stand at the end.
      const at = this.#kept.findLastIndex(line => line.id <= id) + 1
      return this.#kept.slice(at, at + page)
    }
    return this.#inTurn(async () => {
      const outbox = this.#options.outbox()
      if (outbox === null) return []
      const rows = await outbox.outboxAfter(id, page)
      // Asked after them: what is whole now was whole when they were read.
      return startingPlace(id, await outbox.outboxEdges()) === id ? rows.map(lineOf) : 'gone'
    })
  }

  /** Resolves once something has changed since `version` was read, or `signal` aborts. */
  changed(since: number, signal: AbortSignal): Promise<void> {
    if (since !== this.#version || signal.aborted) return Promise.resolve()
    return new Promise(resolve => {
      const go = () => {
        this.#waiting.delete(go)
        signal.removeEventListener('abort', go)
        resolve()
      }
      this.#waiting.add(go)
      signal.addEventListener('abort', go)
    })
  }

  async #read(): Promise<void> {
    const { outbox, page, onError } = this.#options
    try {
      while (this.#again && this.#followers > 0) {
        this.#again = false
        const source = outbox()
        if (source === null) return
        if (this.#to === null) {
          const { last } = await source.outboxEdges()
          this.#from = last
          this.#to = last
          this.nudge()
        }
        for (;;) {
          const rows = await source.outboxAfter(this.#to ?? 0, page)
          if (this.#to === null || rows.length === 0) break
          this.#keep(rows.map(lineOf))
          this.nudge()
          if (rows.length < page) break
        }
      }
    } catch (error) {
      // The next poll tries again; who is in the middle of a question hears of it by itself.
      this.#again = false
      onError(error)
    }
  }

  #keep(lines: readonly Line[]): void {
    for (const line of lines) {
      this.#kept.push({ ...line, at: Date.now() })
      this.#bytes += sizeOf(line)
      this.#to = line.id
    }
    this.#drop()
  }

  #drop(): void {
    const { keepLines, keepBytes, keepMs } = this.#options
    const edge = Date.now() - keepMs
    let drop = 0
    for (const line of this.#kept) {
      if (this.#kept.length - drop <= keepLines && this.#bytes <= keepBytes && line.at > edge) break
      drop++
      this.#bytes -= sizeOf(line)
      this.#from = line.id
    }
    this.#kept.splice(0, drop)
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#catchingUp >= maxCatchingUp) await new Promise<void>(resolve => this.#turns.push(resolve))
    else this.#catchingUp++
    try {
      return await work()
    } finally {
      const next = this.#turns.shift()
      if (next) next()
      else this.#catchingUp--
    }
  }
}

function lineOf(row: OutboxRow): Line {
  const frame = frameOf(row)
  return { id: row.id, accountId: row.accountId, type: frame?.type ?? null, json: frame && JSON.stringify(frame) }
}

function sizeOf({ json }: Line): number {
  return 100 + 2 * (json?.length ?? 0)
}
