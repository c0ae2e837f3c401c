/** What a cycle may use up, so that a huge account is read over several cycles and none of them lasts for ever. */

/** Milliseconds, chats that are opened, scroll steps in conversations. */
export interface BudgetLimits {
  ms: number
  chats: number
  scrolls: number
}

/** The budget of one cycle, counted down as it goes. `clock` gives milliseconds and never runs backwards. */
export class Budget {
  readonly #limits: BudgetLimits
  readonly #clock: () => number
  readonly #started: number
  #chats = 0
  #scrolls = 0

  constructor(limits: BudgetLimits, clock: () => number) {
    this.#limits = limits
    this.#clock = clock
    this.#started = clock()
  }

  /** True once nothing further may be opened. */
  get spent(): boolean {
    return this.#outOfTime || this.#chats >= this.#limits.chats || this.#scrolls >= this.#limits.scrolls
  }

  /** A chat is opened. */
  open(): void {
    this.#chats++
  }

  /**
   * The scroll steps of one chat: each call asks for one more. False once the share of `scrolls` or the cycle's budget is used up. `passing`: over ground
   * that is known, which is no progress and therefore not counted against the share.
   */
  share(scrolls: number): (passing: boolean) => boolean {
    let taken = 0
    return passing => {
      if ((!passing && taken >= scrolls) || this.#scrolls >= this.#limits.scrolls || this.#outOfTime) return false
      if (!passing) taken++
      this.#scrolls++
      return true
    }
  }

  /** Steps that each of so many chats may take of what is left, `least` at least. */
  perChat(chats: number, least: number): number {
    return Math.max(least, Math.ceil((this.#limits.scrolls - this.#scrolls) / Math.max(1, chats)))
  }

  get #outOfTime(): boolean {
    return this.#clock() - this.#started >= this.#limits.ms
  }
}
