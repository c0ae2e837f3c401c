/** What the dates seen in one session told about the order of day and month: evidence gathers, the verdict is the parser's. */
import type { DateOrder } from '../model.ts'
import type { DateEvidence } from '../parse/calibrate.ts'
import { orderOf } from '../parse/evidence.ts'

/** Evidence beyond this adds nothing: sequences go first, for each of their stamps is evidence by itself, then the oldest. */
const kept = 3_000

export class DateSense {
  readonly #seen = new Set<string>()
  #evidence: DateEvidence[] = []
  #order: DateOrder | null = null
  #stale = false
  readonly #options: { locale: string; zone: string; now: string | null }

  constructor(options: { locale: string; zone: string; now: string | null }) {
    this.#options = options
  }

  /** Takes in evidence; what was seen before counts once. */
  add(evidence: readonly DateEvidence[]): void {
    for (const one of evidence) {
      const key = JSON.stringify(one)
      if (this.#seen.has(key)) continue
      this.#seen.add(key)
      this.#evidence.push(one)
      this.#stale = true
    }
    if (this.#evidence.length <= kept) return
    const single = this.#evidence.filter(one => one.type !== 'sequence')
    this.#evidence = [...this.#evidence.filter(one => one.type === 'sequence'), ...single].slice(-kept)
  }

  /** The order as far as the evidence proves one, else null. */
  order(): DateOrder | null {
    if (this.#stale) this.#order = orderOf(this.#evidence, this.#options).order
    this.#stale = false
    return this.#order
  }
}
