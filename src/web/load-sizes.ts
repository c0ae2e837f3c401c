/**
 * How many rows a load brings at most, learned from the page: it asks its store for the same number every time and draws no more of them than fill two
 * windows (reference §4.5). What a load brings decides which rows go: those are waited for, and every row more than that would be waited for in vain.
 */

/** So many loads have to be seen before what they brought is believed. */
const enoughLoads = 5
/** Loads that may have brought more than is believed, as a share: a message that came meanwhile counts with them. */
const outliers = 0.05
/** What a load may bring beyond an estimate, as a share of it. */
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

  /** Rows that the next load brings at most, where about `expected` are expected of it. */
  most(expected: number): number {
    const estimate = Math.ceil(expected + margin * expected)
    if (this.#seen.length < enoughLoads) return estimate
    const sizes = [...this.#seen].sort((a, b) => a - b)
    return Math.min(estimate, sizes[Math.ceil((1 - outliers) * sizes.length) - 1] as number)
  }
}
