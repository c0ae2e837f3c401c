/** Rows of invented content in the shape of each era (reference §4.4), one by one: for what a whole page of a fixture would hide. */
import type { Page } from '@playwright/test'
import type { Message } from '../../src/model.ts'
import type { ParseContext } from '../../src/parse/context.ts'
import { parseItems } from '../../src/parse/message.ts'
import { RawConversation, type RawItem } from '../../src/raw.ts'
import { readConversation } from '../../src/web/page/read-conversation.ts'
import { loadSelectorSets } from '../../src/web/selectors.ts'

export const eras = ['e2', 'e3', 'e4', 'e5', 'e6', 'e7'] as const
export type Era = (typeof eras)[number]

const comet = (era: Era): boolean => era !== 'e2' && era !== 'e7'
const allTestids = (era: Era): boolean => era === 'e6' || era === 'e7'

/** An attribute that an era has only where it has all test ids. */
export const testid = (era: Era, name: string): string => (allTestids(era) ? ` data-testid="${name}"` : '')

/** An icon: its name in `data-icon`, or only in the title of its picture. */
export const icon = (era: Era, name: string): string =>
  `<span aria-hidden="true"${era === 'e7' ? '' : ` data-icon="${name}"`}><svg><title>${name}</title></svg></span>`

/** The tail keeps its `data-icon` in every era. */
const tail = (era: Era, name: string): string =>
  `<span aria-hidden="true" data-icon="${name}"${testid(era, name)}><svg><title>${name}</title></svg></span>`

/** The attributes of a text that can be selected. */
export const selectable = (era: Era, compound = ''): string => {
  const classes = era === 'e5' || era === 'e6' ? '_ao3e _aupe copyable-text' : `${comet(era) ? '_ao3e ' : ''}selectable-text copyable-text`
  const id = era === 'e5' || allTestids(era) ? ` data-testid="${compound === '' ? '' : `${compound} `}selectable-text"` : ''
  return `class="${classes}"${id}`
}

/** The text of a message with the hidden copy of its meta line behind it. */
export const text = (era: Era, html: string, meta = '<span>10:20</span>'): string =>
  `<div class="${comet(era) ? '_akbu' : ''}"><span dir="ltr" ${selectable(era)} style="min-height: 0px;">${html}</span><span><span aria-hidden="true">${meta}</span></span></div>`

export interface Bubble {
  id: string
  body: string
  own?: boolean
  /** Texts, cards and media with a caption bear the stamp. */
  stamped?: boolean
  /** What stands before the time in the meta line. */
  meta?: string
  /** Above the body: the author of a group's row. */
  author?: string
  /** Outside of the bubble: reactions. */
  beside?: string
}

/** The meta line: where a kind draws it inside its own block, that block takes it. */
export const metaLine = (era: Era, own = false, before = ''): string => {
  const tick = era === 'e7' ? '<svg><title>wds-ic-read</title></svg>' : ''
  const receipt = own
    ? `<div><span aria-hidden="false" aria-label=" Read "${era === 'e7' ? '' : ' data-icon="msg-dblcheck"'}>${tick}</span></div>`
    : ''
  return `<div><div${testid(era, 'msg-meta')}${own ? ' role="button"' : ''}><span dir="auto">${before}<span style="--x-fontSize: 12px;">10:20</span></span>${receipt}</div></div>`
}

export function row(era: Era, { id, body, own = false, stamped = false, meta = '', author, beside = '' }: Bubble): string {
  const packed = allTestids(era) ? id : `${own}_5511900000001@c.us_${id}`
  const name = own ? 'Robin' : 'Ada'
  const named =
    author === undefined
      ? ''
      : `<div role=""${comet(era) ? ' class="_ahxj"' : ''}><span dir="auto"${testid(era, 'author')}>${author}</span></div>`
  const inside = stamped
    ? `<div class="copyable-text" data-pre-plain-text="[10:20, 15/03/2026] ${name}: ">${body}</div>${metaLine(era, own, meta)}`
    : `${body}${metaLine(era, own, meta)}`
  const direction = era === 'e7' ? '' : `message-${own ? 'out' : 'in'} `
  return `<div role="row" tabindex="-1"><div tabindex="-1" data-id="${packed}"${testid(era, `conv-msg-${packed}`)}><div><div>
    <div class="${direction}focusable-list-item"><span></span><div${testid(era, 'msg-container')} class="${comet(era) ? '_amk4' : ''}">
      ${tail(era, own ? 'tail-out' : 'tail-in')}<div class="${comet(era) ? '_amk6' : ''}"><span aria-label="${own ? 'You' : 'Ada'}:"></span><div>${named}${inside}</div></div>
    </div></div>${beside === '' ? '' : `<div${testid(era, 'addon-bubble-container')}>${beside}</div>`}</div></div></div></div>`
}

const context: ParseContext = {
  locale: 'en',
  zone: 'UTC',
  now: '2026-03-15T12:00:00Z',
  order: 'dmy',
  dir: 'ltr',
  chatTitle: 'Ada',
  ownName: null,
  openTop: false,
}

/**
 * The open conversation with these rows, as it was read and understood with the set of the era; null: with the rows that it has. `lang`: words of
 * the page are looked up in it.
 */
export async function readRows(
  tab: Page,
  era: Era,
  rows: readonly string[] | null,
  lang = 'en',
): Promise<{ items: RawItem[]; messages: Message[]; rest: unknown[] }> {
  if (rows) {
    const list = rows.map(one => (era < 'e4' ? one : `<div>${one}</div>`)).join('')
    await tab.setContent(`<html lang="${lang}"><body><div id="app"><div id="main"><header></header><div><div></div><div></div>
      <div tabindex="0" data-tab="8"><div tabindex="-1"><div><span dir="auto">15/03/2026</span></div></div>${list}</div></div></div></div></body></html>`)
  }
  const [set] = loadSelectorSets({ pinned: era }).sets
  const raw = RawConversation.parse(JSON.parse(await tab.evaluate(readConversation, JSON.stringify({ ...set?.parts, geometry: false }))))
  const parsed = parseItems(raw.items, { ...context, locale: lang })
  return {
    items: raw.items,
    messages: parsed.flatMap(one => (one.type === 'message' ? [one.message] : [])),
    rest: parsed.flatMap(one => (one.type === 'message' ? [] : [one.type === 'reject' ? one.reject.reason : one.type])),
  }
}
