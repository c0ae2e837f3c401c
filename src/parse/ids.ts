/** Ids of rows, chats and people (reference §6): every shape that any era shows. Nothing here throws. */

/** A row's id, taken apart. What the shape does not say is null. */
export interface RowId {
  kind: 'message' | 'album' | 'grouped-sticker' | 'unknown'
  /** WhatsApp's own message id (stanza id); of an album its first item's; '' where there is none. */
  messageId: string
  fromMe: boolean | null
  /** Canonical JIDs. */
  chatJid: string | null
  participant: string | null
  /** The chat with oneself (`_out` at the end). */
  self: boolean
  /** Message ids of the items of an album or of grouped stickers, as far as the id names them. */
  items: string[]
}

const server = '(?:c\\.us|s\\.whatsapp\\.net|hosted\\.lid|hosted|lid|g\\.us|broadcast|newsletter|call|bot)'
const jid = `[^\\s@_]+@${server}`
const packed = new RegExp(`^(true|false)_(${jid})_([^\\s@]+?)(?:_(${jid}))?(?:_(out|in))?$`, 'i')

/** Before an id that is WhatsApp's own as it stands, whatever it looks like (foreign-ids.ts); no page has it. */
const bareMark = '\u0001'

/** An id as the page has it. */
export function idOnPage(dataId: string): string {
  return dataId.startsWith(bareMark) ? dataId.slice(bareMark.length) : dataId
}

/** The same id, to be taken as it stands. */
export function asBareId(dataId: string): string {
  return bareMark + dataId.trim().replace(/^conv-msg-/, '')
}

const unknown: RowId = { kind: 'unknown', messageId: '', fromMe: null, chatJid: null, participant: null, self: false, items: [] }

/** Takes a `data-id` (or a `data-testid` of the form `conv-msg-<id>`) apart: packed, bare, album, grouped stickers. */
export function parseRowId(dataId: string): RowId {
  if (dataId.startsWith(bareMark)) return { ...unknown, kind: 'message', messageId: idOnPage(dataId), items: [] }
  const id = dataId.trim().replace(/^conv-msg-/, '')
  if (id === '' || id.length > 500 || /\s/.test(id)) return { ...unknown, items: [] }
  if (id.startsWith('album-')) return grouped('album', /^album-+(.+)-\d+$/.exec(id)?.[1])
  if (id.startsWith('grouped-sticker-')) return grouped('grouped-sticker', id.slice('grouped-sticker-'.length))
  const found = packed.exec(id)
  if (found) {
    return {
      kind: 'message',
      messageId: found[3]!,
      fromMe: found[1]!.toLowerCase() === 'true',
      chatJid: canonicalJid(found[2]!),
      participant: found[4] ? canonicalJid(found[4]) : null,
      self: found[5] !== undefined,
      items: [],
    }
  }
  if (/^(?:true|false)_|@/i.test(id)) return { ...unknown, items: [] }
  return { ...unknown, kind: 'message', messageId: id, items: [] }
}

/** Items may themselves be packed ids (whose group JIDs can hold a hyphen); the row's chat and direction are then the first item's. */
function grouped(kind: 'album' | 'grouped-sticker', list = ''): RowId {
  const names = list.split(/(?:true|false)_/.test(list) ? /-(?=(?:true|false)_)/ : '-').map(name => name.replace(/^-+/, ''))
  const parts = names.filter(name => name !== '').map(name => packed.exec(name) ?? name)
  const items = parts.map(part => (typeof part === 'string' ? part : part[3]!))
  if (items.length === 0) return { ...unknown, items }
  const first = parts.find(part => typeof part !== 'string')
  return {
    kind,
    messageId: items[0]!,
    fromMe: first ? first[1]!.toLowerCase() === 'true' : null,
    chatJid: first ? canonicalJid(first[2]!) : null,
    participant: first?.[4] ? canonicalJid(first[4]) : null,
    self: first?.[5] !== undefined,
    items,
  }
}

/** One spelling of a JID: lower case, `s.whatsapp.net` as `c.us`, without device (`:12`) and agent (`.0` before it, `_1`) parts of people's ids. */
export function canonicalJid(jid: string): string {
  const clean = jid.trim().toLowerCase()
  const at = clean.lastIndexOf('@')
  if (at < 0) return clean
  const host = clean.slice(at + 1) === 's.whatsapp.net' ? 'c.us' : clean.slice(at + 1)
  const user = clean.slice(0, at)
  const person = /^(\d+)(?:[._]\d+)?(?::\d+)?$/.exec(user)
  return `${person && /^(?:c\.us|lid|hosted|hosted\.lid)$/.test(host) ? person[1] : user}@${host}`
}

/** The id of a message in the database: chat key, `/`, WhatsApp's message id. The chat key is the caller's: it must be stable for good. */
export function externalId(chatKey: string, messageId: string): string {
  return `${chatKey}/${messageId}`
}

/** Whether a JID is a group's. */
export function isGroupJid(jid: string): boolean {
  return /@g\.us$/i.test(jid.trim())
}

/** Whether a JID is a person's phone number (not a LID). */
export function isPhoneJid(jid: string): boolean {
  return /^\d+@c\.us$/.test(canonicalJid(jid))
}

/** Whether a JID is a LID, WhatsApp's id of a person without the phone number. */
export function isLidJid(jid: string): boolean {
  return /@(?:hosted\.)?lid$/i.test(jid.trim())
}
