/** From rows of the page to messages: every row becomes a message, a reject with its reason, a shell, a notice, or waits for its day. */
import { createHash } from 'node:crypto'
import type { DeliveryStatus, Direction, Message, MessageKind, Reaction, Reject } from '../model.ts'
import type { RawConversation, RawItem, RawRow } from '../raw.ts'
import { albumSize, draftsOf } from './attachments.ts'
import { bad, type Day, ok, type Parsed, type Wall } from './calendar.ts'
import { parseClock } from './clock.ts'
import type { ParseContext } from './context.ts'
import { dateParts } from './dates.ts'
import { dayWordOf } from './day.ts'
import { directionsOf } from './direction.ts'
import { all, has, one } from './fields.ts'
import { asciiDigits, fold, stripBidi } from './fold.ts'
import { isGroupJid, parseRowId, type RowId } from './ids.ts'
import { kindOf, type RowKind } from './kind.ts'
import { type Labels, labelsOf } from './locales.ts'
import { reactionsOf } from './reactions.ts'
import { nameOf, type Run, runsOf, senderIdOf } from './sender.ts'
import { parseStamp, splitPrePlain } from './stamps.ts'
import { deliveryStatus } from './status.ts'
import { type DatedItem, daysOf } from './timeline-days.ts'
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
  | { type: 'message'; message: Message; shown: Shown }
  | { type: 'reject'; reject: Reject; shown: Shown }
  | { type: 'pending'; shown: Shown }
  | { type: 'shell' }
  | { type: 'notMessage' }

export interface ParsedConversation {
  /** One for each row among the items, in page order. */
  rows: ParsedRow[]
  title: string | null
  subtitle: string | null
  /** From packed ids; null where ids are bare or rows disagree. */
  chatJid: string | null
  /** True when rows name their authors or the id is a group's; null when the page does not say. */
  isGroup: boolean | null
  /** Members as the subtitle names them, the owner left out. */
  participants: string[]
}

/** The open chat as one snapshot shows it. */
export function parseConversation(raw: RawConversation, context: ParseContext): ParsedConversation {
  const rows = raw.items.filter(item => item.type === 'row')
  const jids = new Set(rows.map(row => parseRowId(one(row.fields, 'id') ?? '').chatJid).filter(jid => jid !== null))
  const chatJid = jids.size === 1 ? ([...jids][0] ?? null) : null
  const authors = rows.some(row => has(row.fields, 'author') && !has(row.fields, 'system'))
  const participants = participantsOf(raw.subtitle, context.locale)
  return {
    rows: parseItems(raw.items, context),
    title: raw.title === null ? null : stripBidi(raw.title),
    subtitle: raw.subtitle === null ? null : stripBidi(raw.subtitle),
    chatJid,
    isGroup: chatJid !== null ? isGroupJid(chatJid) : authors || participants.length > 1 ? true : null,
    participants,
  }
}

/** Members named by a group's subtitle, which ends with the owner ("A, +55 11 …, You"); empty for any other subtitle. */
export function participantsOf(subtitle: string | null, locale: string): string[] {
  const names = stripBidi(subtitle ?? '').split(/[,،、] ?/).map(name => name.trim()).filter(name => name !== '')
  const you = labelsOf(locale).you.map(fold)
  const others = names.filter(name => !you.includes(fold(name)))
  return others.length < names.length ? others : []
}

/** Whether "Read more" still hides a part of the row's text. */
export function isTruncated(row: RawRow): boolean {
  return has(row.fields, 'readMore')
}

/** Whether a text between rows names a day. Other texts there still part the rows, for they may be separators in words that are not known. */
function isDayLabel(text: string, locale: string): boolean {
  return dateParts(text) !== null || dayWordOf(text, locale) !== null
}

interface Work {
  row: RawRow
  id: RowId | null
  kind: RowKind
  stamp: { stamp: string; name: string } | null
  wall: Parsed<Wall> | null
  apart: boolean
  dayLabel: string | null
}

/** One result for each row among `items` (page order; separators and bars stand between them). */
export function parseItems(items: readonly RawItem[], context: ParseContext): ParsedRow[] {
  const labels = labelsOf(context.locale)
  const works: Work[] = []
  const dated: DatedItem[] = []
  let apart = true
  let dayLabel: string | null = null
  for (const item of items) {
    if (item.type === 'day') {
      dated.push({ type: 'day', label: item.text })
      if (isDayLabel(item.text, context.locale)) dayLabel = item.text
    }
    if (item.type !== 'row') {
      apart = true
      continue
    }
    const work: Work = { ...look(item, labels, context), apart, dayLabel }
    works.push(work)
    const { wall } = work
    dated.push({ type: 'row', stamped: wall?.ok ? { year: wall.value.year, month: wall.value.month, day: wall.value.day } : null })
    apart = work.kind === 'system' || item.shell
  }
  const isMessage = (work: Work): boolean => work.kind !== 'system' && work.kind !== 'empty' && !work.row.shell
  const directions = directionsOf(works.map(work => ({ row: work.row, message: isMessage(work), apart: work.apart })), context)
  const days = daysOf(dated, context)
  const runs = runsOf(works.map(work => work.row))
  const seen = new Map<string, number>()
  return works.map((work, index) => {
    if (work.row.shell) return { type: 'shell' }
    if (!isMessage(work)) return { type: 'notMessage' }
    const direction = directions[index] ?? null
    const dayOf = days[index] ?? { day: null, above: false }
    return understand(work, work.kind as MessageKind, direction, dayOf, runs[index] ?? null, labels, context, seen)
  })
}

function look(row: RawRow, labels: Labels, context: ParseContext): Pick<Work, 'row' | 'id' | 'kind' | 'stamp' | 'wall'> {
  const raw = one(row.fields, 'id')
  const id = raw === null ? null : parseRowId(raw)
  const value = one(row.fields, 'stamp')
  const stamp = value === null ? null : splitPrePlain(value)
  const wall = stamp ? parseStamp(stamp.stamp, { order: context.order, locale: context.locale }) : null
  return { row, id, kind: kindOf(row.fields, id, labels), stamp, wall }
}

function understand(
  work: Work,
  kind: MessageKind,
  direction: Direction | null,
  { day, above }: { day: Day | null; above: boolean },
  run: Run | null,
  labels: Labels,
  context: ParseContext,
  seen: Map<string, number>,
): ParsedRow {
  const { row, id, stamp } = work
  const { fields } = row
  const when = instantOf(work, day, context)
  const text = textOf(fields, kind)
  const messageId = id?.messageId || madeUpId(work, text, context, seen)
  const shown: Shown = {
    messageId: id?.messageId || null,
    direction,
    kind,
    sender: nameOf(fields, stamp?.name ?? null, context.locale),
    text,
    stamp: stamp?.stamp ?? null,
    timeLabel: one(fields, 'time') ?? (stamp ? (/^[^,،、]+/.exec(stamp.stamp)?.[0] ?? null) : null),
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
  if (!when.ok && context.openTop && (!above || context.order === null) && !work.wall?.ok) return { type: 'pending', shown }
  if (!direction) return reject('direction', 'neither id, class, label, receipt, run, tail nor place of the bubble tells whose message it is')
  if (!when.ok) return reject('ts', when.reason)
  const { forwarded, edited, fileName, durationS, reactions, status } = shown
  const message: Message = {
    messageId,
    chatJid: id?.chatJid ?? null,
    direction,
    kind,
    senderId: senderIdOf(fields, { id, direction, stampName: stamp?.name ?? null, run }),
    senderName: direction === 'out' ? (stamp?.name ?? context.ownName) : (run?.author ?? shown.sender),
    text,
    ts: when.value,
    tsPrecision: 'minute',
    quoted: has(fields, 'quoteText') || has(fields, 'quoteAuthor') ? { text: shown.quotedText, sender: one(fields, 'quoteAuthor'), messageId: null } : null,
    forwarded,
    forwardedMany: has(fields, 'forwardedMany'),
    edited,
    deleted: kind === 'deleted',
    reactions,
    status,
    fileName,
    durationS,
    albumSize: shown.albumSize,
    attachments: draftsOf(row, kind, { fileName, durationS }),
  }
  return { type: 'message', message, shown }
}

/** The stamp gives day and time; without one the row's clock on the day that its neighbours or the separator tell. */
function instantOf({ wall, row }: Work, day: Day | null, context: ParseContext): Parsed<string> {
  if (wall?.ok) return ok(toInstant(wall.value, context.zone))
  const label = one(row.fields, 'time')
  if (label === null) return wall ?? bad('the row shows no time')
  const clock = parseClock(label, context.locale)
  if (!clock.ok) return clock
  if (!day) return wall ?? bad('no separator and no stamp of a neighbour tells the day')
  return ok(toInstant({ ...day, ...clock.value }, context.zone))
}

const wordless: ReadonlySet<MessageKind> = new Set<MessageKind>(['call', 'contact', 'deleted', 'event', 'location', 'poll', 'sticker', 'voice', 'waiting'])

function textOf(fields: RawRow['fields'], kind: MessageKind): string | null {
  if (wordless.has(kind)) return null
  const text = one(fields, 'text') ?? (all(fields, 'bigEmoji').join('') || null)
  return text === '' ? null : text
}

/** "Edited" stands beside the time; words of other chips carry a mark of their own and are not read here. */
export function isEdited(fields: RawRow['fields'], labels: Labels): boolean {
  const words = labels.edited.map(fold)
  return all(fields, 'metaWords').some(text => words.includes(fold(text)))
}

/** Seconds of `37` or of `1:02:03`; null for none and for a player that has not loaded yet (0). */
function secondsOf(value: string | null): number | null {
  if (value === null) return null
  const seconds = asciiDigits(value).split(':').reduce((sum, part) => sum * 60 + Number(part), 0)
  return Number.isFinite(seconds) && seconds > 0 ? Math.round(seconds) : null
}

/** An id for a row that has none: the same row gets the same one. The ordinal tells rows of one minute and one text apart. */
function madeUpId({ stamp, row }: Work, text: string | null, context: ParseContext, seen: Map<string, number>): string {
  const basis = [context.chatTitle ?? '', stamp?.stamp ?? '', stamp?.name ?? '', one(row.fields, 'time') ?? '', text ?? ''].join('\u0000')
  const ordinal = seen.get(basis) ?? 0
  seen.set(basis, ordinal + 1)
  return `x-${createHash('sha256').update(`${basis}\u0000${ordinal}`).digest('hex').slice(0, 20)}`
}
