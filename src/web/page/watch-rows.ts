/**
 * Waits until something below one of the parts changes, then until they have been still for `quietMs`, at most `maxMs` after the first change; at most
 * `timeoutMs`. Answers JSON: for each part whether it changed since the answer before, and `forMs`, how long ago the first change was. One
 * observer, kept between two calls together with what it noticed, so that nothing is missed; a later call takes an earlier one's place.
 * `timeoutMs` 0 ends it. Runs in a world of its own (row-watch.ts), where it keeps itself; self-contained.
 */
export function watchRows({ parts, quietMs, maxMs, timeoutMs }: WatchQuestion): Promise<string> {
  interface Kept {
    observer: MutationObserver
    changed: Set<string>
    first: number
    last: number
    /** Told of every change, and that another call has come. */
    told: ((over: boolean) => void) | null
  }
  const world = globalThis as { rowsKept?: Kept | undefined }
  const begin = (): Kept => {
    const names = Object.keys(parts)
    const noticed = (records: MutationRecord[]): void => {
      let some = false
      for (const { target } of records) {
        const element = target instanceof Element ? target : target.parentElement
        for (const name of names) {
          if (kept.changed.has(name) && some) continue
          if (!element?.closest(parts[name] ?? 'none')) continue
          kept.changed.add(name)
          some = true
        }
      }
      if (!some) return
      kept.last = performance.now()
      if (kept.first < 0) kept.first = kept.last
      kept.told?.(false)
    }
    const kept: Kept = { observer: new MutationObserver(noticed), changed: new Set(), first: -1, last: -1, told: null }
    const attributeFilter = ['title', 'aria-label', 'data-id', 'data-icon', 'data-pre-plain-text', 'src']
    kept.observer.observe(document, { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter })
    return kept
  }

  world.rowsKept?.told?.(true)
  if (timeoutMs <= 0) {
    world.rowsKept?.observer.disconnect()
    world.rowsKept = undefined
    return Promise.resolve('{"changed":[],"forMs":0}')
  }
  world.rowsKept ??= begin()
  const kept = world.rowsKept
  return new Promise(resolve => {
    let quiet: ReturnType<typeof setTimeout> | undefined
    const answer = (changed: string[]): void => {
      clearTimeout(quiet)
      clearTimeout(limit)
      kept.told = null
      const forMs = changed.length > 0 ? performance.now() - kept.first : 0
      if (changed.length > 0) {
        kept.changed.clear()
        kept.first = -1
      }
      resolve(JSON.stringify({ changed, forMs }))
    }
    const wait = (): void => {
      const now = performance.now()
      const left = Math.min(kept.last + quietMs, kept.first + maxMs) - now
      clearTimeout(quiet)
      quiet = setTimeout(() => answer([...kept.changed]), Math.max(0, left))
    }
    const limit = setTimeout(() => answer([...kept.changed]), timeoutMs)
    kept.told = over => (over ? answer([]) : wait())
    if (kept.changed.size > 0) wait()
  })
}

/** `parts`: a CSS selector for each part by its name. */
export interface WatchQuestion {
  parts: Record<string, string>
  quietMs: number
  maxMs: number
  timeoutMs: number
}
