/** What the rows and the chat list show of the order of day and month. */
import type { DateOrder } from '../model.ts'
import type { RawChatRow, RawItem } from '../raw.ts'
import { Calibration, type DateEvidence } from './calibrate.ts'
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

/** Evidence of a chat's place in the list: the label of its row and the stamp of its newest message, where that is the last row drawn. */
export function newestEvidence(items: readonly RawItem[], timeLabel: string | null): DateEvidence[] {
  const last = items.findLast(item => item.type === 'row')
  const stamp = last ? splitPrePlain(one(last.fields, 'stamp') ?? '')?.stamp : undefined
  return stamp === undefined || timeLabel === null ? [] : [{ type: 'day-and-stamp', label: timeLabel, stamp }]
}

/** Evidence of the chat list: its numeric dates. */
export function listEvidence(rows: readonly RawChatRow[]): DateEvidence[] {
  return rows.flatMap(({ fields }) => {
    const value = one(fields, 'time')
    return value === null ? [] : [{ type: 'label' as const, value }]
  })
}

/** The order that evidence proves, taken in piece by piece. Sequences speak only where nothing else does: a frame of rows from several chats runs backwards. */
export class OrderSense {
  readonly #single: Calibration
  readonly #all: Calibration

  constructor(options: { locale: string; zone: string; now: string | null }) {
    this.#single = new Calibration(options)
    this.#all = new Calibration(options)
  }

  add(evidence: DateEvidence): void {
    if (evidence.type !== 'sequence') this.#single.add(evidence)
    this.#all.add(evidence)
  }

  verdict(): { order: DateOrder | null; because: string } {
    const first = this.#single.verdict()
    return first.order !== null || first.because.startsWith('contradictory') ? first : this.#all.verdict()
  }
}

/** The order that all of this evidence proves. */
export function orderOf(
  evidence: readonly DateEvidence[],
  options: { locale: string; zone: string; now: string | null },
): { order: DateOrder | null; because: string } {
  const sense = new OrderSense(options)
  for (const one of evidence) sense.add(one)
  return sense.verdict()
}
