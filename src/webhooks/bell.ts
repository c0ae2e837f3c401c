/** Says that there may be something to do. A ring that comes while nobody listens is heard by the next who does. */
export class Bell {
  #rung = false
  #hear = () => {}

  ring(): void {
    this.#rung = true
    this.#hear()
  }

  /** Whether it rang since the last `silence`. */
  get rung(): boolean {
    return this.#rung
  }

  silence(): void {
    this.#rung = false
  }

  /** Resolves once it rings; at once where it rang since the last `silence`. One listener at a time. */
  async next(): Promise<void> {
    if (this.#rung) return
    await new Promise<void>(resolve => {
      this.#hear = resolve
    })
  }
}
