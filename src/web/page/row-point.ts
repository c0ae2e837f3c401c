/**
 * Where a mounted row of the chat list lies: `{"x", "y", "selected"}` in CSS px of the viewport, or `{"x": null}` when it is
 * not mounted or not in view. `arg` is JSON { rows: string[] (selectors, first hit wins), offset: px (its translateY), index
 * (its place among the mounted rows, used where rows carry no translateY) }. Runs in the page; self-contained.
 */
export function chatRowPoint(arg: string): string {
  const { rows, offset, index } = JSON.parse(arg) as { rows: string[]; offset: number | null; index: number }
  let mounted: Element[] = []
  for (const selector of rows) {
    mounted = [...document.querySelectorAll(selector)]
    if (mounted.length > 0) break
  }
  const shift = (row: Element) => /translateY\((-?[\d.]+)px\)/.exec(row.getAttribute('style') ?? '')?.[1]
  const row = offset === null ? mounted[index] : mounted.find(one => Number(shift(one)) === offset)
  if (!row) return JSON.stringify({ x: null })
  const target = row.querySelector('[tabindex][aria-selected]') ?? row
  const box = target.getBoundingClientRect()
  const inView = box.height > 0 && box.top >= 0 && box.bottom <= innerHeight
  if (!inView) return JSON.stringify({ x: null })
  return JSON.stringify({
    x: Math.round(box.left + box.width * 0.45),
    y: Math.round(box.top + box.height / 2),
    selected: target.getAttribute('aria-selected') === 'true',
  })
}

/**
 * Brings a mounted message row into the middle of the pane: `{"place": "shown"}`, or `"absent"` when it is not mounted, or `"above"` when the pane would
 * have to stand nearer to its top than `clearPx`: then nothing moves. `arg` is JSON { key, clearPx }: the row's id as the page carries it. Runs in the
 * page; self-contained.
 */
export function revealRow(arg: string): string {
  const { key, clearPx } = JSON.parse(arg) as { key: string; clearPx: number }
  const main = document.querySelector('div#main') ?? document
  const row = [...main.querySelectorAll('[data-id], [data-testid^="conv-msg-"]')].find(
    one =>
      one.getAttribute('data-id') === key ||
      one.getAttribute('data-testid') === key ||
      one.getAttribute('data-testid') === `conv-msg-${key}`,
  )
  if (!row) return JSON.stringify({ place: 'absent' })
  const scrolls = (element: Element) =>
    element.scrollHeight > element.clientHeight && /auto|scroll|overlay/.test(getComputedStyle(element).overflowY)
  let pane = row.parentElement
  while (pane && !scrolls(pane)) pane = pane.parentElement
  if (pane) {
    const [box, frame] = [row.getBoundingClientRect(), pane.getBoundingClientRect()]
    const target = pane.scrollTop + box.top - frame.top - (pane.clientHeight - box.height) / 2
    // The topmost rows are never in the middle: the pane stands at its top for them.
    if (Math.max(0, target) < clearPx) return JSON.stringify({ place: 'above' })
  }
  row.scrollIntoView({ block: 'center' })
  return JSON.stringify({ place: 'shown' })
}
