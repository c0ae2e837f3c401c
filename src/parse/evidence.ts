/** What the rows and the chat list show of the order of day and month. */
import type { DateOrder } from '../model.ts'
import type { RawChatRow, RawItem } from '../raw.ts'
import { calibrate, type DateEvidence } from './calibrate.ts'
import { one } from './fields.ts'
import { parseRowId } from './ids.ts'
import { splitPrePlain } from './stamps.ts'

/** Evidence of the open chat: stamps, separators, separators with the first stamp below them, and the stamps in their order. */
export function conversationEvidence(items: readonly RawItem[]): DateEvidence[] {
  const found: DateEvidence[] = []
  const stamps: string[] = []
  let label: string | null = null
  for (const item of items) {
    if (item.type !== 'row') {
      if (item.type === 'day') {
        label = item.text
        found.push({ type: 'label', value: item.text })
      }
      continue
    }
    const stamp = splitPrePlain(one(item.fields, 'stamp') ?? '')?.stamp
    if (stamp === undefined) continue
    stamps.push(stamp)
    found.push({ type: 'stamp', value: stamp })
    if (label !== null) found.push({ type: 'day-and-stamp', label, stamp })
    label = null
  }
  if (stamps.length > 1) found.push({ type: 'sequence', stamps })
  return found
}

/** Evidence of a second witness: stamps whose exact Unix seconds it knows by the row's message id. */
export function knownEvidence(items: readonly RawItem[], secondsOf: (messageId: string) => number | null): DateEvidence[] {
  return items.flatMap(item => {
    if (item.type !== 'row') return []
    const stamp = splitPrePlain(one(item.fields, 'stamp') ?? '')?.stamp
    const seconds = stamp === undefined ? null : secondsOf(parseRowId(one(item.fields, 'id') ?? '').messageId)
    return stamp === undefined || seconds === null ? [] : [{ type: 'known' as const, stamp, seconds }]
  })
}

/** Evidence of the chat list: its numeric dates. */
export function listEvidence(rows: readonly RawChatRow[]): DateEvidence[] {
  return rows.flatMap(({ fields }) => {
    const value = one(fields, 'time')
    return value === null ? [] : [{ type: 'label' as const, value }]
  })
}

/** The order that evidence proves. Sequences speak only where nothing else does: a frame of rows from several chats runs backwards. */
export function orderOf(
  evidence: DateEvidence[],
  options: { locale: string; zone: string; now: string | null },
): { order: DateOrder | null; because: string } {
  const first = calibrate(
    evidence.filter(one => one.type !== 'sequence'),
    options,
  )
  return first.order !== null || first.because.startsWith('contradictory') ? first : calibrate(evidence, options)
}

/** Regions whose dates are looked at: one whose order differs makes the language say nothing. */
const regions = [
  'US',
  'GB',
  'CA',
  'AU',
  'IN',
  'ZA',
  'BR',
  'PT',
  'ES',
  'MX',
  'PR',
  'FR',
  'BE',
  'CH',
  'DE',
  'IT',
  'NL',
  'RU',
  'ID',
  'CN',
  'TW',
  'HK',
  'SG',
  'EG',
  'IL',
  'TR',
]

/**
 * The order that all regions of a language write (Portuguese: day first), or null (English, French, Chinese). Only for telling a reader what a page
 * without a single numeric date would show; dates are never read by it.
 */
export function orderOfLanguage(locale: string): DateOrder | null {
  try {
    const language = new Intl.Locale(locale).language
    const orders = new Set(['', ...regions].map(region => writtenOrder(region === '' ? language : `${language}-${region}`)))
    return orders.size === 1 ? ([...orders][0] ?? null) : null
  } catch {
    return null
  }
}

function writtenOrder(tag: string): DateOrder | null {
  const parts = new Intl.DateTimeFormat(`${tag}-u-ca-gregory`, { year: 'numeric', month: 'numeric', day: 'numeric' }).formatToParts(0)
  const order = parts
    .filter(part => ['day', 'month', 'year'].includes(part.type))
    .map(part => part.type[0])
    .join('')
  return order === 'dmy' || order === 'mdy' || order === 'ymd' ? order : null
}
