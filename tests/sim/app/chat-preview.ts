/** What the list shows of a chat below its title: draft, who is typing, or the last message (reference 3.4). */
import { type Child, h, icon, page, withEmoji } from './dom.ts'
import { padded } from './format.ts'
import { countText, fill } from './locales.ts'
import { callWords } from './rows/cards.ts'
import { shownText } from './text.ts'
import type { Person, SimChat, SimMessage } from './types.ts'

/** `~ Name` for somebody who is not saved. */
const listName = (person: Person) => (person.saved ? person.name : `~\u202f${person.name}`)

/** What the list says of a message, in the words of the page's own formatter (reference 3.4). */
function previewOf(message: SimMessage): string {
  const { words } = page
  const text = shownText(message.text ?? '').replace(/\n/g, ' ')
  if (message.viewOnce) return `1\ufe0f\u20e3 ${message.kind === 'video' ? words.video : words.photo}`
  switch (message.kind) {
    case 'image':
    case 'album':
      return text || words.photo
    case 'video':
      return text || words.video
    case 'gif':
      return 'GIF'
    case 'voice':
      return words.voicePreview
    case 'audio':
      return 'Audio'
    case 'document':
      return message.file?.name ?? ''
    case 'sticker':
      return 'Sticker'
    case 'call':
      return callWords(message)
    case 'contact':
      return message.contacts.length > 1 ? countText(words, words.contacts, message.contacts.length) : (message.contacts[0]?.name ?? '')
    case 'location':
      return message.place?.live ? words.liveLocation : words.location
    case 'poll':
      return `\ud83d\udcca ${text}`
    case 'deleted':
      return message.deletedBy === 'me' ? words.deletedByMe : words.deletedByThem
    case 'waiting':
      return words.waiting
    case 'system':
      return ''
    default:
      return text
  }
}

/** Older pages give a draft no title (saved page of 2024). */
function draft(text: string): HTMLElement {
  const { words, switches } = page
  if (switches.testids !== 'all')
    return h(
      'div',
      { class: 'xs-cut' },
      h('span', { 'aria-label': '' }, `${words.draft}:\u00a0`),
      h('span', { dir: 'auto', 'aria-label': '' }, text),
    )
  const attributes = { title: padded(`${words.draft}: ${text}`), 'data-testid': 'last-msg-status', class: 'xs-cut' }
  return h('span', attributes, h('span', {}, `${words.draft}:`), ` ${text}`)
}

/** One string in place of the preview; in a group with the name before it. */
function typing(chat: SimChat, person: Person): HTMLElement {
  const { words } = page
  const say = (name: string) => (chat.kind === 'group' ? `${name} ${words.typing}` : words.typing)
  const label = person.saved ? null : say(fill(words.maybe, person.name))
  return h(
    'span',
    { title: say(listName(person)), 'aria-label': label, 'data-testid': 'last-msg-status', class: 'xs-cut' },
    say(listName(person)),
  )
}

/** Ticks of an own last message. */
function status(message: SimMessage): HTMLElement {
  const name = message.status === 'pending' ? 'time' : message.status === 'sent' ? 'check' : 'dblcheck'
  const wds = message.status === 'pending' ? 'pending' : message.status === 'sent' ? 'delivered' : 'read'
  return h('div', {}, page.switches.ticks === 'icon' ? icon(`status-${name}`) : icon(`wds-ic-${wds}`, false))
}

/** The line below the title; its `title` is padded with bidi marks. */
export function preview(chat: SimChat): HTMLElement {
  if (chat.typing) return typing(chat, chat.typing)
  if (chat.draft) return draft(chat.draft)
  const last = chat.messages.at(-1)
  const text = last && !chat.emptyPreview ? previewOf(last) : ''
  const parts: Child[] = []
  let title = text
  if (last && text && last.direction === 'out' && last.status) parts.push(status(last))
  if (last && text && chat.kind === 'group' && last.direction === 'in') {
    const sender = listName(last.sender)
    title = `${sender}: ${text}`
    const label = last.sender.saved ? null : fill(page.words.maybe, last.sender.name)
    parts.push(h('div', {}, h('span', { dir: 'auto', 'aria-label': label }, sender)), h('span', {}, ':\u00a0'))
  }
  if (text) parts.push(h('span', { dir: 'ltr', style: 'min-height: 0px;' }, ...withEmoji(text)))
  const attributes = { title: text ? padded(title) : '', 'data-testid': 'last-msg-status', class: 'xs-line xs-cut' }
  return h('span', { ...attributes, style: 'justify-content:flex-start' }, ...parts)
}
