/** One row, understood: kind, time, direction and what it carries become a message, or the reason why not. */
import { createHash } from 'node:crypto'
import type { DeliveryStatus, Direction, Message, MessageKind, Reaction, Reject, WitnessedField } from '../model.ts'
import type { RawRow } from '../raw.ts'
import { albumSize, draftsOf } from './attachments.ts'
import { bad, type Day, ok, type Parsed, type Wall } from './calendar.ts'
import { parseClock } from './clock.ts'
import type { ParseContext } from './context.ts'
import { detailsOf } from './details.ts'
import { all, has, one } from './fields.ts'
import { asciiDigits, fold } from './fold.ts'
import { isGroupJid, parseRowId, type RowId } from './ids.ts'
import { directionOf, instantOf, joinMessage, kindWith } from './join.ts'
import { kindOf, type RowKind } from './kind.ts'
import type { Labels } from './locales.ts'
import { reactionsOf } from './reactions.ts'
import { nameOf, type Run, senderIdOf } from './sender.ts'
import { parseStamp, splitPrePlain } from './stamps.ts'
import { deliveryStatus } from './status.ts'
import type { StoredMessage } from './stored.ts'
import { toInstant } from './zone.ts'

/** What a row shows, understood or not: for `inspect` and for whoever looks into a reject. */
export interface Shown {
  messageId: string | null
  direction: Direction | null
  kind: MessageKind
  sender: string | null
  /** As the page shows it. */
  text: string | null
  stamp: string | null
  timeLabel: string | null
  dayLabel: string | null
  ts: string | null
  quotedText: string | null
  forwarded: boolean
  edited: boolean
  fileName: string | null
  durationS: number | null
  albumSize: number | null
  reactions: Reaction[]
  status: DeliveryStatus | null
}

/** What became of one row. `pending`: its day can only be known once more of the chat is mounted above it. */
export type ParsedRow =
  | { type: 'message'; message: Message; shown: Shown; disagreements: WitnessedField[] }
  | { type: 'reject'; reject: Reject; shown: Shown }
  | { type: 'pending'; shown: Shown }
  | { type: 'shell' }
  | { type: 'notMessage' }

/** A row with what it says by itself, before its neighbours are asked. `apart`: a separator or a notice stands directly above it. */
export interface Work {
  row: RawRow
  id: RowId | null
  kind: RowKind
  /** The kind that the page alone shows. */
  drawn: RowKind
  /** What IndexedDB holds under the row's id. */
  stored: StoredMessage | null
  stamp: { stamp: string; name: string } | null
  wall: Parsed<Wall> | null
  apart: boolean
  dayLabel: string | null
}

/** What the row says by itself. */
export function look(row: RawRow, labels: Labels, context: ParseContext): Omit<Work, 'apart' | 'dayLabel'> {
  const raw = one(row.fields, 'id')
  const id = raw === null ? null : parseRowId(raw)
  const value = one(row.fields, 'stamp')
  const stamp = value === null ? null : splitPrePlain(value)
  const wall = stamp ? parseStamp(stamp.stamp, { order: context.order, locale: context.locale }) : null
  const drawn = kindOf(row.fields, id, labels)
  const stored = (id?.messageId && context.witness?.message(id.messageId)) || null
  return { row, id, kind: row.shell ? drawn : kindWith(drawn, stored), drawn, stored, stamp, wall }
}

/** The row with what its neighbours add: direction, day, run. `ordinals` counts rows without an id that look alike. */
export function understand(
  work: Work,
  kind: MessageKind,
  shownDirection: Direction | null,
  { day, above }: { day: Day | null; above: boolean },
  run: Run | null,
  labels: Labels,
  context: ParseContext,
  ordinals: Map<string, number>,
): ParsedRow {
  const { row, id, stamp, stored, drawn } = work
  const { fields } = row
  const seen = instantOfRow(work, day, context)
  const exact = stored && instantOf(stored)
  const when = exact ? ok(exact) : seen
  const direction = stored ? directionOf(stored) : shownDirection
  const text = textOf(fields, kind)
  const messageId = id?.messageId || madeUpId(work, text, context, ordinals)
  const shown: Shown = {
    messageId: id?.messageId || null,
    direction,
    kind,
    sender: nameOf(fields, stamp?.name ?? null, context.locale),
    text,
    stamp: stamp?.stamp ?? null,
    timeLabel: all(fields, 'time').at(-1) ?? (stamp ? (/^[^,،、]+/.exec(stamp.stamp)?.[0] ?? null) : null),
    dayLabel: work.dayLabel,
    ts: when.ok ? when.value : null,
    quotedText: one(fields, 'quoteText'),
    forwarded: has(fields, 'forwarded') || has(fields, 'forwardedMany'),
    edited: isEdited(fields, labels),
    fileName: kind === 'document' || kind === 'audio' ? one(fields, 'fileName') : null,
    durationS: secondsOf(one(fields, 'duration')),
    albumSize: albumSize(row, kind),
    reactions: reactionsOf(fields),
    status: direction === 'out' && kind !== 'deleted' ? deliveryStatus(fields) : null,
  }
  const reject = (field: string, reason: string): ParsedRow => ({
    type: 'reject',
    reject: { rowKey: one(fields, 'id') ?? messageId, field, reason, raw: row },
    shown,
  })
  if (id?.kind === 'unknown') return reject('id', 'the row has an id of no known form')
  if (!when.ok && context.openTop && (!above || context.order === null) && !work.wall?.ok && !exact) return { type: 'pending', shown }
  if (!direction)
    return reject('direction', 'neither id, class, label, receipt, run, tail nor place of the bubble tells whose message it is')
  if (!when.ok) return reject('ts', when.reason)
  const { forwarded, edited, fileName, durationS, reactions, status } = shown
  const message: Message = {
    messageId,
    chatJid: id?.chatJid ?? null,
    direction,
    kind,
    senderId: senderIdOf(fields, { id, direction, stampName: stamp?.name ?? null, run, ownId: context.ownId ?? null }),
    senderName:
      direction === 'out' ? (stamp?.name ?? context.ownName) : (run?.author ?? shown.sender ?? run?.name ?? partnerOf(id, context)),
    text,
    ts: when.value,
    tsPrecision: 'minute',
    quoted:
      has(fields, 'quoteText') || has(fields, 'quoteAuthor')
        ? { text: shown.quotedText, sender: one(fields, 'quoteAuthor'), messageId: null }
        : null,
    forwarded,
    forwardedMany: has(fields, 'forwardedMany'),
    edited,
    deleted: kind === 'deleted',
    reactions,
    status,
    fileName,
    durationS,
    albumSize: shown.albumSize,
    details: detailsOf(fields, { kind, direction, text, id, labels }),
    witnesses: {},
    attachments: draftsOf(row, kind, { fileName, durationS }),
  }
  if (!stored || !context.witness) return { type: 'message', message, shown, disagreements: [] }
  const page = { direction: shownDirection, ts: seen.ok ? seen.value : null, kind: drawn }
  return { type: 'message', shown, ...joinMessage(message, page, stored, { witness: context.witness, zone: context.zone }) }
}

/** In a chat with one person, whatever comes in is that person's (the id says that it is one). */
function partnerOf(id: RowId | null, { chatTitle }: ParseContext): string | null {
  return id?.chatJid && !isGroupJid(id.chatJid) ? chatTitle : null
}

/** The stamp gives day and time; without one the row's clock on the day that its neighbours or the separator tell. */
function instantOfRow({ wall, row }: Work, day: Day | null, context: ParseContext): Parsed<string> {
  if (wall?.ok) return ok(toInstant(wall.value, context.zone))
  // The meta line ends the row: of several clock times the last one is the row's.
  const label = all(row.fields, 'time').at(-1)
  if (label === undefined) return wall ?? bad('the row shows no time')
  const clock = parseClock(label, context.locale)
  if (!clock.ok) return clock
  if (!day) return wall ?? bad('no separator and no stamp of a neighbour tells the day')
  return ok(toInstant({ ...day, ...clock.value }, context.zone))
}

const wordless: ReadonlySet<MessageKind> = new Set<MessageKind>([
  'call',
  'contact',
  'deleted',
  'event',
  'location',
  'poll',
  'sticker',
  'voice',
  'waiting',
])

function textOf(fields: RawRow['fields'], kind: MessageKind): string | null {
  if (wordless.has(kind) || (kind === 'unknown' && has(fields, 'viewOnce'))) return null
  const text = one(fields, 'text') ?? (all(fields, 'bigEmoji').join('') || null)
  return (kind === 'unknown' ? (text ?? cardText(fields)) : text) || null
}

/** What a bubble of a kind that is not known says in its own words: lines that a person or a business wrote, without the words beside the time. */
function cardText(fields: RawRow['fields']): string | null {
  const beside = all(fields, 'metaWords')
  return (
    all(fields, 'cardLines')
      .filter(line => !beside.includes(line))
      .join('\n') || null
  )
}

/**
 * "Edited" stands beside the time, and before it in the invisible copy of the meta line (trap 14): the word in both places is a mark in any
 * language. Of other chips some carry a mark of their own and others are two letters long. Where only one place shows it, the word must be known.
 */
export function isEdited(fields: RawRow['fields'], labels: Labels): boolean {
  const beside = all(fields, 'metaWords').map(fold)
  const before = fold(one(fields, 'spacerWord') ?? '')
  return labels.edited.some(word => beside.includes(fold(word))) || (before.length > 2 && beside.includes(before))
}

/** Seconds of `37` or of `1:02:03`; null for none and for a player that has not loaded yet (0). */
function secondsOf(value: string | null): number | null {
  if (value === null) return null
  const seconds = asciiDigits(value)
    .split(':')
    .reduce((sum, part) => sum * 60 + Number(part), 0)
  return Number.isFinite(seconds) && seconds > 0 ? Math.round(seconds) : null
}

/** An id for a row that has none: the same row gets the same one. The ordinal tells rows of one minute and one text apart. */
function madeUpId({ stamp, row }: Work, text: string | null, context: ParseContext, seen: Map<string, number>): string {
  const basis = [context.chatTitle ?? '', stamp?.stamp ?? '', stamp?.name ?? '', all(row.fields, 'time').at(-1) ?? '', text ?? ''].join(
    '\u0000',
  )
  const ordinal = seen.get(basis) ?? 0
  seen.set(basis, ordinal + 1)
  return `x-${createHash('sha256').update(`${basis}\u0000${ordinal}`).digest('hex').slice(0, 20)}`
}
