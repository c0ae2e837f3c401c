/** So many pieces of work at once, the others in the order in which they came. */

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
