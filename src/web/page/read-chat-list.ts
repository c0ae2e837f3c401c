/** The mounted part of the chat list (reference §3). */
import type { RawChatList, RawChatRow } from '../../raw.ts'
import type { Engine } from './engine.ts'
import type { Plan } from './plan.ts'
import { withEngine } from './with-engine.ts'

/** JSON of RawChatList: the rows that are mounted now, in DOM order, with their places. */
export const readChatList = withEngine(chatRows)

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
