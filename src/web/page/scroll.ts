/**
 * Scrolls a pane and waits until the page has settled: no change below the pane for `quietMs`, at least `minMs`, at most
 * `maxMs`. With `grow` it first waits for the pane's content to grow or shift (history that loads), still within `maxMs`.
 *
 * `arg` is JSON: { selectors: string[] (first hit wins; its nearest scrolling ancestor-or-self is taken), to: 'top' |
 * 'bottom' | 'stay' | { by: px } | { at: px }, quietMs, minMs, maxMs, grow }. Returns JSON { found, moved, changed }: whether the
 * pane stands elsewhere than before, and whether anything below it changed. Runs in the page; self-contained.
 */
export function scrollPane(arg: string): Promise<string> {
  const { selectors, to, quietMs, minMs, maxMs, grow } = JSON.parse(arg) as {
    selectors: string[]
    to: 'top' | 'bottom' | 'stay' | { by: number } | { at: number }
    quietMs: number
    minMs: number
    maxMs: number
    grow: boolean
  }
  const scrolls = (element: Element) => /auto|scroll|overlay/.test(getComputedStyle(element).overflowY)
  let pane: Element | null = null
  for (const selector of selectors) {
    pane = document.querySelector(selector)
    if (pane) break
  }
  while (pane && !scrolls(pane) && pane.parentElement) pane = pane.parentElement
  const found = pane
  if (!found) return Promise.resolve(JSON.stringify({ found: false, moved: false, changed: false }))

  return new Promise(resolve => {
    const before = found.scrollHeight
    const from = found.scrollTop
    let changed = false
    let lastChange = performance.now()
    const started = lastChange
    const observer = new MutationObserver(() => {
      changed = true
      lastChange = performance.now()
      check()
    })
    observer.observe(found, { childList: true, subtree: true, attributes: true, attributeFilter: ['data-virtualized', 'src', 'data-id'] })
    const finish = () => {
      observer.disconnect()
      clearInterval(timer)
      resolve(JSON.stringify({ found: true, moved: Math.abs(found.scrollTop - from) > 1, changed }))
    }
    const check = () => {
      const now = performance.now()
      const grown = !grow || found.scrollHeight !== before
      if (now - started >= maxMs || (now - started >= minMs && now - lastChange >= quietMs && grown)) finish()
    }
    const timer = setInterval(check, 20)
    if (to === 'top') found.scrollTop = 0
    else if (to === 'bottom') found.scrollTop = found.scrollHeight
    else if (typeof to === 'object') found.scrollTop = 'by' in to ? found.scrollTop + to.by : to.at
  })
}
