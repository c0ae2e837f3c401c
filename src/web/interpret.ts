/** What the open chat's rows mean, for the reading loop: the parser bound to one chat and to what the session knows of dates. */
import type { ChatListing, MessageKind, WitnessedField } from '../model.ts'
import { shownPictures } from '../parse/attachments.ts'
import type { ParseContext } from '../parse/context.ts'
import { conversationEvidence, knownEvidence, newestEvidence } from '../parse/evidence.ts'
import { addCounts, countFields, type FieldCounts, has, one } from '../parse/fields.ts'
import { stripBidi } from '../parse/fold.ts'
import { parseRowId } from '../parse/ids.ts'
import type { ChatWitness, Drawn } from '../parse/join.ts'
import { makeParseMemory } from '../parse/memory.ts'
import { parseConversation, parseItems, participantsOf } from '../parse/message.ts'
import type { ParsedRow } from '../parse/row.ts'
import type { RawConversation, RawRow } from '../raw.ts'
import type { ChatFacts } from '../source.ts'
import type { ShownImage } from './captures.ts'
import type { DateSense } from './date-sense.ts'
import type { Reading } from './read-chat.ts'
import { itemsOf, type TimelineEntry } from './timeline.ts'

export interface InterpreterOptions {
  locale: string
  zone: string
  /** The moment of reading, ISO 8601 UTC. */
  now: string
  dir: 'ltr' | 'rtl'
  chatTitle: string
  dates: DateSense
  /** Fields that the selector set asks for. */
  fieldNames: readonly string[]
  /** The account's own JID, where the page keeps it. */
  ownId: string | null
  /** What IndexedDB says of this chat by now. */
  witness(): ChatWitness | null
}

/** A message as both witnesses tell it. */
export interface Heard {
  kind: MessageKind
  /** ISO 8601 UTC. */
  ts: string
  /** The values in which they disagree. */
  disagreements: readonly WitnessedField[]
}

export interface Interpreter {
  /** Takes in what a snapshot tells about dates; gives it back. */
  notice(raw: RawConversation): RawConversation
  facts(raw: RawConversation, listing: ChatListing): ChatFacts
  understand(entries: readonly TimelineEntry[], openTop: boolean): Reading[]
  imagesOf(entry: TimelineEntry): ShownImage[]
  /** Members as the header names them now. */
  participants(raw: RawConversation): string[]
  /** These rows will not be asked about again: their fields are counted and no longer kept. */
  close(entries: readonly TimelineEntry[]): void
  /** Hits and misses by field over the rows seen so far, each row once. */
  fields(): FieldCounts
  /** The messages understood so far, by id. */
  heard(): ReadonlyMap<string, Heard>
  /** What was drawn so far, empty shells too. */
  drawn(): Drawn
}

export function makeInterpreter({ dates, fieldNames, witness, ...base }: InterpreterOptions): Interpreter {
  const rows = new Map<string, RawRow['fields']>()
  const closed = new Set<string>()
  let counted: FieldCounts = {}
  const ids = new Set<string>()
  const albums = new Map<string, readonly string[]>()
  const heard = new Map<string, Heard>()
  const memory = makeParseMemory()
  /** A row by itself comes to something else than among its neighbours: one memory for both would forget at every turn. */
  const memoryOfOne = makeParseMemory()
  const context = (openTop: boolean): ParseContext => ({
    ...base,
    order: dates.order(),
    ownName: null,
    openTop,
    witness: witness(),
    memory,
  })

  return {
    notice(raw) {
      const known = witness()
      dates.add(conversationEvidence(raw.items))
      if (known) dates.add(knownEvidence(raw.items, id => known.message(id)?.seconds ?? null))
      for (const item of raw.items) {
        const key = item.type === 'row' ? one(item.fields, 'id') : null
        if (item.type !== 'row' || key === null) continue
        const { messageId, items } = parseRowId(key)
        for (const id of [messageId, ...items]) ids.add(id)
        if (items.length > 1) albums.set(messageId, items)
        if (!item.shell && !closed.has(key)) rows.set(key, item.fields)
      }
      return raw
    },
    facts(raw, listing) {
      dates.add(newestEvidence(raw.items, listing.timeLabel))
      const parsed = parseConversation(raw, context(true))
      const messageIds = parsed.rows.flatMap(row => ('shown' in row && row.shown.messageId !== null ? [row.shown.messageId] : []))
      return {
        title: stripBidi(listing.title),
        community: listing.community,
        jid: parsed.chatJid,
        lid: null,
        isGroup: parsed.isGroup ?? listing.isGroup,
        isSelf: listing.isSelf,
        archived: listing.archived,
        participants: parsed.participants,
        messageIds,
      }
    },
    understand: (entries, openTop) => {
      const parsed = parseItems(itemsOf(entries), context(openTop))
      for (const row of parsed)
        if (row.type === 'message') {
          const { messageId, kind, ts } = row.message
          heard.set(messageId, { kind, ts, disagreements: row.disagreements })
        }
      return parsed.map(readingOf)
    },
    imagesOf({ row }) {
      if (row.shell || (!has(row.fields, 'picture') && !has(row.fields, 'tiles'))) return []
      const [parsed] = parseItems([row], { ...context(true), memory: memoryOfOne })
      if (!parsed || !('shown' in parsed) || parsed.shown.messageId === null) return []
      const pictures = shownPictures(row, parsed.shown.kind, parsed.shown.messageId)
      // IndexedDB names the file of a message of one picture; those of an album are messages of their own there.
      const hash = pictures.length === 1 ? (witness()?.message(parsed.shown.messageId)?.fileHash ?? null) : null
      return pictures.map(picture => ({ ...picture, checksum: hash }))
    },
    participants: raw => participantsOf(raw.subtitle, base.locale),
    close(entries) {
      const leaving: RawRow['fields'][] = []
      for (const { row } of entries) {
        const key = one(row.fields, 'id')
        const fields = key === null ? undefined : rows.get(key)
        if (key === null || !fields) continue
        leaving.push(fields)
        rows.delete(key)
        closed.add(key)
      }
      counted = addCounts(counted, countFields(leaving, fieldNames))
    },
    fields: () => addCounts(counted, countFields([...rows.values()], fieldNames)),
    heard: () => heard,
    drawn: () => ({ ids, albums: [...albums.values()] }),
  }
}

function readingOf(row: ParsedRow): Reading {
  if (row.type === 'message') return { type: 'message', message: row.message }
  if (row.type === 'reject') return { type: 'reject', reject: row.reject }
  return { type: row.type }
}
