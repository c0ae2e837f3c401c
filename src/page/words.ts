/** Words of the page for words of the API. Pure. */
import type { Message, MessageKind, Run, SessionStatus } from '../client/client.ts'

export const sessionWords: Record<SessionStatus | 'unknown', string> = {
  logged_in: 'paired',
  expired: 'ended by the phone',
  pairing: 'waiting to be paired',
  starting: 'starting',
  disconnected: 'not connected',
  unknown: 'not connected',
}

export const runWords: Record<Run['status'], string> = {
  running: 'running',
  complete: 'complete',
  incomplete: 'not every chat complete',
  login_required: 'pairing needed',
  drift: 'page not understood',
  failed: 'failed',
}

/** Why a chat is not complete, and what to do; the reasons are those of `chats.incomplete_reason`. */
export const incompleteWords: Record<string, { why: string; action: string }> = {
  phone_has_more: { why: 'older messages are only on the phone', action: '`whatsapp-etl sync --ask-phone` asks for them' },
  budget: { why: 'the cycle ran out of time', action: 'the next cycles go on' },
  top_not_shown: { why: 'its beginning was not shown', action: 'the next cycle tries again' },
  gap: { why: 'there is a gap', action: 'the next cycles close it' },
  not_understood: { why: 'some rows were not understood', action: 'look for an update of whatsapp-etl' },
  unread_policy: { why: 'it has unread messages', action: 'read it on the phone' },
  not_opened: { why: 'it was not opened yet', action: 'the next cycle tries again' },
  interrupted: { why: 'its reading was cut short', action: 'the next cycle reads it again' },
  list_incomplete: { why: 'the chat list was not seen whole', action: 'the next cycle walks it again' },
  failed: { why: 'its reading failed', action: 'it is tried again, with growing pauses' },
  not_shown: { why: 'messages that the list told of were not shown', action: 'the next cycle looks for them' },
}

const kinds: Record<MessageKind, string> = {
  text: '',
  image: 'Picture',
  video: 'Video',
  gif: 'GIF',
  audio: 'Audio',
  voice: 'Voice note',
  document: 'Document',
  sticker: 'Sticker',
  album: 'Album',
  call: 'Call',
  contact: 'Contact',
  location: 'Location',
  poll: 'Poll',
  event: 'Event',
  deleted: 'Deleted message',
  waiting: 'Message that has not come yet',
  unknown: 'Message of an unknown kind',
}

/** What a kind is called where there is no text to show; empty for texts. */
export function kindWord(kind: MessageKind): string {
  return kinds[kind]
}

/** Delivery status as marks, and as what they mean. */
export const tickWords: Record<NonNullable<Message['status']>, { marks: string; means: string }> = {
  pending: { marks: '◷', means: 'waiting to be sent' },
  sent: { marks: '✓', means: 'sent' },
  delivered: { marks: '✓✓', means: 'delivered' },
  read: { marks: '✓✓', means: 'read' },
  played: { marks: '✓✓', means: 'played' },
  failed: { marks: '!', means: 'not sent' },
}

/** A number with its noun, which takes an s where it is not one. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString()} ${noun}${count === 1 ? '' : 's'}`
}

/** Text and instants (ISO 8601 UTC, as the worker writes them) in it, in turn. */
export function timed(text: string): { text: string; instant: string | null }[] {
  return text
    .split(/(\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)/)
    .map((part, place) => ({ text: part, instant: place % 2 === 1 ? part : null }))
    .filter(part => part.text !== '')
}

/** `m:ss`, or `h:mm:ss`. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds)
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
  const two = (value: number) => String(value).padStart(2, '0')
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`
}

export function bytes(size: number): string {
  if (size < 1000) return `${size} bytes`
  const units = ['kB', 'MB', 'GB']
  const power = Math.min(Math.floor(Math.log10(size) / 3), units.length)
  return `${(size / 1000 ** power).toFixed(size / 1000 ** power < 10 ? 1 : 0)} ${units[power - 1]}`
}

/** Text and addresses in it, in turn. Only http and https: nothing else may become a link. */
export function linked(text: string): { text: string; href: string | null }[] {
  const parts: { text: string; href: string | null }[] = []
  let end = 0
  for (const found of text.matchAll(/https?:\/\/[^\s<>"'`\u0000-\u001f\u202a-\u202e\u2066-\u2069]+/gi)) {
    const address = found[0].replace(/[.,;:!?)\]}»”’]+$/, '')
    if (!URL.canParse(address)) continue
    if (found.index > end) parts.push({ text: text.slice(end, found.index), href: null })
    parts.push({ text: address, href: address })
    end = found.index + address.length
  }
  if (end < text.length) parts.push({ text: text.slice(end), href: null })
  return parts
}
