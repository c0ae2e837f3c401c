/** Changes to the truth while it runs. */
import type { Person, Scenario, SimChat, SimMessage, Status } from './app/types.ts'
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
