/** Elements as the page writes them: one helper that knows the switches on test ids, text classes and renaming. */
import { type Words, wordsOf } from './locales.ts'
import { profiles, type Renamed, type Switches } from './switches.ts'

export type Child = Node | string | null | undefined | false

/** What every part of the page knows: set once, before anything is drawn. */
export const page: { switches: Switches; words: Words; locale: string; offsetMs: number } = {
  switches: profiles.E7,
  words: wordsOf('en-US'),
  locale: 'en-US',
  offsetMs: 0,
}

/** The account's clock. */
export function now(): Date {
  return new Date(Date.now() + page.offsetMs)
}

const renamedAttributes = /^(data-(?!animate|xs)|aria-(label|rowcount|colindex|value|selected|live)|role$|title$|id$)/

/** Names like `_ak8q` are of the Comet years only. */
function eraClass(value: string): string {
  return page.switches.comet ? value : value.replace(/(^| )_[a-z0-9_-]+/g, '').trim()
}

/** Attributes (name=value) of the things that can be renamed alone. */
const renamedParts: Record<Renamed, RegExp> = {
  stamp: /^data-pre-plain-text=/,
  text: /^data-testid=.*selectable-text/,
  ids: /^(?:data-id=|data-testid=conv-msg-)/,
  rows: /^(?:data-id=|data-pre-plain-text=|role=row|data-testid=(?:conv-msg-|.*selectable-text))/,
}
const textClasses = /\b(?:selectable-text|copyable-text)\b/g

function attribute(name: string, value: string): [string, string] {
  const { renamed } = page.switches
  if (renamed !== true) {
    const shown = name === 'class' ? eraClass(value) : value
    if (renamed && renamedParts[renamed].test(`${name}=${value}`)) return [`data-z-${name}`, shown]
    return [name, name === 'class' && (renamed === 'text' || renamed === 'rows') ? shown.replace(textClasses, 'zq') : shown]
  }
  if (name === 'class')
    return [
      name,
      value
        .split(' ')
        .map(word => (word.startsWith('xs-') || word === '' ? word : `z${word.length}q`))
        .join(' '),
    ]
  return renamedAttributes.test(name)
    ? [`data-z${[...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 997, 7)}`, value]
    : [name, value]
}

/** `data-testid` where the era has it; `selectable-text` survives alone in E5. */
function shownTestid(value: string): boolean {
  const { testids } = page.switches
  return testids === 'all' || (testids === 'textOnly' && value.split(' ').includes('selectable-text'))
}

/** An element with attributes (null and false leave one out) and children. */
export function h(
  tag: string,
  attributes: Record<string, string | number | boolean | null | undefined> = {},
  ...children: Child[]
): HTMLElement {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue
    if (name === 'data-testid' && !shownTestid(String(value))) continue
    element.setAttribute(...attribute(name, value === true ? '' : String(value)))
  }
  for (const child of children) if (child) element.append(child)
  return element
}

/** Sets an attribute under the name it has in this era. */
export function set(element: Element, name: string, value: string): void {
  element.setAttribute(...attribute(name, value))
}

/** A drawn icon: `svg > title`, with `data-icon` on the span where the era has it. */
export function icon(name: string, withData = true): HTMLElement {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
  svg.setAttribute('viewBox', '0 0 24 24')
  const title = document.createElementNS('http://www.w3.org/2000/svg', 'title')
  title.textContent = page.switches.renamed === true ? 'icon' : name
  svg.append(title)
  const span = h('span', { 'aria-hidden': 'true', 'data-icon': withData ? name : null, 'data-testid': withData ? name : null })
  span.append(svg)
  return span
}

// The `v` flag as data: a literal would need a newer compiler target.
const setNotation = 'gv'
const emojiPattern = new RegExp('\\p{RGI_Emoji}', setNotation)
const dot = 'data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7'

/** Text with emoji as pictures, the way the page draws them. */
export function withEmoji(text: string): Node[] {
  const out: Node[] = []
  let from = 0
  for (const found of text.matchAll(emojiPattern)) {
    if (found.index > from) out.push(document.createTextNode(text.slice(from, found.index)))
    const emoji = found[0]
    out.push(
      h('img', {
        crossorigin: 'anonymous',
        class: 'xs-emoji b67 emoji wa',
        alt: emoji,
        draggable: 'false',
        'data-plain-text': emoji,
        tabindex: -1,
        src: dot,
        style: 'background-position: -40px -40px;',
      }),
    )
    from = found.index + emoji.length
  }
  if (from < text.length) out.push(document.createTextNode(text.slice(from)))
  return out
}

/** `ltr` or `rtl` by the first strong letter. */
export function directionOf(text: string): 'ltr' | 'rtl' {
  const strong = /[A-Za-z\u00c0-\u024f\u0370-\u052f\u0590-\u08ff]/.exec(text)?.[0]
  return strong && /[\u0590-\u08ff]/.test(strong) ? 'rtl' : 'ltr'
}

/** A promise for later, in milliseconds. */
export function later(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms))
}
