/** Voice, audio, document, call, contact, place, poll, event and the rows without content. */
import { type Child, h, icon, page } from '../dom.ts'
import { timeText } from '../format.ts'
import { countText } from '../locales.ts'
import { record } from '../record.ts'
import { clockOf } from '../text.ts'
import type { SimMessage } from '../types.ts'
import { callName } from './parts.ts'

/** Voice note or audio file: a button, a slider that knows the duration, no audio element. */
export function player(message: SimMessage, chat: string): HTMLElement {
  const { words, switches } = page
  const voice = message.kind === 'voice'
  const seconds = voice ? (message.durationS ?? 0) : 0
  const button = h(
    'button',
    { 'aria-label': words.playVoice, 'aria-disabled': 'false', tabindex: 0, type: 'button', class: 'html-button' },
    switches.testids === 'all' ? null : icon('audio-play'),
    '\u00a0',
  )
  button.addEventListener('click', () => record('played', { chat, message: message.id }))
  const slider = h(
    'div',
    {
      role: 'slider',
      'aria-valuenow': 0,
      'aria-valuetext': `0:00/${clockOf(seconds)}`,
      'aria-valuemin': 0,
      'aria-valuemax': seconds,
      tabindex: 0,
    },
    voice ? h('canvas', { width: 400, height: 48, style: 'width: 200px; height: 24px;' }) : null,
  )
  const speed = h(
    'button',
    { tabindex: -1, 'aria-disabled': 'false', type: 'button', 'aria-hidden': 'true', style: 'visibility:hidden' },
    h('div', {}, '1×'),
  )
  const source = voice ? icon(message.forwarded ? 'ptt-file' : 'ptt-status') : icon('audio-file')
  return h(
    'div',
    { class: 'xs-flex', tabindex: -1 },
    button,
    h('div', {}, h('span', { 'aria-label': words.voice }), h('div', { 'aria-hidden': 'true' }, clockOf(seconds)), slider),
    h('div', {}, speed, source),
  )
}

export function fileCard(message: SimMessage): HTMLElement {
  const { words } = page
  const file = message.file ?? { name: 'file', size: '1 kB', type: 'BIN', pages: null }
  const facts: Child[] = [h('span', { 'data-meta-key': 'type', title: file.type }, file.type), h('span', {}, '•')]
  if (file.pages !== null) facts.push(h('span', {}, countText(words, words.pages, file.pages)), h('span', {}, '•'))
  facts.push(h('span', { title: file.size }, file.size))
  return h(
    'div',
    { role: 'button', tabindex: 0, title: `${words.download} "${file.name}"`, 'data-testid': 'document-thumb', class: 'xs-flex' },
    icon(`document-${file.type === 'PDF' ? 'PDF' : file.type === 'XLSX' ? 'X' : 'generic'}-icon`),
    h('div', {}, h('div', {}, h('span', { dir: 'auto', class: '_ao3e', style: 'min-height: 0px;' }, file.name)), h('div', {}, ...facts)),
    icon('audio-download'),
  )
}

export function call(message: SimMessage): HTMLElement {
  const { words, switches } = page
  const out = message.direction === 'out'
  const mark =
    switches.comet && switches.searchInput === 'div'
      ? icon(`voice-call-${out ? 'outgoing' : 'incoming'}-filled`)
      : icon(out ? 'wds-ic-phone-call-made-filled' : 'ic-phone-callback-filled', false)
  const text = h('div', {}, message.callMissed ? words.missedCall : words.voiceCall)
  const lines = h('div', { class: 'xs-flex' }, h('div', {}, mark), h('div', {}, text, h('div', {}, h('span', {}, words.callHint))))
  return switches.searchInput === 'input' ? h('button', { tabindex: 0, 'aria-disabled': 'false', type: 'button' }, lines) : lines
}

export function contactCard(message: SimMessage): HTMLElement {
  return h(
    'div',
    { 'data-testid': 'vcard-msg', role: 'button', tabindex: 0 },
    h('div', {}, h('span', { dir: 'auto' }, message.contacts[0]?.name ?? '')),
    h('button', { type: 'button' }, page.words.messageButton),
  )
}

/** Never seen as markup: a map preview that links to a map (reference 5, L). */
export function place(message: SimMessage): HTMLElement {
  return h(
    'div',
    { 'data-testid': 'location-msg' },
    h(
      'a',
      { href: 'https://maps.google.com/maps?q=0.5,0.5', target: '_blank' },
      h('img', { alt: '', src: 'data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', width: 264, height: 100 }),
    ),
    h('div', {}, h('span', { dir: 'auto' }, message.place?.name ?? '')),
  )
}

export function poll(message: SimMessage, ownName: string): HTMLElement {
  const { words } = page
  const who = message.direction === 'out' ? ownName : callName(message.sender)
  const label = `${words.pollFrom} ${who} ${timeText(new Date(message.sentAt))} ${message.text ?? ''} Top vote counts: `
  return h(
    'div',
    { 'data-testid': 'poll-bubble', 'aria-label': label },
    h('div', {}, h('span', { dir: 'auto' }, message.text ?? '')),
    ...message.options.map(option => h('div', {}, h('span', { dir: 'auto' }, option.text))),
    h('button', { type: 'button', 'data-testid': 'poll-view-votes' }, words.viewVotes),
  )
}

/** Never seen as markup (reference 5, L). */
export function eventCard(message: SimMessage): HTMLElement {
  return h('div', { 'data-testid': 'event-bubble' }, icon('calendar'), h('span', { dir: 'auto' }, message.text ?? ''))
}

export function deleted(message: SimMessage): HTMLElement {
  const { words } = page
  const text = message.deletedBy === 'me' ? words.deletedByMe : message.deletedBy === 'admin' ? words.deletedByAdmin : words.deletedByThem
  return h('div', { class: 'xs-flex', 'data-testid': 'recalled-msg' }, icon('recalled'), h('span', {}, text))
}

export function waiting(): HTMLElement {
  return h('div', { class: 'xs-flex' }, icon('clock'), h('span', {}, page.words.waiting))
}
