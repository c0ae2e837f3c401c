/** What stands above the first message: loading, a button, a text, or nothing (reference 4.2). */
import { h, icon, page } from './dom.ts'
import { dateText } from './format.ts'
import { fill } from './locales.ts'
import { record } from './record.ts'
import type { SimChat } from './types.ts'

/** The banner's content; null at the true start of a chat. `more`: the local store holds earlier messages. */
export function historyBanner(chat: SimChat, more: boolean): HTMLElement | null {
  const { words, switches } = page
  if (more) return h('div', { title: words.loadEarlier }, switches.comet ? icon('refresh') : icon('ic-sync', false))
  if (chat.historyEnd === 'phone_asked') return h('div', {}, h('progress', {}))
  if (chat.historyEnd === 'phone_has_more' || chat.historyEnd === 'phone_failed') {
    const caption = chat.historyEnd === 'phone_failed' ? words.olderFailed : words.olderButton
    const button = h('button', { type: 'button' }, h('div', {}, h('div', {}, caption)))
    button.addEventListener('click', event => record('history_request', { trusted: event.isTrusted, chat: chat.id }))
    return button
  }
  if (chat.historyEnd === 'start') return null
  const first = chat.messages[0]
  return h('div', {}, fill(words.olderText, first ? dateText(new Date(first.sentAt)) : ''))
}
