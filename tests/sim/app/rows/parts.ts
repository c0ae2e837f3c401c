/** Parts that many kinds of rows share: author, quote, forwarded header, reactions. */
import { type Child, h, icon, page, withEmoji } from '../dom.ts'
import { fill, numberText } from '../locales.ts'
import { maskedPhone, phoneText, shownText } from '../text.ts'
import type { Person, SimMessage } from '../types.ts'

export type Position = 'single' | 'front' | 'mid' | 'last'

/** Where a row stands: its place in the run, the kind of chat, the owner's name. */
export interface Place {
  position: Position
  group: boolean
  ownName: string
}

/** What the page calls a person in stamps and labels: the number where the person is not saved. */
export function callName(person: Person): string {
  return person.saved ? person.name : person.phoneHidden ? maskedPhone(person.phone) : phoneText(person.phone)
}

/** Author block of an incoming group row. */
export function author(person: Person): HTMLElement {
  const name = h(
    'span',
    {
      'data-testid': 'author',
      dir: 'auto',
      role: person.saved ? 'button' : null,
      'aria-label': person.saved ? null : fill(page.words.maybe, person.name),
      class: '_ahxt _ao3e',
      style: 'min-height: 0px;',
    },
    person.name,
  )
  const phone = person.saved
    ? null
    : h('span', { role: 'button', testid: 'author', style: 'margin-left:8px;font-size:11px' }, callName(person))
  return h('div', { class: '_ahxj _ahxz', role: '' }, name, phone)
}

export function forwardedHeader(message: SimMessage): Child {
  if (message.forwarded === 0) return null
  const many = message.forwarded === 2
  return h(
    'div',
    { 'data-testid': 'forwarded-header', class: 'xs-flex' },
    icon(many ? 'highly-forwarded-v2' : 'forward-refreshed'),
    h('span', {}, many ? page.words.forwardedMany : page.words.forwarded),
  )
}

/** The quoted message: a block without the id of what it quotes. */
export function quote(message: SimMessage): Child {
  const { quoted } = message
  if (!quoted) return null
  const e7 = page.switches.testids === 'all'
  const name = quoted.author === 'You' ? page.words.you : quoted.author
  const text = h(
    'span',
    {
      dir: 'auto',
      class: 'quoted-mention _ao3e',
      'data-testid': page.switches.textClass === 'pair' ? null : 'selectable-text',
      style: 'min-height: 0px;',
    },
    ...withEmoji(shownText(quoted.text)),
  )
  const inner = h(
    'div',
    { class: '_ajua' },
    h(
      'div',
      { class: '_ahxj', role: '' },
      h('span', { dir: 'auto', class: '_ahxt _ao3e', 'data-testid': e7 ? 'author' : null, style: 'min-height: 0px;' }, name),
    ),
    h('div', { dir: 'ltr', role: 'button' }, text),
  )
  const block = h(
    'div',
    { class: '_aju3 xs-quote', role: 'button', 'aria-label': page.words.quoted, 'data-testid': 'quoted-message', tabindex: 0 },
    h('span', { class: '_aju7' }),
    h('div', { class: '_aju8' }, inner),
  )
  return h('div', { class: '_ahy0' }, h('div', { class: '_aju2' }, block))
}

/** The reactions' button, outside the bubble. */
export function reactions(message: SimMessage): Child {
  const list = message.reactions
  if (list.length === 0) return null
  const total = list.reduce((sum, item) => sum + item.count, 0)
  const emoji = list.map(item => item.emoji).join(', ')
  const label = total === 1 ? fill(page.words.reactionOne, emoji) : fill(page.words.reactionMany, emoji, numberText(page.words, total))
  return h(
    'div',
    { class: 'xs-react' },
    h(
      'button',
      { type: 'button', 'aria-haspopup': 'true', 'aria-label': label },
      ...list.flatMap(item => withEmoji(item.emoji)),
      total > 1 ? h('span', {}, numberText(page.words, total)) : null,
    ),
  )
}

/** The button beside media bubbles; not the header of a forwarded message. */
export function forwardButton(): HTMLElement {
  return h('div', { role: 'button', tabindex: 0, 'aria-label': page.words.forwardMedia, style: 'display:none' }, icon('forward-refreshed'))
}
