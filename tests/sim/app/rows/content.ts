/** The inside of a bubble, by kind (reference 5). */
import { type Child, h, later, page } from '../dom.ts'
import { stampText } from '../format.ts'
import type { Picture, SimChat, SimMessage } from '../types.ts'
import { textBody } from './body.ts'
import { call, contactCard, eventCard, place as placeCard, poll } from './cards.ts'
import { album, gif, sticker, thumb, video } from './media.ts'
import { meta, spacer } from './meta.ts'
import { deleted, fileCard, player, viewOnce, waiting } from './other.ts'
import { author, callName, forwardedHeader, type Place, quote } from './parts.ts'

/** Kinds with a picture, beside which the forward button stands. */
export const mediaKinds = new Set(['image', 'album', 'video', 'gif'])

function media(chat: SimChat, message: SimMessage): HTMLElement {
  if (message.kind === 'album') return album(message, chat.id)
  if (message.kind === 'video') return video(message)
  if (message.kind === 'gif') return gif()
  return thumb(message, message.images[0] as Picture, 330, chat.id)
}

function plain(chat: SimChat, message: SimMessage, ownName: string): HTMLElement {
  if (message.viewOnce) return viewOnce()
  switch (message.kind) {
    case 'voice':
    case 'audio':
      return player(message, chat.id)
    case 'document':
      return fileCard(message)
    case 'sticker':
      return sticker(message)
    case 'call':
      return call(message)
    case 'contact':
      return contactCard(message)
    case 'location':
      return placeCard(message)
    case 'event':
      return eventCard(message)
    case 'waiting':
      return waiting()
    case 'poll':
      return poll(message, ownName)
    default:
      return deleted(message)
  }
}

function linkPreview(message: SimMessage): Child {
  const { link } = message
  if (!link) return null
  return h(
    'div',
    { 'data-testid': 'link-preview-container', class: 'xs-quote', role: 'button' },
    h('div', { title: link.title, 'data-testid': 'link-preview-title' }, link.title),
    link.description === null
      ? null
      : h('div', {}, h('span', { title: link.description, 'data-testid': 'link-description' }, link.description)),
    h('span', { 'data-testid': 'url-element' }, new URL(link.url).hostname),
  )
}

/** The inside of the bubble. Stamps stand on texts, polls and media with a caption only (reference 4.8). */
export function content(chat: SimChat, message: SimMessage, place: Place): Child[] {
  const { group, ownName, position } = place
  const incoming = message.direction === 'in'
  const stamp = stampText(new Date(message.sentAt), incoming ? callName(message.sender) : ownName)
  const front = position === 'front' || position === 'single'
  const named = group && incoming && (front || message.kind !== 'text' || message.link !== null) ? author(message.sender) : null
  if (message.kind === 'text') {
    const block = h(
      'div',
      { class: 'copyable-text', 'data-pre-plain-text': stamp },
      quote(message),
      linkPreview(message),
      ...textBody(message, spacer(message)),
    )
    return [h('div', {}, h('div', {}, named, forwardedHeader(message), block, meta(message)))]
  }
  if (message.kind === 'poll')
    return [
      h('div', {}, named, h('div', { class: 'copyable-text', 'data-pre-plain-text': stamp }, plain(chat, message, ownName)), meta(message)),
    ]
  const drawn = mediaKinds.has(message.kind) && !message.viewOnce
  const body = drawn ? media(chat, message) : plain(chat, message, ownName)
  if (message.text && (drawn || message.kind === 'document')) {
    const caption = h(
      'div',
      {},
      ...textBody(
        message,
        spacer(message),
        message.kind === 'document' ? 'document-caption' : message.kind === 'video' ? 'video-caption' : 'image-caption',
      ),
    )
    if (page.switches.lateCaptions) {
      caption.hidden = true
      const parts = [...caption.childNodes]
      caption.replaceChildren()
      void later(page.switches.lateFillMs).then(() => {
        caption.hidden = false
        caption.replaceChildren(...parts)
      })
    }
    return [
      named,
      h(
        'div',
        { class: 'copyable-text', 'data-pre-plain-text': stamp },
        h('div', {}, forwardedHeader(message), quote(message), body, caption, meta(message)),
      ),
    ]
  }
  return [h('div', {}, h('div', {}, named, forwardedHeader(message), quote(message), body, meta(message)))]
}
