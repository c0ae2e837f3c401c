/**
 * How many rows a load brings at most. What it brings decides which rows go: those are waited for, and the newest of them, if they were only added to
 * be on the safe side, in vain. The page asks its store for the same number every time (reference §4.5), so that what loads brought tells whether the next
 * one may bring more.
 */

/** So many loads have to be seen before what they brought is believed. */
const enoughLoads = 5
/** Loads that may have brought more than is believed, as a share: a message that came meanwhile counts with them. */
const outliers = 0.05
/** What a load may bring beyond what is expected, as a share of it. */
const margin = 0.1
/** So many of the last loads are remembered. */
const remembered = 200

export class LoadSizes {
  /** The last ones, in their order. */
  readonly #seen: number[] = []

  /** Takes in what one load brought. */
  note(rows: number): void {
    if (rows <= 0) return
    this.#seen.push(rows)
    if (this.#seen.length > remembered) this.#seen.shift()
  }

  /** Rows that the next load brings at most, where about `expected` are expected of it: a tenth more, unless loads do not bring so many. */
  most(expected: number): number {
    const withMargin = Math.ceil(expected + margin * expected)
    if (this.#seen.length < enoughLoads) return withMargin
    const sizes = [...this.#seen].sort((a, b) => a - b)
    const seen = sizes[Math.ceil((1 - outliers) * sizes.length) - 1] as number
    return Math.max(expected, Math.min(withMargin, seen))
  }
}
