/** From what is mounted to messages: every row becomes a message, a reject with its reason, a shell, a notice, or waits for its day. */
import type { MessageKind } from '../model.ts'
import type { RawConversation, RawFields, RawItem, RawRow } from '../raw.ts'
import { parseClock } from './clock.ts'
import type { ParseContext } from './context.ts'
import { dateParts } from './dates.ts'
import { dayWordOf } from './day.ts'
import { directionsOf } from './direction.ts'
import { all, has, one } from './fields.ts'
import { fold, stripBidi } from './fold.ts'
import { isGroupJid, parseRowId } from './ids.ts'
import { instantOf } from './join.ts'
import { type Labels, labelsOf } from './locales.ts'
import type { Step } from './memory.ts'
import { look, type ParsedRow, understand, type Work } from './row.ts'
import { runsOf } from './sender.ts'
import { type DatedItem, daysOf } from './timeline-days.ts'
import { wallIn } from './zone.ts'

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
  const names = stripBidi(subtitle ?? '')
    .split(/[,،、] ?/)
    .map(name => name.trim())
    .filter(name => name !== '')
  const you = labelsOf(locale).you.map(fold)
  const others = names.filter(name => !you.includes(fold(name)))
  return others.length < names.length ? others : []
}

/** Whether a text between rows names a day. Other texts there still part the rows, for they may be separators in words that are not known. */
function isDayLabel(text: string, locale: string): boolean {
  return dateParts(text) !== null || dayWordOf(text, locale) !== null
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
    const alone = recall(context, item.fields, 'alone', [item.shell, context.order, context.witness], () =>
      lookAlone(item, labels, context),
    )
    const work: Work = { ...alone.work, row: item, apart, dayLabel }
    works.push(work)
    dated.push(alone.dated)
    apart = work.kind === 'system' || item.shell
  }
  const isMessage = (work: Work): boolean => work.kind !== 'system' && work.kind !== 'empty' && !work.row.shell
  const directions = directionsOf(
    works.map(work => ({ row: work.row, message: isMessage(work), apart: work.apart })),
    context,
  )
  const days = daysOf(dated, context)
  const runs = runsOf(
    works.map(work => work.row),
    context.locale,
  )
  const seen = new Map<string, number>()
  return works.map((work, index) => {
    if (work.row.shell) return { type: 'shell' }
    if (!isMessage(work)) return { type: 'notMessage' }
    const direction = directions[index] ?? null
    const dayOf = days[index] ?? { day: null, above: false }
    const run = runs[index] ?? null
    const result = () => understand(work, work.kind as MessageKind, direction, dayOf, run, labels, context, seen)
    // What an id is made up from depends on the rows before.
    if (!work.id?.messageId) return result()
    const { day, above } = dayOf
    const ofDay = [work.dayLabel, above, day?.year, day?.month, day?.day]
    const ofRun = [work.row.run, direction, run?.author, run?.phone, run?.name]
    return recall(context, work.row.fields, 'among', [context.order, context.witness, context.openTop, ...ofDay, ...ofRun], result)
  })
}

/** What a row says by itself, and what that is worth to the days of its neighbours. */
function lookAlone(row: RawRow, labels: Labels, context: ParseContext): { work: ReturnType<typeof look>; dated: DatedItem } {
  const work = look(row, labels, context)
  const { wall, stored } = work
  const exact = stored ? instantOf(stored) : null
  const at = exact !== null ? wallIn(context.zone, exact) : wall?.ok ? wall.value : null
  const clock = parseClock(all(row.fields, 'time').at(-1) ?? '', context.locale)
  const minute = clock.ok ? clock.value.hour * 60 + clock.value.minute : null
  return { work, dated: { type: 'row', stamped: at && { year: at.year, month: at.month, day: at.day }, minute } }
}

function recall<T>({ memory }: ParseContext, fields: RawFields, step: Step, basis: readonly unknown[], work: () => T): T {
  return memory ? memory.recall(fields, step, basis, work) : work()
}
