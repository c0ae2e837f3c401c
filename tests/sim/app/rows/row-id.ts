/** Names of rows: packed, bare, of albums and of grouped stickers (reference 4.4, 6). */
import { page } from '../dom.ts'
import { derivedId } from '../storage/keys.ts'
import type { SimChat, SimMessage } from '../types.ts'

/** The row's id in this era: packed with chat and author, or bare. */
export function dataId(chat: SimChat, message: SimMessage): string {
  const { idShape, lidAuthors } = page.switches
  if (message.kind === 'album' && page.switches.albumIds === 'range') return albumId(message)
  if (idShape === 'bare') return message.id
  const lid = idShape === 'packed-lid'
  const jid = chat.kind !== 'group' && lid && chat.lid ? chat.lid : chat.id
  const base = `${message.direction === 'out'}_${jid}_${message.id}`
  if (chat.kind === 'self') return `${base}_out`
  if (chat.kind !== 'group' || message.kind === 'system') return base
  return `${base}_${lid && lidAuthors ? message.sender.lid : `${message.sender.phone}@c.us`}`
}

/** First and last picture of an album and how many there are. */
function albumId(message: SimMessage): string {
  const count = message.images.length
  return `album-${message.id}-${derivedId(message.id, 99 + count)}-${count}`
}

/** The row that groups a sticker with the next one. */
export function groupedStickerId(message: SimMessage): string {
  return `grouped-sticker--${message.id}-${derivedId(message.id, 50)}`
}
