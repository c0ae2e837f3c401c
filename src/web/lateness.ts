/**
 * How long rows are waited for, learned from the page: reactions, pictures and ticks come a moment after their row, and nothing on the page says that
 * a row is finished. What was watched tells how long that moment is here and now.
 */

/** So many rows, watched for the whole of the longest wait, make the shorter one believed. */
const enoughRows = 40
/** The least that is waited, and what is added to half as much again as the longest delay that was seen. */
const leastMs = 250
const spareMs = 50

export class Lateness {
  readonly #mostMs: number
  #latest = 0
  #watched = 0
  /** What the page counted when it was last asked, by document: it counts on over the chats. */
  #before = { latest: 0, watched: 0 }

  /** `mostMs`: a row is waited for this long as long as little is known, and never longer. */
  constructor(mostMs: number) {
    this.#mostMs = mostMs
  }

  /** Takes in what the page counted so far; a page that was loaded anew counts from 0. */
  note(counted: { latest: number; watched: number }): void {
    this.#watched += counted.watched >= this.#before.watched ? counted.watched - this.#before.watched : counted.watched
    this.#latest = Math.max(this.#latest, counted.latest)
    this.#before = counted
  }

  /** Whether that was watched for long enough to be believed. Until then rows are kept for the longest wait, or it would never be learned. */
  get learned(): boolean {
    return this.#watched >= enoughRows
  }

  /** Milliseconds after which a row is believed to have all its parts. */
  get enoughMs(): number {
    if (!this.learned) return this.#mostMs
    return Math.min(this.#mostMs, Math.max(leastMs, 1.5 * this.#latest + spareMs))
  }
}
