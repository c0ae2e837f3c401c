/**
 * How long rows are waited for, learned from the page: reactions, texts and ticks come a moment after their row, and nothing on the page says that
 * a row is finished. What was watched tells how long that moment is here and now.
 */

/** So many rows, watched for three times as long as the longest delay that was seen and at least for `leastWatchedMs`, make the shorter wait believed. */
const enoughRows = 40
const leastWatchedMs = 600
/** The least that is waited, and what is added to half as much again as the longest delay that was seen. */
const leastMs = 250
const spareMs = 50
/** The page counts its rows by how many such steps they were watched for. */
const stepMs = 200

/** What a page counted since it was loaded; `watched[n]`: rows that were watched for n + 1 steps at least. */
export interface Counted {
  latest: number
  watched: readonly number[]
}

export class Lateness {
  readonly #mostMs: number
  #latest = 0
  readonly #watched: number[] = []
  /** What the page counted when it was last asked, by document: it counts on over the chats. */
  #before: readonly number[] = []

  /** `mostMs`: a row is waited for this long as long as little is known, and never longer. */
  constructor(mostMs: number) {
    this.#mostMs = mostMs
  }

  /** Takes in what the page counted so far; a page that was loaded anew counts from 0. */
  note({ latest, watched }: Counted): void {
    const anew = watched.some((count, step) => count < (this.#before[step] ?? 0))
    for (const [step, count] of watched.entries()) {
      this.#watched[step] = (this.#watched[step] ?? 0) + count - (anew ? 0 : (this.#before[step] ?? 0))
    }
    this.#latest = Math.max(this.#latest, latest)
    this.#before = watched
  }

  /** Whether enough was watched for long enough to be believed. Until then rows are kept for the longest wait, or it would never be learned. */
  get learned(): boolean {
    const ms = Math.min(this.#mostMs, Math.max(leastWatchedMs, 3 * this.#latest))
    return (this.#watched[Math.ceil(ms / stepMs) - 1] ?? 0) >= enoughRows
  }

  /** Milliseconds after which a row is believed to have all its parts. */
  get enoughMs(): number {
    if (!this.learned) return this.#mostMs
    return Math.min(this.#mostMs, Math.max(leastMs, 1.5 * this.#latest + spareMs))
  }
}
