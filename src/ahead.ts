/** Reading and storing at the same time: what is read waits in a short queue while what came before it is stored. */

/**
 * The items, taken from their source while earlier ones are still being worked on: at most `most` wait. What the source throws comes after the items
 * before it. Whoever stops early stops the source too, and waits until it has.
 */
export async function* ahead<T>(source: AsyncIterable<T>, most: number): AsyncGenerator<T> {
  const items = source[Symbol.asyncIterator]()
  const queue: T[] = []
  let over = false
  let stopped = false
  let failure: { error: unknown } | null = null
  let wake = () => {}
  /** Resolves when the other side has done something. */
  const turn = () =>
    new Promise<void>(resolve => {
      const before = wake
      wake = () => {
        before()
        resolve()
      }
    })
  const ring = () => {
    const rung = wake
    wake = () => {}
    rung()
  }
  const fill = async () => {
    try {
      while (!stopped) {
        const next = await items.next()
        if (next.done) return
        queue.push(next.value)
        ring()
        while (queue.length >= most && !stopped) await turn()
      }
    } catch (error) {
      failure = { error }
    } finally {
      over = true
      ring()
    }
  }
  const filling = fill()
  try {
    for (;;) {
      while (queue.length === 0 && !over) await turn()
      if (queue.length === 0) break
      const item = queue.shift() as T
      ring()
      yield item
    }
    const failed = failure as { error: unknown } | null
    if (failed) throw failed.error
  } finally {
    stopped = true
    ring()
    await filling
    await items.return?.()
  }
}
