/**
 * What IndexedDB of the page holds, as the chats of one cycle need it: found out once, read chat by chat, counted. Whatever fails
 * here costs precision, never a message: the cycle goes on with what the page draws.
 */
import type { Logger } from 'pino'
import type { MessageKind } from '../model.ts'
import { isLidJid, isPhoneJid, parseRowId } from '../parse/ids.ts'
import { type ChatWitness, type Drawn, unshown } from '../parse/join.ts'
import type { Directory, StorageCapability, StoredChat, StoredMessage } from '../parse/stored.ts'
import type { RawConversation } from '../raw.ts'
import type { ArrivalMark, Arrivals, ChatFacts, WitnessTotals } from '../source.ts'
import type { Heard } from './interpret.ts'
import type { Witness } from './witness.ts'

/** One chat of the cycle. */
export interface ChatRecords {
  /** The chat that its messages prove it to be; null where IndexedDB does not tell. */
  chat: StoredChat | null
  /** Reads its messages from a day before `since` (ISO 8601) on. */
  load(since: string): Promise<void>
  /** Looks again when the newest row on the page is one that was not there before. */
  follow(newestId: string | null): Promise<void>
  /** Looks again, once, where the page shows a message of the window that was not there before: `shown` are its messages by id. */
  lookAgain(shown: ReadonlyMap<string, Heard>): Promise<void>
  /** What is known now; null where nothing is. */
  witness(): ChatWitness | null
  /** Whether IndexedDB, where it can be read in full, holds this message and no older one since a day before the window. */
  isOldest(messageId: string): boolean
  /** The same of younger ones. */
  isNewest(messageId: string): boolean
  /** Messages that IndexedDB holds from `until` (ISO 8601) on and no row showed, by kind; empty where it tells nothing. */
  unshown(drawn: Drawn, until: string): ReadonlyMap<MessageKind, readonly string[]>
  /** Counts the chat, once it was read down to `until` (ISO 8601; null = nothing is known to be read in full): `shown` are its messages by id. */
  count(shown: ReadonlyMap<string, Heard>, drawn: Drawn, until: string | null): void
}

export interface Records {
  /** Identifies an open chat by the ids of its rows; `titles` only say where to look first. */
  open(messageIds: readonly string[], titles: readonly string[]): Promise<ChatRecords>
  totals(): WitnessTotals
  /** When something last happened in each chat, by the JID under which the page keeps it: ISO 8601 UTC. Empty where nothing tells. */
  activities(): Promise<ReadonlyMap<string, string>>
  /** Messages that came since a mark, whatever their own time; null where nothing tells. */
  arrivals(after: ArrivalMark | null): Promise<Arrivals | null>
  /** Goes on with what is known of chats and people, counts from 0; a chat that is not among them is looked for anew, once. */
  again(): Records
}

const day = 24 * 60 * 60
/** A row may be drawn a moment before it is written. */
const looksPerRow = 3

interface About {
  capability: StorageCapability
  directory: Directory | null
}

/**
 * The records behind `witness`; null = not to be used. `totals`: go on counting there, for a cycle that continues on a new page. `earlier`: what was
 * found out before, and may be out of date.
 */
export function makeRecords(witness: Witness | null, log: Logger, totals = noTotals(), earlier: Promise<About> | null = null): Records {
  let about = earlier
  const soughtAnew = new Set<string>()

  /** The answer, or null with a word in the log. */
  const heard = async <T>(question: Promise<T>): Promise<T | null> => {
    try {
      return await question
    } catch (error) {
      log.warn({ err: error }, 'IndexedDB of the page did not answer; this chat is read without it')
      return null
    }
  }

  const learn = async (from: Witness) => {
    const capability = (await heard(from.probe())) ?? { level: 'none' as const, because: 'it did not answer' }
    totals.level = capability.level
    totals.because = capability.because
    if (capability.level !== 'full') {
      log.warn(capability, 'IndexedDB of the page cannot be read in full: times may be to the minute, people by name only')
    }
    return { capability, directory: capability.level === 'none' ? null : await heard(from.directory()) }
  }

  const identify = async (messageIds: readonly string[], titles: readonly string[]) => {
    if (witness) about ??= learn(witness)
    const directory = (await about)?.directory ?? null
    const jid = witness && directory && messageIds.length > 0 ? await heard(witness.chatOf(messageIds, titles)) : null
    return { directory, jid, chat: (jid !== null && directory?.chats.get(jid)) || null }
  }

  return {
    totals: () => totals,
    async activities() {
      const known = witness ? await heard(witness.activities()) : null
      const named = [...(known ?? [])].map(([chat, seconds]) => [chat, new Date(seconds * 1000).toISOString()] as const)
      return new Map(named)
    },
    arrivals: async after => (witness ? await heard(witness.arrivals(after)) : null),
    again: () => makeRecords(witness, log, noTotals(), about),
    async open(messageIds, titles) {
      let found = await identify(messageIds, titles)
      const name = JSON.stringify(titles)
      if (earlier !== null && found.chat === null && found.directory !== null && messageIds.length > 0 && !soughtAnew.has(name)) {
        soughtAnew.add(name)
        about = null
        found = await identify(messageIds, titles)
      }
      const { directory, jid, chat } = found
      const level = (await about)?.capability.level
      let messages: ReadonlyMap<string, StoredMessage> | null = null
      /** The same object as long as it would say the same. */
      let told: { messages: ReadonlyMap<string, StoredMessage>; witness: ChatWitness } | null = null
      let from = 0
      const looked = new Map<string, number>()
      let lookedAgain = false
      const inWindow = (ts: string): boolean => Date.parse(ts) / 1000 >= from + day
      /** Whether this message is known, and no other one stands as `where` says. */
      const none = (messageId: string, where: (at: number, its: number) => boolean): boolean => {
        const its = messages?.get(messageId)?.seconds ?? null
        if (level !== 'full' || its === null) return false
        for (const { kind, seconds } of messages?.values() ?? []) {
          if (kind !== null && kind !== 'system' && kind !== 'hidden' && seconds !== null && where(seconds, its)) return false
        }
        return true
      }
      return {
        chat,
        async load(since) {
          from = Math.floor(Date.parse(since) / 1000) - day
          if (witness && jid !== null) messages = await heard(witness.messages(jid, from))
        },
        async follow(newestId) {
          if (!witness || jid === null || messages === null || newestId === null || messages.has(newestId)) return
          const times = looked.get(newestId) ?? 0
          looked.set(newestId, times + 1)
          if (times < looksPerRow) messages = (await heard(witness.messages(jid, from))) ?? messages
        },
        async lookAgain(shown) {
          const known = messages
          if (!witness || jid === null || known === null || lookedAgain) return
          if (![...shown].some(([id, { ts }]) => !known.has(id) && inWindow(ts))) return
          lookedAgain = true
          messages = (await heard(witness.messages(jid, from))) ?? messages
        },
        witness() {
          const known = messages
          if (!known || !directory) return null
          if (told?.messages === known) return told.witness
          const witness = {
            message: (id: string) => known.get(id) ?? null,
            phoneOf: (lid: string) => directory.phones.get(lid) ?? null,
            nameOf: (id: string) => directory.names.get(id) ?? null,
            owner: directory.owner,
          }
          told = { messages: known, witness }
          return witness
        },
        isOldest: messageId => none(messageId, (at, its) => at < its),
        isNewest: messageId => none(messageId, (at, its) => at > its),
        unshown: (drawn, until) => missingOf(messages, drawn, until),
        count(shown, drawn, until) {
          const alone: Record<string, number> = {}
          for (const [id, { kind, ts, disagreements }] of shown) {
            if (messages?.has(id)) add(totals.matched, kind, 1)
            // What is drawn of the time before the window IndexedDB was not asked for.
            else if (inWindow(ts)) add(alone, kind, 1)
            for (const field of disagreements) add(totals.disagreements, field, 1)
          }
          const missing: Record<string, number> = {}
          for (const [kind, ids] of until === null ? [] : missingOf(messages, drawn, until)) add(missing, kind, ids.length)
          for (const [kind, count] of Object.entries(alone)) add(totals.pageOnly, kind, count)
          for (const [kind, count] of Object.entries(missing)) add(totals.storageOnly, kind, count)
          const disagreed = [...shown.values()].filter(({ disagreements }) => disagreements.length > 0).length
          // Of a chat that IndexedDB does not tell of at all everything stands on the page alone: the capability says so already.
          const unlisted = messages === null ? '' : inWords(alone)
          const unseen = inWords(missing)
          if (unseen || unlisted || disagreed > 0)
            log.warn({ unseen, unlisted, disagreed }, 'the page and its IndexedDB do not say the same of a chat')
        },
      }
    },
  }
}

function missingOf(messages: ReadonlyMap<string, StoredMessage> | null, drawn: Drawn, until: string): Map<MessageKind, string[]> {
  return unshown(messages ?? new Map(), drawn, Math.ceil(Date.parse(until) / 1000))
}

function noTotals(): WitnessTotals {
  return { level: 'off', because: null, matched: {}, pageOnly: {}, storageOnly: {}, disagreements: {} }
}

function add(counts: Record<string, number>, name: string, more: number): void {
  counts[name] = (counts[name] ?? 0) + more
}

/** As words: a key such as `text` is taken for a secret by the log. */
function inWords(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([kind, count]) => `${count} ${kind}`)
    .join(', ')
}

/** Facts of an open chat with what IndexedDB knows of it. Ids in the rows themselves come first: they are of this chat beyond doubt. */
export function factsWith(facts: ChatFacts, chat: StoredChat | null): ChatFacts {
  if (!chat) return facts
  const stored = chat.isGroup ? chat.jid : chat.phone
  if (facts.jid !== null && isPhoneJid(facts.jid) && stored !== null && facts.jid !== stored) return facts
  return {
    ...facts,
    jid: facts.jid !== null && !isLidJid(facts.jid) ? facts.jid : (stored ?? facts.jid),
    lid: facts.lid ?? chat.lid,
    isGroup: chat.isGroup,
    participants: chat.participants.length > 0 ? chat.participants : facts.participants,
  }
}

/** Message id of the lowest row on the page. */
export function newestId({ items }: RawConversation): string | null {
  const row = items.findLast(item => item.type === 'row' && item.fields.id !== undefined)
  return row?.type === 'row' ? parseRowId(row.fields.id?.v[0] ?? '').messageId || null : null
}
