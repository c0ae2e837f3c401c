/** The mounted part of the chat list (reference §3). */
import type { RawChatList, RawChatRow } from '../../raw.ts'
import type { Engine } from './engine.ts'
import type { Plan } from './plan.ts'
import { withEngine } from './with-engine.ts'

/** JSON of RawChatList: the rows that are mounted now, in DOM order, with their places. */
export const readChatList = withEngine(chatRows)

/**
 * The same after the list was moved: as soon as the rows that lie in view there are mounted, at most `maxMs` later. `arg` is JSON { plan, to: a place of
 * the pane in px, null = where it is, maxMs }.
 */
export const readChatListAt = withEngine(chatRowsAt, chatRows)

function chatRowsAt(
  engine: Engine,
  { plan, to, maxMs }: { plan: Plan; to: number | null; maxMs: number },
  read: typeof chatRows,
): Promise<string> {
  const { elements } = plan.chatList
  const scroller = engine.first(elements.scroller)
  const grid = engine.first(elements.grid, scroller ?? document) ?? engine.first(elements.grid)
  if (!scroller || !grid || to === null) return Promise.resolve(read(engine, plan))
  scroller.scrollTop = to
  /** Whether rows reach from the upper to the lower end of what is in view, as far as the list goes. */
  const covered = (): boolean => {
    const view = scroller.getBoundingClientRect()
    const whole = grid.getBoundingClientRect()
    const boxes = engine.every(elements.row, grid).map(row => row.getBoundingClientRect())
    const spans = boxes.map(box => [box.top, box.bottom] as const).sort((a, b) => a[0] - b[0])
    let reached = Math.max(view.top, whole.top) + 1
    for (const [top, bottom] of spans) if (top <= reached + 1) reached = Math.max(reached, bottom)
    return reached >= Math.min(view.bottom, whole.bottom) - 2
  }
  return new Promise(resolve => {
    const done = (): void => {
      observer.disconnect()
      clearTimeout(limit)
      resolve(read(engine, plan))
    }
    const look = (): void => {
      if (covered()) done()
    }
    const observer = new MutationObserver(look)
    const limit = setTimeout(done, maxMs)
    observer.observe(grid, { childList: true, subtree: true, attributes: true, attributeFilter: ['style'] })
    look()
  })
}

function chatRows(engine: Engine, plan: Plan): string {
  const { elements, fields } = plan.chatList
  const pixels = (node: Element, pattern: RegExp): number | null => {
    const found = pattern.exec(node.getAttribute('style') ?? '')
    return found ? Number(found[1]) : null
  }
  const scroller = engine.first(elements.scroller)
  const grid = engine.first(elements.grid, scroller ?? document) ?? engine.first(elements.grid)
  const holder = grid ?? scroller
  const count = grid?.getAttribute('aria-rowcount') ?? null
  const rows: RawChatRow[] = []
  // In a search, hits in messages stand below the chats and are no chats (reference: trap 10).
  const mounted = holder ? engine.every(elements.row, holder) : []
  for (const node of mounted) {
    if (elements.notRow?.some(selector => node.matches(selector) || node.querySelector(selector) !== null)) continue
    const read = engine.fields(engine.scopeOf(node), fields)
    const y = pixels(node, /translateY\((-?[\d.]+)px\)/) ?? pixels(node, /(?:^|;)\s*top:\s*(-?[\d.]+)px/)
    rows.push({ y, height: pixels(node, /(?:^|;)\s*height:\s*([\d.]+)px/), fields: read })
  }
  const raw: RawChatList = {
    present: holder !== null,
    lang: document.documentElement.getAttribute('lang') ?? '',
    search:
      holder !== null &&
      mounted.some(node => elements.notRow?.some(selector => node.matches(selector) || node.querySelector(selector) !== null)),
    rowCount: count !== null && /^\d+$/.test(count) ? Number(count) : null,
    gridHeight: grid ? pixels(grid, /(?:^|;)\s*height:\s*([\d.]+)px/) : null,
    archivedEntry: engine.first(elements.archived) !== null,
    rows,
    scroll: { top: scroller?.scrollTop ?? 0, height: scroller?.scrollHeight ?? 0, client: scroller?.clientHeight ?? 0 },
  }
  return JSON.stringify(raw)
}
