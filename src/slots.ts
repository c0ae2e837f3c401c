/** A bound on how many pieces of work go on at a time. */

export interface Slots {
  /** Resolves when there is room; what it gives makes room again, once. In the order of asking. */
  take(): Promise<() => void>
}

/** Room for `most` pieces of work. */
export function makeSlots(most: number): Slots {
  let free = most
  const waiting: (() => void)[] = []
  const give = (): void => {
    const next = waiting.shift()
    if (next) next()
    else free++
  }
  return {
    async take() {
      if (free > 0) free--
      else await new Promise<void>(resolve => waiting.push(resolve))
      let given = false
      return () => {
        if (!given) give()
        given = true
      }
    },
  }
}
