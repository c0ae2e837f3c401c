/**
 * Drift: whether the page is still understood, judged from how often the fields that matter gave a value (what is expected stands in the
 * selector sets) and from what earlier cycles saw. Pure: counts in, verdicts out.
 */

import {
  addFields,
  type ChatVerdict,
  type Evidence,
  type FieldEvidence,
  type FieldsEvidence,
  fieldsBelow,
  isBelow,
  slack,
} from './evidence.ts'

/** What earlier cycles of the account saw. */
export interface Baseline {
  /** Chats that the last cycle listed which ran to its end. */
  listed: number
  /** Sums over the last cycles by set and field. */
  sets: Record<string, Record<string, { hit: number; miss: number; by_candidate: Record<string, number> }>>
  shifted: Shift[]
  /** Titles of the chats that the last cycle over all chats left out because they were not understood, or not opened: it was no drift then. */
  odd: string[]
}

/** A field that is given by a later candidate than before: the page changed, and the next change may break it. */
export interface Shift {
  set: string
  field: string
  from: number
  to: number
}

/** What a cycle came to; `fields` by which the page is not understood, empty when it is. */
export interface SelectorReport {
  set: string | null
  fields: string[]
  shifted: Shift[]
  /** Where the redacted structure of the page lies. */
  snapshot: string | null
}

/** So many chats in a row that are not understood need no further one. */
const inARow = 4
/** A share is compared from this many hits on. */
const shiftSample = 20
const shiftGrowth = 0.3

/** Judges one cycle as it goes: many chats tell more than one, and earlier cycles more than this one alone. */
export class DriftWatch {
  readonly #before: Baseline | null
  readonly #sets = new Map<string, FieldsEvidence>()
  readonly #bad = new Map<string, number>()
  #understood = 0
  #emptied = 0
  #unexplained = 0
  #notUnderstood = 0
  #streak = 0
  #unopened = 0

  constructor(before: Baseline | null) {
    this.#before = before
  }

  /** The walked list: the fields by which it is not understood. No chat at all where there were some is never success (peers: A4). */
  list(evidence: Evidence | undefined, listed: number): string[] {
    if (evidence) this.#add(evidence, name => `chatList.${name}`)
    const below = fieldsBelow(evidence?.fields ?? {}).map(name => `chatList.${name}`)
    if (listed === 0 && this.expectsChats) below.push('chatList.row')
    return below
  }

  /**
   * A chat that was read, or given up as not understood. One that was odd before says nothing new: it is read with every cycle, and in a quiet one it is
   * the only one that is.
   */
  chat(evidence: Evidence, verdict: ChatVerdict, title: string): void {
    this.#add(evidence, name => name)
    if (verdict.type !== 'understood' && this.#isOdd(title)) return
    if (verdict.type === 'not_understood') {
      this.#notUnderstood++
      this.#streak++
      for (const field of verdict.fields) this.#bad.set(field, (this.#bad.get(field) ?? 0) + 1)
    } else if (verdict.type === 'emptied') this.#emptied++
    else if (verdict.type === 'unexplained') this.#unexplained++
    else {
      this.#streak = 0
      // A chat without any message speaks neither for the page nor against it.
      if (verdict.type === 'understood' && evidence.rows.messages > 0) this.#understood++
    }
  }

  /** A chat whose row was pressed and whose pane then carried no name that is known. */
  unnamed(title: string): void {
    if (!this.#isOdd(title)) this.#unopened++
  }

  #isOdd(title: string): boolean {
    return this.#before?.odd.includes(title) ?? false
  }

  /** Enough was seen to stop: chat after chat is not understood. */
  get certain(): boolean {
    return this.#streak >= inARow || (this.#unopened >= inARow && this.#understood === 0)
  }

  /** Fields by which the page is not understood, as far as the cycle came; empty when it is. One odd chat among many is none. */
  verdict(): string[] {
    if (this.#notUnderstood > 0 && (this.#notUnderstood >= this.#understood || this.#streak >= inARow)) return [...this.#bad.keys()].sort()
    if (this.#understood === 0 && (this.#emptied > 1 || (this.#unexplained > 0 && !this.#wasRead))) return ['row']
    if (this.#understood === 0 && this.#unopened > 1) return ['header.title']
    return []
  }

  /**
   * What becomes of a chat that was too small to judge by its own rows: `store` where other chats had the fields or nothing is known against
   * it, `withhold` where earlier cycles always had them, `drift` where all of this cycle's rows lack them too, unless it was odd before.
   */
  settle(set: string, fields: readonly string[], title: string): 'store' | 'withhold' | 'drift' {
    const drift = this.#isOdd(title) ? 'withhold' : 'drift'
    let outcome: 'store' | 'withhold' | 'drift' = 'store'
    for (const name of fields) {
      const now = this.#sets.get(set)?.[name]
      if (!now || now.hit > 0) continue
      if (isBelow(now)) return drift
      const before = this.#before?.sets[set]?.[name]
      const usual = before !== undefined && before.hit >= Math.max(now.sample, now.min * (before.hit + before.miss))
      if (usual && now.miss > slack) return drift
      if (usual) outcome = 'withhold'
    }
    return outcome
  }

  /** Counts by set and field, to be compared with by later cycles. */
  get counts(): Record<string, FieldsEvidence> {
    return Object.fromEntries(this.#sets)
  }

  /** Earlier cycles listed chats. */
  get expectsChats(): boolean {
    return (this.#before?.listed ?? 0) > 0
  }

  /** Fields that are now given by a later candidate; what this cycle cannot judge stays as it was. */
  get shifted(): Shift[] {
    const shifts = (this.#before?.shifted ?? []).filter(({ set, field }) => hits(this.#sets.get(set)?.[field]) < shiftSample)
    for (const [set, fields] of this.#sets) {
      for (const [field, now] of Object.entries(fields)) {
        const shift = shiftOf(now, this.#before?.sets[set]?.[field])
        if (shift) shifts.push({ set, field, ...shift })
      }
    }
    return shifts
  }

  /** Those of them that no cycle before told of. */
  get newlyShifted(): Shift[] {
    const told = this.#before?.shifted ?? []
    return this.shifted.filter(({ set, field, to }) => !told.some(one => one.set === set && one.field === field && one.to === to))
  }

  /** Messages were read in earlier cycles by a set of this one. */
  get #wasRead(): boolean {
    return [...this.#sets.keys()].some(set => (this.#before?.sets[set]?.id?.hit ?? 0) > 0)
  }

  #add({ set, fields }: Evidence, nameOf: (field: string) => string): void {
    const named = Object.fromEntries(Object.entries(fields).map(([name, field]) => [nameOf(name), field]))
    this.#sets.set(set, addFields(this.#sets.get(set) ?? {}, named))
  }
}

const hits = (field: { hit: number } | undefined): number => field?.hit ?? 0

type Counted = Pick<FieldEvidence, 'hit' | 'by_candidate'>

/** From the candidate that gave most hits before to the one that gives most of those that moved on; null where nothing moved. */
export function shiftOf(now: Counted, before: Counted | undefined): { from: number; to: number } | null {
  if (!before || before.hit < shiftSample || now.hit < shiftSample) return null
  const from = most(before.by_candidate)
  const later = (counts: Record<string, number>) =>
    Object.fromEntries(Object.entries(counts).filter(([candidate]) => Number(candidate) > from))
  const share = ({ by_candidate, hit }: Counted) => Object.values(later(by_candidate)).reduce((sum, count) => sum + count, 0) / hit
  return share(now) - share(before) >= shiftGrowth ? { from, to: most(later(now.by_candidate)) } : null
}

function most(counts: Record<string, number>): number {
  const [first] = Object.entries(counts).sort(([a, x], [b, y]) => y - x || Number(a) - Number(b))
  return Number(first?.[0] ?? 0)
}

/** The longest pause, minutes. */
const longestPause = 6 * 60

/** Minutes from the end of a cycle that found drift to the next one: 2, 4, 8 … intervals, at most six hours, never under an interval. */
export function pauseMinutes(driftsInARow: number, intervalMinutes: number): number {
  return Math.max(intervalMinutes, Math.min(longestPause, intervalMinutes * 2 ** Math.min(driftsInARow, 20)))
}

/** What a person can do about drift. */
export const remedy =
  'Update whatsapp-etl, or put a selector set that reads the page into SELECTORS_DIR (selectors/README.md; `whatsapp-etl inspect` tells what a saved page gives): it is used at once.'

/** Where the structure of the page lies and what it is for; empty where none was written. */
export function snapshotHint(path: string | null): string {
  return path === null ? '' : ` The structure of the page, without any text, lies in ${path}: attach it to an issue.`
}
