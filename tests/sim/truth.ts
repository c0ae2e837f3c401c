/** Changes to the truth while it runs, and what a table must hold of it. Independent of any reader. */
import { shownText } from './app/text.ts'
import type { Kind, Person, Scenario, SimChat, SimMessage, Status } from './app/types.ts'
import { fillPictures } from './images.ts'
import { message, rng, stanzaId } from './message.ts'

export interface Said {
  chat(chat: SimChat): void
  now(): Date
  media(sha256: string, bytes: Buffer): void
}

export interface Truth {
  /** A new message, incoming unless `direction` or `sender` says otherwise; moves the chat up and counts as unread. */
  say(chatId: string, fields: Partial<SimMessage>): Promise<SimMessage>
  edit(chatId: string, messageId: string, text: string): void
  remove(chatId: string, messageId: string, by?: 'me' | 'them' | 'admin'): void
  react(chatId: string, messageId: string, emoji: string, count?: number): void
  tick(chatId: string, messageId: string, status: Status): void
  /** A waiting message becomes real, under the same id. */
  resolve(chatId: string, messageId: string, text: string): void
}

/** The account's owner as a person. */
export function owner(scenario: Scenario): Person {
  return { ...scenario.account, saved: true }
}

/** The acts that change a scenario, each followed by the chat's new state. */
export function truthOf(scenario: Scenario, said: Said): Truth {
  const random = rng(4711)
  const chatOf = (id: string) => {
    const chat = scenario.chats.find(item => item.id === id || item.title === id)
    if (!chat) throw new Error(`no chat ${id} in the scenario`)
    return chat
  }
  const change = (chatId: string, messageId: string, act: (found: SimMessage) => void) => {
    const chat = chatOf(chatId)
    const found = chat.messages.find(item => item.id === messageId)
    if (!found) throw new Error(`no message ${messageId} in ${chatId}`)
    act(found)
    said.chat(chat)
  }
  return {
    async say(chatId, fields) {
      const chat = chatOf(chatId)
      const own = fields.direction === 'out'
      const sender = fields.sender ?? (own ? owner(scenario) : chat.participants[0]!)
      const sentAt = new Date(Math.floor(said.now().getTime() / 1000) * 1000).toISOString()
      const made = message({ id: stanzaId(random, own ? 'desktop' : 'android'), sender, sentAt, ...fields })
      for (const [hash, bytes] of await fillPictures(made.images)) said.media(hash, bytes)
      chat.messages.push(made)
      chat.messages.sort((a, b) => a.sentAt.localeCompare(b.sentAt))
      if (made.sentAt > chat.activityAt) chat.activityAt = made.sentAt
      if (!own) chat.unread = Math.max(chat.unread, 0) + 1
      said.chat(chat)
      return made
    },
    edit: (chatId, messageId, text) => change(chatId, messageId, found => Object.assign(found, { text, edited: true })),
    remove: (chatId, messageId, by = 'them') =>
      change(chatId, messageId, found =>
        Object.assign(found, {
          kind: 'deleted',
          text: null,
          deletedBy: by,
          images: [],
          reactions: [],
          quoted: null,
          edited: false,
          link: null,
          mentions: [],
          options: [],
          contacts: [],
          place: null,
          event: null,
          file: null,
          durationS: null,
          forwarded: 0,
        }),
      ),
    react: (chatId, messageId, emoji, count = 1) =>
      change(chatId, messageId, found => {
        found.reactions = [...found.reactions.filter(item => item.emoji !== emoji), { emoji, count }]
      }),
    tick: (chatId, messageId, status) => change(chatId, messageId, found => Object.assign(found, { status })),
    resolve: (chatId, messageId, text) => change(chatId, messageId, found => Object.assign(found, { kind: 'text', text })),
  }
}

/** What a table must hold of one message. */
export interface ExpectedRow {
  chatId: string
  chatTitle: string
  messageId: string
  direction: 'in' | 'out'
  kind: Exclude<Kind, 'system'>
  /** As the page shows it; null where the kind has none or where it is not a text (poll, place, contact: see `label`). */
  text: string | null
  label: string | null
  /** ISO, cut to the minute: what the page can tell. `second` is the truth. */
  minute: string
  second: string
  senderName: string
  senderPhone: string
  senderLid: string
  senderSaved: boolean
  status: Status | null
  edited: boolean
  deleted: boolean
  forwarded: 0 | 1 | 2
  quotedText: string | null
  reactions: { emoji: string; count: number }[]
  fileName: string | null
  durationS: number | null
  albumSize: number | null
  /** Pictures in order; `drawn`: the page has an element for it (an album draws its first four). */
  images: { sha256: string; size: number; downloaded: boolean; drawn: boolean; sound: boolean; width: number; height: number }[]
}

const noText: ReadonlySet<Kind> = new Set<Kind>(['contact', 'location', 'poll', 'event'])

/** Every message sent at or after `since`, oldest first within its chat; system rows are not messages. */
export function expectedRows(scenario: Scenario, { since }: { since: Date }): ExpectedRow[] {
  return scenario.chats.flatMap(chat =>
    chat.messages
      .filter(item => item.kind !== 'system' && Date.parse(item.sentAt) >= since.getTime())
      .map(item => ({
        chatId: chat.id,
        chatTitle: chat.title,
        messageId: item.id,
        direction: item.direction,
        kind: item.kind as ExpectedRow['kind'],
        text: item.text === null || noText.has(item.kind) ? null : shownText(item.text),
        label: noText.has(item.kind) ? item.text : null,
        minute: `${item.sentAt.slice(0, 16)}:00.000Z`,
        second: item.sentAt,
        senderName: item.sender.name,
        senderPhone: item.sender.phone,
        senderLid: item.sender.lid,
        senderSaved: item.sender.saved,
        status: item.kind === 'deleted' || item.kind === 'call' ? null : item.status,
        edited: item.edited,
        deleted: item.kind === 'deleted',
        forwarded: item.forwarded,
        quotedText: item.quoted ? shownText(item.quoted.text) : null,
        reactions: item.reactions,
        fileName: item.file?.name ?? null,
        durationS: item.kind === 'voice' || item.kind === 'video' ? item.durationS : null,
        albumSize: item.kind === 'album' ? item.images.length : null,
        images: item.images.map((image, n) => ({
          sha256: image.sha256,
          size: image.size,
          downloaded: image.downloaded,
          drawn: n < 4,
          width: image.width,
          height: image.height,
          sound: image.spec.defect === undefined,
        })),
      })),
  )
}
