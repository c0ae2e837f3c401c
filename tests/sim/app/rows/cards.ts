/** Calls, and the cards of contacts, places, polls and events. Those of calls follow saved pages, the others no source (reference 5; see README). */
import { h, icon, page } from '../dom.ts'
import { dateText, timeText } from '../format.ts'
import { countText, numberText } from '../locales.ts'
import type { SimMessage } from '../types.ts'
import { callName } from './parts.ts'

const map = 'data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7'

/** "Missed video call" and its relatives. */
export function callWords(message: SimMessage): string {
  const { words } = page
  if (message.callVideo) return message.callMissed ? words.missedVideo : words.videoCall
  return message.callMissed ? words.missedCall : words.voiceCall
}

/** Icons lost their names in March 2026: only the drawing's title is left. */
function callIcon(message: SimMessage): HTMLElement {
  const out = message.direction === 'out'
  if (page.switches.comet && page.switches.searchInput === 'div')
    return icon(`${message.callVideo ? 'video' : 'voice'}-call-${out ? 'outgoing' : 'incoming'}-filled`)
  if (message.callVideo) return icon(out ? 'wds-ic-videocam-call-made-filled' : 'ic-videocam-callback-filled', false)
  return icon(out ? 'wds-ic-phone-call-made-filled' : 'ic-phone-callback-filled', false)
}

/** How long it lasted, in words; a call that was not taken says where to call back. */
function callEnd(message: SimMessage): string {
  if (message.callMissed || message.durationS === null) return page.words.callHint
  const minutes = Math.floor(message.durationS / 60)
  const [value, unit] = minutes > 0 ? [minutes, 'minute'] : [message.durationS, 'second']
  return new Intl.NumberFormat(page.words.intl, { style: 'unit', unit, unitDisplay: 'short' }).format(value)
}

export function call(message: SimMessage): HTMLElement {
  const text = h('div', {}, callWords(message))
  const lines = h(
    'div',
    { class: 'xs-flex' },
    h('div', {}, callIcon(message)),
    h('div', {}, text, h('div', {}, h('span', {}, callEnd(message)))),
  )
  return page.switches.searchInput === 'input' ? h('button', { tabindex: 0, 'aria-disabled': 'false', type: 'button' }, lines) : lines
}

/** One card has its name; several have their number before the names. The phone number is not drawn. */
export function contactCard(message: SimMessage): HTMLElement {
  const { words } = page
  const many = message.contacts.length > 1 ? h('div', {}, countText(words, words.contacts, message.contacts.length)) : null
  const names = message.contacts.map(card => h('div', {}, h('span', { dir: 'auto' }, card.name)))
  return h(
    'div',
    { 'data-testid': 'vcard-msg', role: 'button', tabindex: 0 },
    many,
    ...names,
    h('button', { type: 'button' }, words.messageButton),
  )
}

/** A map preview that links to a map; one that moves has no name. */
export function place(message: SimMessage): HTMLElement {
  const where = message.place ?? { name: null, address: null, latitude: 0, longitude: 0, live: false }
  const href = `https://maps.google.com/maps?q=${encodeURIComponent(`${where.latitude},${where.longitude}`)}&z=17&hl=${page.words.lang}`
  const lines = [where.name, where.address].map(text => (text ? h('div', {}, h('span', { dir: 'auto' }, text)) : null))
  return h(
    'div',
    { 'data-testid': where.live ? 'live-location-msg' : 'location-msg' },
    h('a', { href, target: '_blank', rel: 'noopener noreferrer' }, h('img', { alt: '', src: map, width: 264, height: 100 })),
    where.live ? h('div', {}, page.words.liveLocation) : null,
    ...lines,
  )
}

export function poll(message: SimMessage, ownName: string): HTMLElement {
  const { words } = page
  const who = message.direction === 'out' ? ownName : callName(message.sender)
  const top = message.options.filter(option => option.votes > 0).map(option => `${option.text} ${numberText(words, option.votes)}`)
  const question = (message.text ?? '').slice(0, 500)
  const label = `${words.pollFrom} ${who} ${timeText(new Date(message.sentAt))} ${question} Top vote counts: ${top.join(', ')}`
  const options = message.options.map(option =>
    h(
      'div',
      {},
      h('div', { role: 'checkbox', 'aria-checked': 'false', 'aria-label': option.text, tabindex: 0 }),
      h('div', {}, h('span', { dir: 'auto' }, option.text), h('span', {}, numberText(words, option.votes))),
      h('div', { role: 'progressbar' }),
    ),
  )
  return h(
    'div',
    { 'data-testid': 'poll-bubble', 'aria-label': label },
    h('div', {}, h('span', { dir: 'auto' }, message.text ?? '')),
    ...options,
    h('button', { type: 'button', 'data-testid': 'poll-view-votes' }, words.viewVotes),
  )
}

/** Name, when and where, each on its line. */
export function eventCard(message: SimMessage): HTMLElement {
  const at = message.event ? new Date(message.event.at) : null
  return h(
    'div',
    { 'data-testid': 'event-bubble' },
    icon('calendar'),
    h('div', {}, h('span', { dir: 'auto' }, message.text ?? '')),
    at && h('div', {}, h('span', {}, `${dateText(at)}, ${timeText(at)}`)),
    message.event?.place ? h('div', {}, h('span', { dir: 'auto' }, message.event.place)) : null,
  )
}
