/** Voice, audio, document, and the rows without content. */
import { type Child, h, icon, page } from '../dom.ts'
import { countText } from '../locales.ts'
import { record } from '../record.ts'
import { clockOf } from '../text.ts'
import type { SimMessage } from '../types.ts'

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

export function deleted(message: SimMessage): HTMLElement {
  const { words } = page
  const text = message.deletedBy === 'me' ? words.deletedByMe : message.deletedBy === 'admin' ? words.deletedByAdmin : words.deletedByThem
  return h('div', { class: 'xs-flex', 'data-testid': 'recalled-msg' }, icon('recalled'), h('span', {}, text))
}

export function waiting(): HTMLElement {
  return h('div', { class: 'xs-flex' }, icon('clock'), h('span', {}, page.words.waiting))
}

/** To be opened on the phone, once: the page has a notice in its place and no picture (reference 5, L). */
export function viewOnce(): HTMLElement {
  return h('div', { class: 'xs-flex' }, icon('view-once', page.switches.comet), h('span', {}, page.words.viewOnce))
}
