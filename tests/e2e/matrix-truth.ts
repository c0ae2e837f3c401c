/**
 * What the matrix expects of the database, from the scenario alone: which rows, and for each of its values what the page and its
 * IndexedDB can tell in that era. Nothing of the reader is involved.
 */

import type { Labels } from '../sim/app/locales/words.ts'
import { type Locale, languageOf } from '../sim/app/locales.ts'
import type { Profile } from '../sim/app/switches.ts'
import { phoneText } from '../sim/app/text.ts'
import type { Status } from '../sim/app/types.ts'
import type { ExpectedRow } from '../sim/truth.ts'
import { me } from './scene.ts'

/** A row as the database gives it. */
export interface Stored {
  message_id: string
  title: string
  is_outgoing: boolean
  kind: string
  sender_id: string | null
  sender_name: string | null
  content_snippet: string | null
  ts: string
  ts_precision: string
  is_edited: boolean
  is_deleted: boolean
  is_forwarded: boolean
  forwarded_many: boolean
  quoted_text: string | null
  reactions: { emoji: string }[]
  status: string | null
  file_name: string | null
  duration_s: number | null
  album_size: number | null
}

export const storedQuery = `
  select m.message_id, c.title, m.is_outgoing, m.kind, m.sender_id, m.sender_name, m.content_snippet, m.ts::text as ts, m.ts_precision, m.is_edited,
         m.is_deleted, m.is_forwarded, m.forwarded_many, m.quoted_text, m.reactions, m.status, m.file_name, m.duration_s, m.album_size
  from messages m join chats c on c.id = m.chat_id order by m.chat_id, m.ts, m.message_id`

export type Idb = 'full' | 'partial' | 'none'

/** What a case is made of, as far as it decides what can be told. */
export interface Case {
  profile: Profile
  locale: Locale
  idb: Idb
}

/** Whether IndexedDB or a word that some source gives tells something; else only a word tells it that the simulator had to invent. */
function told({ locale, idb }: Case, word: keyof Labels): boolean {
  return idb === 'full' || languageOf(locale)?.sources[word] !== 'invented'
}

/** What the ticks alone tell: two of them are at least a delivery. */
const leastOf: Record<Status, Status> = { pending: 'pending', sent: 'sent', delivered: 'delivered', read: 'delivered', played: 'delivered' }

function statusesOf(row: ExpectedRow, given: Case): (Status | null)[] {
  if (row.direction === 'in' || row.status === null) return [null]
  return told(given, row.status) ? [row.status] : [row.status, leastOf[row.status]]
}

/** Which ids of a person a row may carry: the best that is to be had; where IndexedDB has holes, any true one. */
function idsOf(row: ExpectedRow, { profile, idb }: Case): string[] {
  const phone = `${row.senderPhone}@c.us`
  // The number of an unsaved person is in the page (reference §4.7), the owner's in its storage.
  if (idb === 'full' || row.direction === 'out' || !row.senderSaved) return [phone]
  // The id of an album of the older eras names neither chat nor author.
  if (['E2', 'E3'].includes(profile) && row.kind === 'album' && row.chatId.endsWith('@g.us')) return [phone, row.senderName]
  if (['E2', 'E3', 'E4'].includes(profile)) return [phone]
  const best = profile === 'E5' ? row.senderLid : row.senderName
  return idb === 'none' ? [best] : [phone, row.senderLid, best]
}

/** Names under which the page shows a person: the saved one, or number and push name. */
function namesOf(row: ExpectedRow): (string | null)[] {
  // Only stamps carry the owner's name.
  if (row.direction === 'out') return [me.name, null]
  return row.senderSaved ? [row.senderName] : [row.senderName, phoneText(row.senderPhone)]
}

function precisionsOf({ idb }: Case): string[] {
  return idb === 'full' ? ['second'] : idb === 'none' ? ['minute'] : ['second', 'minute']
}

/** The truth at the precision that the row claims. */
function instantOf(row: ExpectedRow, precision: string): string {
  const unit = precision === 'second' ? 1000 : 60_000
  return new Date(Math.floor(Date.parse(row.second) / unit) * unit).toISOString()
}

/** Everything that differs between the database and the account, a line each; empty when recall and precision are 1 and every value is right. */
export function differences(stored: readonly Stored[], expected: readonly ExpectedRow[], given: Case): string[] {
  const out: string[] = []
  const found = new Map(stored.map(row => [row.message_id, row]))
  if (found.size !== stored.length) out.push(`${stored.length - found.size} messages are there twice`)
  if (given.idb === 'partial' && !stored.some(row => row.ts_precision === 'second')) out.push('nothing was taken from IndexedDB')
  const truth = new Map(expected.map(row => [row.messageId, row]))
  for (const row of stored) if (!truth.has(row.message_id)) out.push(`not in the account: ${row.title} ${row.kind} ${row.content_snippet}`)
  for (const row of expected) {
    const name = `${row.chatTitle}: ${row.direction} ${row.kind} ${(row.text ?? row.label ?? '').slice(0, 20)}`
    const got = found.get(row.messageId)
    if (!got) {
      out.push(`${name}: lost`)
      continue
    }
    const value = (field: string, is: unknown, allowed: readonly unknown[]) => {
      if (!allowed.some(one => JSON.stringify(one) === JSON.stringify(is)))
        out.push(`${name}: ${field} is ${JSON.stringify(is)}, not ${allowed.map(one => JSON.stringify(one)).join(' or ')}`)
    }
    value('direction', got.is_outgoing ? 'out' : 'in', [row.direction])
    value('kind', got.kind, row.kind === 'waiting' && !told(given, 'waiting') ? ['waiting', 'unknown'] : [row.kind])
    value('text', got.content_snippet, [row.text])
    value('precision', got.ts_precision, precisionsOf(given))
    value('ts', new Date(got.ts).toISOString(), [instantOf(row, got.ts_precision)])
    value('sender_id', got.sender_id, idsOf(row, given))
    value('sender_name', got.sender_name, namesOf(row))
    value('edited', got.is_edited, [row.edited])
    value('deleted', got.is_deleted, [row.deleted])
    value('forwarded', got.is_forwarded ? (got.forwarded_many ? 2 : 1) : 0, [row.forwarded])
    value('quoted', got.quoted_text, [row.quotedText])
    value('reactions', got.reactions.map(one => one.emoji).sort(), [row.reactions.map(one => one.emoji).sort()])
    // The page shows no ticks at a call, IndexedDB has some.
    if (row.kind !== 'call') value('status', got.status, statusesOf(row, given))
    value('file', got.file_name, [row.fileName])
    value('duration', got.duration_s, [row.durationS])
    value('album', got.album_size, [row.albumSize])
  }
  return out
}
