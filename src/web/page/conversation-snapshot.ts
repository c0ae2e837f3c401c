/** The open conversation (reference §4) as it is mounted. Runs in the page; self-contained, put together by `with-engine.ts`. */
import type { RawConversation, RawMark, RawRow } from '../../raw.ts'
import type { Engine } from './engine.ts'
import type { Plan } from './plan.ts'

/** What a row shows, without its place among the others. */
export type RowContent = Pick<RawRow, 'shell' | 'geometry' | 'fields'>

/** Everything mounted, in page order; each row as `T`. */
export interface Snapshot<T> extends Omit<RawConversation, 'items'> {
  items: (RawMark | ({ type: 'row'; run: number | null } & T))[]
}

export interface SnapshotReader {
  /** `rowAs` gives what is told of each row; `rows` are told of each by its element. */
  take<T>(rowAs: (row: Element) => T): Snapshot<T>
  content(row: Element): RowContent
  /** The row's id, as of an empty shell. */
  idOnly(row: Element): RowContent
  /** The list of rows and what scrolls it, as mounted now; null where there is none. */
  places(): { list: Element | null; scroller: Element | null }
  /** The strip above the first message. */
  banner(): RawConversation['banner']
  /** Whether a row stands above this one. */
  startsAbove(row: Element): boolean
  /** Whether a text is cut short and can be had in full. */
  offersMore(): boolean
}

export function makeSnapshotReader(engine: Engine, plan: Plan): SnapshotReader {
  const { elements, fields, header } = plan.conversation
  const evident = ['inOut', 'label', 'receipt', 'receiptIcon']
  const { composer = [], ...inHeader } = header

  const places = () => {
    const main = engine.first(elements.main)
    const list = engine.first(elements.list, main ?? document) ?? engine.first(elements.list) ?? main
    const scroller = list ? (list.closest(elements.scroller?.join(', ') || 'none') ?? list.parentElement) : null
    return { main, list, scroller }
  }

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

  const gaps = (row: Element): RawRow['geometry'] => {
    if (!plan.geometry) return null
    const { list, scroller } = places()
    const panel = (scroller ?? list)?.getBoundingClientRect()
    const bubble = engine.first(elements.bubble, row)?.getBoundingClientRect()
    if (!panel || !bubble || bubble.width === 0 || panel.width === 0) return null
    return { left: Math.round(bubble.left - panel.left), right: Math.round(panel.right - bubble.right) }
  }
  const isShell = (row: Element): boolean => {
    const box = engine.first(elements.shell, row)
    return (
      box !== null && engine.visibleText(box) === '' && box.querySelector('img, button, svg, canvas, [data-icon], [aria-label]') === null
    )
  }
  const idOnly = (row: Element): RowContent => {
    return { shell: true, geometry: null, fields: engine.fields(engine.scopeOf(row), { id: fields.id ?? [] }) }
  }
  const content = (row: Element): RowContent => {
    if (isShell(row)) return idOnly(row)
    const read = engine.fields(engine.scopeOf(row, elements.quote), fields)
    const told = evident.some(name => read[name]) || /^(?:true|false)_/.test(read.id?.v[0] ?? '')
    return { shell: false, geometry: told ? null : gaps(row), fields: read }
  }

  const bannerOf = (list: Element | null): RawConversation['banner'] => {
    const strip = list ? engine.first(elements.banner, list.parentElement ?? list) : null
    const before = strip ?? list?.previousElementSibling ?? null
    const text = before ? engine.visibleText(before) : ''
    const loading =
      before !== null &&
      (elements.bannerLoading ?? []).some(selector => before.matches(selector) || before.querySelector(selector) !== null)
    const titles = before ? [...before.querySelectorAll('svg > title')].map(one => one.textContent ?? '') : []
    const spins = loading || titles.some(name => /^(?:wds-)?ic-sync|^refresh/.test(name))
    const button = before !== null && (before.matches('button') || before.querySelector('button') !== null)
    const shape = spins ? 'loading' : button && text !== '' ? 'button' : text !== '' ? 'text' : 'none'
    return { shape, text: text.slice(0, 300) }
  }

  const take = <T>(rowAs: (row: Element) => T): Snapshot<T> => {
    const { main, list, scroller } = places()
    const head = main ? engine.first(elements.header, main) : null
    const headFields = {
      ...(head ? engine.fields(engine.scopeOf(head), inHeader) : {}),
      ...(main ? engine.fields(engine.scopeOf(main), { composer }) : {}),
    }
    const value = (name: string): string | null => headFields[name]?.v[0] ?? null
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

    const items: Snapshot<T>['items'] = []
    const walk = (parent: Element): void => {
      for (const node of parent.children) {
        if (known.has(node)) items.push({ type: 'row', run: runOf(node), ...rowAs(node) })
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

    const root = document.documentElement
    const rtl = list ? (plan.geometry ? getComputedStyle(list).direction : (list.closest('[dir]')?.getAttribute('dir') ?? 'ltr')) : 'ltr'
    return {
      open: main !== null || rows.length > 0,
      title: value('title'),
      subtitle: value('subtitle'),
      lang: root.getAttribute('lang') ?? '',
      dir: rtl === 'rtl' ? 'rtl' : 'ltr',
      banner: bannerOf(list),
      items,
      scroll: { top: scroller?.scrollTop ?? 0, height: scroller?.scrollHeight ?? 0, client: scroller?.clientHeight ?? 0 },
      fields: headFields,
    }
  }

  const startsAbove = (row: Element): boolean => {
    const { list } = places()
    return (elements.row ?? []).some(selector => {
      const top = list?.querySelector(selector)
      if (!top || top === row || top.contains(row) || row.contains(top)) return false
      return (top.compareDocumentPosition(row) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0 && !elements.notRow?.some(one => top.closest(one))
    })
  }
  const offersMore = (): boolean => {
    const { list } = places()
    return list !== null && (elements.readMore ?? []).some(selector => list.querySelector(selector) !== null)
  }

  return { take, content, idOnly, places, banner: () => bannerOf(places().list), startsAbove, offersMore }
}
