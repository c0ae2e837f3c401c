/** The open conversation (reference §4). */
import type { RawConversation, RawItem, RawRow } from '../../raw.ts'
import type { Engine } from './engine.ts'
import type { Plan } from './plan.ts'
import { withEngine } from './with-engine.ts'

/** JSON of RawConversation: everything that is mounted now, in page order. */
export const readConversation = withEngine(conversation)

function conversation(engine: Engine, plan: Plan): string {
  const { elements, fields, header } = plan.conversation
  const main = engine.first(elements.main)
  const list = engine.first(elements.list, main ?? document) ?? engine.first(elements.list) ?? main
  const scroller = list ? (list.closest(elements.scroller?.join(', ') || 'none') ?? list.parentElement) : null
  const head = main ? engine.first(elements.header, main) : null
  const { composer = [], ...inHeader } = header
  const headFields = {
    ...(head ? engine.fields(engine.scopeOf(head), inHeader) : {}),
    ...(main ? engine.fields(engine.scopeOf(main), { composer }) : {}),
  }
  const value = (name: string): string | null => headFields[name]?.v[0] ?? null

  /** Outermost elements of the row selectors, in page order; a later selector adds only what no earlier one covers. */
  const rowsOf = (root: Element): Element[] => {
    const found = new Set<Element>()
    for (const selector of elements.row ?? []) {
      // How many rows each element holds, and one of them.
      const held = new Map<Element, { row: Element; count: number }>()
      for (const row of found) {
        for (let node = row.parentElement; node && node !== root; node = node.parentElement) {
          held.set(node, { row, count: (held.get(node)?.count ?? 0) + 1 })
        }
      }
      for (const node of root.querySelectorAll(selector)) {
        if (elements.notRow?.some(one => node.closest(one))) continue
        let covered = false
        for (let up: Element | null = node; up && up !== root && !covered; up = up.parentElement) covered = found.has(up)
        const inner = held.get(node)
        // A wrapper around one row is that row; around several it is something else.
        if (covered || (inner && inner.count > 1)) continue
        if (inner) found.delete(inner.row)
        found.add(node)
      }
    }
    return [...found].sort((a, b) => (a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1))
  }
  const rows = list ? rowsOf(list) : []
  const known = new Set(rows)
  const holders = new Set<Element>()
  for (const row of rows) for (let node = row.parentElement; node && node !== list; node = node.parentElement) holders.add(node)

  const tabbed = list?.matches('[data-tab="8"]') ?? false
  const runs = new Map<Element, number>()
  const runOf = (row: Element): number | null => {
    const wrapper = row.parentElement
    if (!wrapper || wrapper === list || !list?.contains(wrapper)) return null
    if (!(tabbed && wrapper.parentElement === list) && rows.every(other => wrapper.contains(other))) return null
    if (!runs.has(wrapper)) runs.set(wrapper, runs.size)
    return runs.get(wrapper) ?? null
  }

  const isRun = (wrapper: Element): boolean =>
    wrapper !== list && [...wrapper.children].some(child => known.has(child) && runOf(child) !== null)

  const panel = plan.geometry ? (scroller ?? list)?.getBoundingClientRect() : undefined
  const gaps = (row: Element): RawRow['geometry'] => {
    const bubble = engine.first(elements.bubble, row)?.getBoundingClientRect()
    if (!panel || !bubble || bubble.width === 0 || panel.width === 0) return null
    return { left: Math.round(bubble.left - panel.left), right: Math.round(panel.right - bubble.right) }
  }
  const evident = ['inOut', 'label', 'receipt', 'receiptIcon']
  const isShell = (row: Element): boolean => {
    const box = engine.first(elements.shell, row)
    return (
      box !== null && engine.visibleText(box) === '' && box.querySelector('img, button, svg, canvas, [data-icon], [aria-label]') === null
    )
  }
  const readRow = (row: Element): RawItem => {
    if (isShell(row)) {
      const id = engine.fields(engine.scopeOf(row), { id: fields.id ?? [] })
      return { type: 'row', run: runOf(row), shell: true, geometry: null, fields: id }
    }
    const read = engine.fields(engine.scopeOf(row, elements.quote), fields)
    const told = evident.some(name => read[name]) || /^(?:true|false)_/.test(read.id?.v[0] ?? '')
    return { type: 'row', run: runOf(row), shell: false, geometry: told ? null : gaps(row), fields: read }
  }

  const items: RawItem[] = []
  const walk = (parent: Element): void => {
    for (const node of parent.children) {
      if (known.has(node)) items.push(readRow(node))
      else if (holders.has(node)) walk(node)
      else if (!elements.notMark?.some(selector => node.matches(selector))) {
        const bar = engine.first(elements.unreadBar, node) ?? (elements.unreadBar?.some(selector => node.matches(selector)) ? node : null)
        const text = engine.visibleText(bar ?? node)
        // Inside a run only avatars stand beside the rows.
        if (text !== '' && text.length <= 60 && (bar || !isRun(parent))) items.push({ type: bar ? 'unread' : 'day', text })
      }
    }
  }
  if (list) walk(list)

  const strip = list ? engine.first(elements.banner, list.parentElement ?? list) : null
  const before = strip ?? list?.previousElementSibling ?? null
  const text = before ? engine.visibleText(before) : ''
  const loading =
    before !== null && (elements.bannerLoading ?? []).some(selector => before.matches(selector) || before.querySelector(selector) !== null)
  const titles = before ? [...before.querySelectorAll('svg > title')].map(one => one.textContent ?? '') : []
  const spins = loading || titles.some(name => /^(?:wds-)?ic-sync|^refresh/.test(name))
  const button = before !== null && (before.matches('button') || before.querySelector('button') !== null)
  const shape = spins ? 'loading' : button && text !== '' ? 'button' : text !== '' ? 'text' : 'none'

  const root = document.documentElement
  const rtl = list ? (plan.geometry ? getComputedStyle(list).direction : (list.closest('[dir]')?.getAttribute('dir') ?? 'ltr')) : 'ltr'
  const raw: RawConversation = {
    open: main !== null || rows.length > 0,
    title: value('title'),
    subtitle: value('subtitle'),
    lang: root.getAttribute('lang') ?? '',
    dir: rtl === 'rtl' ? 'rtl' : 'ltr',
    banner: { shape, text: text.slice(0, 300) },
    items,
    scroll: { top: scroller?.scrollTop ?? 0, height: scroller?.scrollHeight ?? 0, client: scroller?.clientHeight ?? 0 },
    fields: headFields,
  }
  return JSON.stringify(raw)
}
