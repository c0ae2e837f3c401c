/** Whose message a row is, by the strength of the evidence (reference §4.6); null rather than a guess. */
import type { Direction } from '../model.ts'
import type { RawRow } from '../raw.ts'
import type { ParseContext } from './context.ts'
import { all, has, one } from './fields.ts'
import { fold } from './fold.ts'
import { parseRowId } from './ids.ts'
import { isYouLabel, labelsOf, statusOf } from './locales.ts'
import { splitPrePlain } from './stamps.ts'

/** A row of the list as far as direction is concerned: `apart` when a separator or a notice stands directly above it. */
export interface DirectedRow {
  row: RawRow
  message: boolean
  apart: boolean
}

/** Directions of rows, in their order. */
export function directionsOf(rows: readonly DirectedRow[], context: ParseContext): (Direction | null)[] {
  const found = rows.map(({ row, message }) => (message ? strong(row, context) : null))
  fillRuns(rows, found, context)
  const tails = rows.some(({ row }) => has(row.fields, 'tail'))
  for (const [index, { row, message, apart }] of rows.entries()) {
    if (found[index] || !message) continue
    found[index] = byTail(row, context) ?? byGeometry(row, context)
    // Every run begins with a tail (reference §4.3): without one a row goes on where the row above it left off.
    const above = rows[index - 1]
    if (!found[index] && tails && row.run === null && !apart && above?.message) found[index] = found[index - 1] ?? null
    found[index] ??= byName(row, context)
  }
  return found
}

/** What the row itself says. */
function strong(row: RawRow, context: ParseContext): Direction | null {
  const { fields } = row
  const id = one(fields, 'id')
  const packed = id === null ? null : parseRowId(id).fromMe
  if (packed !== null) return packed ? 'out' : 'in'
  const inOut = one(fields, 'inOut')
  if (inOut === 'in' || inOut === 'out') return inOut
  const label = byLabel(row, context)
  if (label) return label
  if (has(fields, 'receiptIcon') || all(fields, 'receipt').some(text => statusOf(text) !== null)) return 'out'
  return has(fields, 'author') ? 'in' : null
}

function byLabel({ fields }: RawRow, { locale, chatTitle }: ParseContext): Direction | null {
  const label = one(fields, 'label')
  if (label === null) return null
  const name = label.replace(/[\s:：]+$/u, '')
  const stamp = one(fields, 'stamp')
  const author = stamp === null ? null : (splitPrePlain(stamp)?.name ?? null)
  if (isYouLabel(label, locale === '' ? undefined : locale)) {
    // A contact may be saved as "You": stamps of our own carry our profile's name, never that word.
    const contact = [author, chatTitle].some(other => other !== null && fold(other) === fold(name))
    return contact ? null : 'out'
  }
  // In a language without a table another word may be "You": only the name that the stamp shows too is somebody else's.
  return locale === '' || labelsOf(locale).known || author === name ? 'in' : null
}

/** A wrapper never mixes directions (reference §4.3): what one of its rows says holds for all, unless they contradict each other. */
function fillRuns(rows: readonly DirectedRow[], found: (Direction | null)[], context: ParseContext): void {
  const runs = new Map<number, Set<Direction>>()
  const note = (run: number, direction: Direction | null): void => {
    if (direction) runs.set(run, (runs.get(run) ?? new Set<Direction>()).add(direction))
  }
  for (const [index, { row }] of rows.entries()) if (row.run !== null) note(row.run, found[index] ?? null)
  for (const { row, message } of rows) {
    if (row.run !== null && message && !runs.has(row.run)) note(row.run, byTail(row, context) ?? byGeometry(row, context))
  }
  for (const [index, { row, message }] of rows.entries()) {
    const run = row.run === null ? undefined : runs.get(row.run)
    if (message && !found[index] && run?.size === 1) found[index] = [...run][0] ?? null
  }
}

/** Names of tails are the other way round in right-to-left panels (reference: trap 20). */
function byTail({ fields }: RawRow, { dir }: ParseContext): Direction | null {
  const tail = one(fields, 'tail')
  if (tail !== 'in' && tail !== 'out') return null
  return (tail === 'out') === (dir === 'ltr') ? 'out' : 'in'
}

/** Bubbles stand at their sender's side: ours at the end of the line, theirs at its start. A difference below 40 px tells nothing. */
function byGeometry({ geometry }: RawRow, { dir }: ParseContext): Direction | null {
  if (!geometry || Math.abs(geometry.left - geometry.right) < 40) return null
  return geometry.left > geometry.right === (dir === 'ltr') ? 'out' : 'in'
}

/** The weakest sign: a contact may carry the owner's name. */
function byName({ fields }: RawRow, { ownName, chatTitle }: ParseContext): Direction | null {
  const name = splitPrePlain(one(fields, 'stamp') ?? '')?.name
  return name && ownName && name === ownName && name !== chatTitle ? 'out' : null
}
