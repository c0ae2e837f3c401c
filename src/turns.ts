/** So many pieces of work, or so much in hand, at once; the others wait in the order in which they came. */

/** Runs `work` once it is its turn. */
export type Turns = <T>(work: () => Promise<T>) => Promise<T>

/** `tooMany` is thrown at once where `maxWaiting` (no limit) wait already. */
export function makeTurns(
  atOnce: number,
  { maxWaiting = Number.POSITIVE_INFINITY, tooMany = () => new Error('too many wait') } = {},
): Turns {
  let running = 0
  const waiting: (() => void)[] = []
  return async work => {
    if (running < atOnce) running++
    else if (waiting.length >= maxWaiting) throw tooMany()
    else await new Promise<void>(resolve => waiting.push(resolve))
    try {
      return await work()
    } finally {
      // The place goes to whoever waits longest, without becoming free in between.
      const next = waiting.shift()
      if (next) next()
      else running--
    }
  }
}

/** Room that is taken up and given back; whoever wants some waits while there is none. Those who were let in before may take up more than there is. */
export interface Room {
  /** Resolves once there is room. */
  free(): Promise<void>
  /** So much more, or (below 0) less, is taken up. */
  add(amount: number): void
}

/** Room for `limit`, in the units that `add` is told. */
export function makeRoom(limit: number): Room {
  let taken = 0
  const waiting: (() => void)[] = []
  return {
    async free() {
      while (taken >= limit) await new Promise<void>(resolve => waiting.push(resolve))
    },
    add(amount) {
      taken += amount
      if (taken < limit) for (const next of waiting.splice(0)) next()
    },
  }
}
