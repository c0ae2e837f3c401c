/** One message as the page shows it. */
import type { Attachment, Message } from '../client/client.ts'
import { element } from './dom.ts'
import type { Times } from './times.ts'
import { bytes, duration, kindWord, linked, tickWords } from './words.ts'

export interface ItemOptions {
  times: Times
  /** Who sent it is told: in groups. */
  withSender: boolean
  onPicture(attachment: Attachment, message: Message): void
  onQuoted(messageId: string): void
}

export function messageItem(message: Message, options: ItemOptions): HTMLElement {
  const { from_user: own, is_deleted: deleted, text } = message
  const said = text === '' ? null : textOf(text)
  const bubble = element(
    'article',
    { class: deleted ? 'bubble deleted' : 'bubble' },
    options.withSender && !own
      ? element('p', { class: 'sender', dir: 'auto' }, message.sender_name ?? message.sender_id ?? 'unknown')
      : null,
    message.is_forwarded ? element('p', { class: 'mark' }, 'Forwarded') : null,
    quoted(message, options),
    deleted ? element('p', { class: 'mark' }, 'This message was deleted') : null,
    ...media(message, options),
    said,
    ...particulars(message),
    reactions(message),
    foot(message, options.times),
  )
  return element('li', { class: own ? 'message own' : 'message', tabindex: -1, 'data-id': message.id }, bubble)
}

function textOf(text: string): HTMLElement {
  return element(
    'p',
    { class: 'text', dir: 'auto' },
    ...linked(text).map(({ text: part, href }) =>
      href === null ? part : element('a', { href, target: '_blank', rel: 'noopener noreferrer', dir: 'ltr' }, part),
    ),
  )
}

function quoted({ quoted: said }: Message, { onQuoted }: ItemOptions): HTMLElement | null {
  if (said === null) return null
  const { message_id: id, sender, text } = said
  const lines = [
    sender === null ? null : element('span', { class: 'sender', dir: 'auto' }, sender),
    element('span', { class: 'quoted-text', dir: 'auto' }, text || 'a message without text'),
  ]
  if (id === null) return element('blockquote', { class: 'quoted' }, ...lines)
  const button = element('button', { class: 'quoted', type: 'button', title: 'Show the message that this one answers' }, ...lines)
  button.addEventListener('click', () => onQuoted(id))
  return button
}

/** Pictures as small pictures; of everything else, and of pictures that are not there, what is known. */
function media(message: Message, options: ItemOptions): HTMLElement[] {
  const pictures = message.attachments.filter(({ url, media_type }) => url !== null && media_type.startsWith('image/'))
  const others = message.attachments.filter(attachment => !pictures.includes(attachment))
  const grid = pictures.length === 0 ? [] : [element('div', { class: 'pictures' }, ...pictures.map(one => picture(one, message, options)))]
  const told = message.attachments.length > 0 ? others.map(attachment => other(attachment, message)) : withoutFile(message)
  return [...grid, ...told]
}

function picture(attachment: Attachment, message: Message, { onPicture }: ItemOptions): HTMLElement {
  const { id, name } = attachment
  const image = element('img', {
    src: `/attachments/${id}?width=320`,
    alt: name ?? kindWord(message.kind),
    loading: 'lazy',
    decoding: 'async',
    ...fitted(attachment),
  })
  const button = element('button', { class: 'picture', type: 'button' }, image)
  button.addEventListener('click', () => onPicture(attachment, message))
  image.addEventListener('error', () => button.replaceWith(element('p', { class: 'mark' }, 'This picture cannot be shown')))
  return button
}

/** The size that a picture is shown in, pixels, so that its place is kept before it is there. */
function fitted({ width, height }: Attachment): { width: number; height: number } {
  if (!width || !height) return { width: 240, height: 180 }
  const scale = Math.min(1, 320 / width, 320 / height)
  return { width: Math.max(24, Math.round(width * scale)), height: Math.max(24, Math.round(height * scale)) }
}

const notSaved: Record<Attachment['status'], string> = {
  saved: 'stored',
  pending: 'not downloaded yet',
  unavailable: 'no longer available',
  metadata_only: 'only its particulars are kept',
  failed: 'could not be stored',
}

function other({ media_type, status, size_bytes, name, url }: Attachment, message: Message): HTMLElement {
  const what = kindWord(message.kind) || media_type
  const facts = [message.duration_s === null ? null : duration(message.duration_s), size_bytes === null ? null : bytes(size_bytes)]
  const known = [name ?? message.file_name, ...facts, notSaved[status]].filter(fact => fact !== null)
  return element(
    'p',
    { class: 'file' },
    element('strong', {}, what),
    element('span', { dir: 'auto' }, known.join(' · ')),
    url === null ? null : element('a', { href: url, target: '_blank', rel: 'noopener' }, 'Open the file'),
  )
}

function withoutFile({ kind, text, duration_s, file_name, is_deleted }: Message): HTMLElement[] {
  const silent = kind === 'text' || kind === 'deleted' || kind === 'call' || kind === 'poll' || kind === 'contact' || kind === 'location'
  if (silent || kind === 'event' || is_deleted || (kind === 'unknown' && text !== '')) return []
  const known = [file_name, duration_s === null ? null : duration(duration_s)].filter(fact => fact !== null)
  return [element('p', { class: 'file' }, element('strong', {}, kindWord(kind)), element('span', { dir: 'auto' }, known.join(' · ')))]
}

/** What the kind carries (`details`), as far as it is what the API says it is. */
function particulars({ kind, details }: Message): HTMLElement[] {
  const { poll, event, contacts, location, call, linkPreview } = details as {
    poll?: { question: string; options: { text: string; votes: number | null }[] }
    event?: { name: string; when: string | null; place: string | null }
    contacts?: { name: string; phone: string | null }[]
    location?: { name: string | null; address: string | null; latitude: number | null; longitude: number | null; live: boolean }
    call?: { video: boolean | null; missed: boolean | null }
    linkPreview?: { title: string; description: string | null }
  }
  const lines = (title: string, ...texts: (string | null)[]) =>
    element(
      'div',
      { class: 'card' },
      element('strong', { dir: 'auto' }, title),
      ...texts.map(text => (text === null || text === '' ? null : element('span', { dir: 'auto' }, text))),
    )
  const found: HTMLElement[] = []
  if (poll) found.push(lines(poll.question, ...poll.options.map(({ text, votes }) => (votes === null ? text : `${text}: ${votes}`))))
  if (event) found.push(lines(event.name, event.when, event.place))
  for (const { name, phone } of contacts ?? []) found.push(lines(name, phone))
  if (location) {
    const at = location.latitude === null || location.longitude === null ? null : `${location.latitude}, ${location.longitude}`
    found.push(lines(location.name ?? (location.live ? 'Live location' : 'Location'), location.address, at))
  }
  if (kind === 'call')
    found.push(lines(`${call?.missed ? 'Missed ' : ''}${call?.video ? 'video call' : 'call'}`.replace(/^./, c => c.toUpperCase())))
  if (linkPreview) found.push(lines(linkPreview.title, linkPreview.description))
  return found
}

function reactions({ reactions: given }: Message): HTMLElement | null {
  if (given.length === 0) return null
  const each = given.map(({ emoji, count }) => element('li', {}, count !== null && count > 1 ? `${emoji} ${count}` : emoji))
  return element('ul', { class: 'reactions', 'aria-label': 'Reactions' }, ...each)
}

function foot({ date, date_precision, is_edited, status, from_user }: Message, times: Times): HTMLElement {
  const exact = `${date}${date_precision === 'minute' ? ' (to the minute)' : ''}`
  const tick = from_user && status !== null ? tickWords[status] : null
  return element(
    'p',
    { class: 'foot' },
    is_edited ? element('span', {}, 'edited') : null,
    element('time', { datetime: date, title: exact }, times.clock(date)),
    tick ? element('span', { role: 'img', 'aria-label': tick.means, title: tick.means, class: `tick ${status}` }, tick.marks) : null,
  )
}
