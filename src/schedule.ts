/**
 * When a cycle runs: a tick every minute asks a pure function whether one is due. A cycle may ask for another wait than the interval: a
 * timer of its own ends that wait to the millisecond, and the ticks make sure of it where timers stood still (a computer that slept).
 */
import { schedule as cronSchedule } from 'node-cron'

const MINUTE = 60_000

/** Instants are epoch milliseconds; `lastStartedAt` null = no cycle was ever started. */
export interface Slot {
  lastStartedAt: number | null
  intervalMinutes: number
  now: number
}

/**
 * True when the next cycle should start. Counted in whole minutes of the clock, so that a cycle which started at 10:00:00.9 is
 * due at the 10:45 tick and not one tick later. A last start that lies in the future means that the clock was set back: due.
 */
export function isDue({ lastStartedAt, intervalMinutes, now }: Slot): boolean {
  if (lastStartedAt === null) return true
  const minutes = Math.floor(now / MINUTE) - Math.floor(lastStartedAt / MINUTE)
  return minutes < 0 || minutes >= intervalMinutes
}

/** The minute at which `isDue` turns true, epoch milliseconds; never before `now`. */
export function nextRunAt(slot: Slot): number {
  if (slot.lastStartedAt === null || isDue(slot)) return slot.now
  return (Math.floor(slot.lastStartedAt / MINUTE) + slot.intervalMinutes) * MINUTE
}

/** Calls `tick` every minute until the returned function is called. */
export type Ticker = (tick: () => void) => () => void

/**
 * By node-cron, whose task is made anew within a second of the clock being set: left alone it waits for the instant that it had in mind, days if the
 * clock went back, and counts through every minute that was skipped if it went ahead.
 */
export const everyMinute: Ticker = tick => {
  const begin = () => cronSchedule('* * * * *', tick, { suppressMissedWarning: true })
  let task = begin()
  let lead = clockLead()
  const stop = ticksEvery(1000, () => {
    if (Math.abs(clockLead() - lead) < steppedMs) return
    lead = clockLead()
    void task.destroy()
    task = begin()
    tick()
  })
  return () => {
    stop()
    void task.destroy()
  }
}

/** By how much the clock of the day is ahead of the one that cannot be set. */
const clockLead = (): number => Date.now() - performance.now()
/** A clock that is only being disciplined moves by less. */
const steppedMs = 2000

/** Ticks whenever the clock begins another `everyMs`; the timer is set anew for each tick, so that a clock that is set costs at most one term. */
export function ticksEvery(everyMs: number, tick: () => void): () => void {
  let timer: NodeJS.Timeout
  const wait = () => {
    timer = setTimeout(
      () => {
        wait()
        tick()
      },
      everyMs - (Date.now() % everyMs),
    )
  }
  wait()
  return () => clearTimeout(timer)
}

/** Calls `tick` every five seconds, for looks that cost nothing. */
export const everyFewSeconds: Ticker = tick => {
  const timer = setInterval(tick, 5_000)
  timer.unref()
  return () => clearInterval(timer)
}

/** Calls `ring` once, `afterMs` from now, until the returned function is called. */
export type Alarm = (afterMs: number, ring: () => void) => () => void

/** What a timer of Node can hold; a longer wait is left to the ticks. */
const longestTimerMs = 2 ** 31 - 1

const byTimer: Alarm = (afterMs, ring) => {
  if (afterMs > longestTimerMs) return () => {}
  const timer = setTimeout(ring, afterMs)
  return () => clearTimeout(timer)
}

export interface ScheduleOptions {
  intervalMinutes: number
  /** Start of the last run that is on record (another process may have run it), epoch milliseconds. */
  lastStartedAt(): Promise<number | null>
  /** Runs one cycle and handles its own errors. A number asks for the next one so many milliseconds after this one's end; null = the interval. */
  run(trigger: 'start' | 'schedule' | 'request'): Promise<number | null>
  /** A slot passed because the cycle before is still running. */
  onSkipped(): void
  /** The record could not be asked, or `run` threw. */
  onError(error: unknown): void
  now?: () => number
  ticker?: Ticker
  alarm?: Alarm
}

/** The running schedule. Cycles never overlap: whoever asks while one runs is told so. */
export class Schedule {
  readonly #options: ScheduleOptions
  readonly #now: () => number
  #running: Promise<void> | null = null
  #lastStarted: number | null = null
  /** The instant that the last cycle asked for instead of the interval. */
  #wanted: number | null = null
  #silence: (() => void) | null = null
  #skippedSince: number | null = null
  #stopTicks: (() => void) | null = null

  constructor(options: ScheduleOptions) {
    this.#options = options
    this.#now = options.now ?? Date.now
  }

  /** Starts the first cycle at once, then one every interval. */
  start(): void {
    this.#stopTicks ??= (this.#options.ticker ?? everyMinute)(() => void this.tick())
    this.#begin('start')
  }

  get running(): boolean {
    return this.#running !== null
  }

  /** ISO 8601 UTC; null before `start` and after `close`. */
  get nextRunAt(): string | null {
    if (this.#stopTicks === null) return null
    const at = this.#wanted === null ? nextRunAt(this.#slot(this.#lastStarted)) : Math.max(this.#wanted, this.#now())
    return new Date(at).toISOString()
  }

  /** Starts a cycle now; false when one is running or the schedule is closed. */
  request(): boolean {
    return this.#stopTicks !== null && this.#begin('request')
  }

  /** What the ticker calls; resolves once it is decided, not once the cycle is over. */
  async tick(): Promise<void> {
    if (this.running) return this.#countSkipped()
    if (this.#wanted !== null) {
      if (this.#now() >= this.#wanted || this.#now() < (this.#lastStarted ?? 0)) this.#begin('schedule')
      return
    }
    try {
      const recorded = await this.#options.lastStartedAt()
      if (isDue(this.#slot(this.#latest(recorded))) && this.#stopTicks !== null) this.#begin('schedule')
    } catch (error) {
      this.#options.onError(error)
    }
  }

  /** No further cycle starts; resolves when the one that runs is over. */
  async close(): Promise<void> {
    this.#stopTicks?.()
    this.#stopTicks = null
    this.#forget()
    await this.#running
  }

  #begin(trigger: 'start' | 'schedule' | 'request'): boolean {
    if (this.#running !== null) return false
    this.#forget()
    this.#lastStarted = this.#now()
    this.#skippedSince = null
    this.#running = this.#run(trigger).finally(() => {
      this.#running = null
    })
    return true
  }

  async #run(trigger: 'start' | 'schedule' | 'request'): Promise<void> {
    try {
      const afterMs = await this.#options.run(trigger)
      if (afterMs !== null && this.#stopTicks !== null) this.#want(afterMs)
    } catch (error) {
      this.#options.onError(error)
    }
  }

  #want(afterMs: number): void {
    this.#wanted = this.#now() + afterMs
    this.#silence = (this.#options.alarm ?? byTimer)(afterMs, () => void this.#begin('schedule'))
  }

  #forget(): void {
    this.#silence?.()
    this.#silence = null
    this.#wanted = null
  }

  /** One slot counts once, however many ticks it is overdue. */
  #countSkipped(): void {
    const now = this.#now()
    if (!isDue(this.#slot(this.#skippedSince ?? this.#lastStarted))) return
    this.#skippedSince = now
    this.#options.onSkipped()
  }

  /** The later of our own last start and the recorded one; a record from the future (clock set back since) counts only while we have none. */
  #latest(recorded: number | null): number | null {
    if (this.#lastStarted === null || recorded === null) return this.#lastStarted ?? recorded
    return recorded > this.#now() ? this.#lastStarted : Math.max(recorded, this.#lastStarted)
  }

  #slot(lastStartedAt: number | null): Slot {
    return { lastStartedAt, intervalMinutes: this.#options.intervalMinutes, now: this.#now() }
  }
}
