/** What the dates seen in one session told about the order of day and month: evidence gathers, the verdict is the parser's. */
import type { DateOrder } from '../model.ts'
import type { DateEvidence } from '../parse/calibrate.ts'
import { OrderSense } from '../parse/evidence.ts'

/** Evidence beyond this adds nothing to an order that is known by then. */
const enough = 3_000

export class DateSense {
  readonly #seen = new Set<string>()
  readonly #sense: OrderSense
  #order: DateOrder | null = null
  #stale = false
  #weighed = 0

  constructor(options: { locale: string; zone: string; now: string | null }) {
    this.#sense = new OrderSense(options)
  }

  /** Takes in evidence; what was seen a while before counts once. */
  add(evidence: readonly DateEvidence[]): void {
    if (this.#weighed >= enough && this.order() !== null) return
    for (const one of evidence) {
      const key = JSON.stringify(one)
      if (this.#seen.has(key)) continue
      if (this.#seen.size >= enough) this.#seen.clear()
      this.#seen.add(key)
      this.#sense.add(one)
      this.#weighed++
      this.#stale = true
    }
  }

  /** The order as far as the evidence proves one, else null. */
  order(): DateOrder | null {
    if (this.#stale) this.#order = this.#sense.verdict().order
    this.#stale = false
    return this.#order
  }
}
