/** Ids as the rows of `model-storage` spell them: threads, people, message keys, sort keys (storage 4.1). */
import { page } from '../dom.ts'
import { account } from '../store.ts'
import type { Person, SimChat, SimMessage } from '../types.ts'

/** An id as the page stores it where it does not convert it: a string, or the clone of an id object. */
export type Wid = string | { server: string; user: string; _serialized: string }

/** The thread's id: chats of one person are kept by LID once the account has moved to LIDs. */
export function threadOf(chat: SimChat): string {
  return chat.kind !== 'group' && page.switches.idShape !== 'packed' && chat.lid ? chat.lid : chat.id
}

/** A member of a group, by the group's way of addressing. */
export function memberJid(person: Person): string {
  return page.switches.lidAuthors ? person.lid : `${person.phone}@c.us`
}

/** The owner, as the other end of a thread. */
export function ownJid(chat: SimChat): string {
  const { lid, phone } = account().scenario.account
  return (chat.kind === 'group' ? page.switches.lidAuthors : page.switches.idShape !== 'packed') ? lid : `${phone}@c.us`
}

/** `<fromMe>_<remote>_<stanza>[_<participant>]`; own group messages carry the participant too, messages to oneself a direction. */
export function messageKey(chat: SimChat, message: SimMessage): string {
  const base = `${message.direction === 'out'}_${threadOf(chat)}_${message.id}`
  if (chat.kind === 'self') return `${base}_out`
  return chat.kind === 'group' && message.kind !== 'system' ? `${base}_${memberJid(message.sender)}` : base
}

/** The unique key by which all rows of a chat sort together: hex digits that sort as the number does. */
export function internalId(remote: string, rowId: number): string {
  const hex = rowId.toString(16)
  return `${remote}_${(hex.length - 1).toString(16)}${hex}_m`
}

/** Every other id is stored as an object. */
export function wid(jid: string, rowId: number): Wid {
  const [user = '', server = ''] = jid.split('@')
  return rowId % 2 === 0 ? { server, user, _serialized: jid } : jid
}

/** Another stanza id that belongs to this one, always the same: that of a hidden row, or of a picture in an album. */
export function derivedId(id: string, salt: number): string {
  let state = salt + 1
  return `3EB0${[...id]
    .slice(-18)
    .map((digit, n) => {
      state = (state * 31 + Number.parseInt(digit, 16) + n) % 65_521
      return (state % 16).toString(16).toUpperCase()
    })
    .join('')}`
}
