/** Whose message a row is, by the strength of the evidence (reference §4.6); null rather than a guess. */
import type { Direction } from '../model.ts'
import type { RawRow } from '../raw.ts'
import type { ParseContext } from './context.ts'
import { all, has, one } from './fields.ts'
import { fold, stripBidi } from './fold.ts'
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
    if (!found[index] && tails && row.run === null && !apart && above?.message && mayShareAuthor(above.row, row))
      found[index] = found[index - 1] ?? null
  }
  // The weakest sign comes last, for a contact may carry the owner's name: the chat, or a member whose rows are known to be theirs.
  const theirs = new Set(rows.flatMap(({ row }, index) => (found[index] === 'in' ? authorOf(row) : [])))
  for (const [index, { row, message }] of rows.entries()) if (message && !theirs.has(authorOf(row))) found[index] ??= byName(row, context)
  return found
}

/** The name in the stamp, as it stands there. */
function authorOf({ fields }: RawRow): string | null {
  return splitPrePlain(one(fields, 'stamp') ?? '')?.name ?? null
}

function mayShareAuthor(above: RawRow, row: RawRow): boolean {
  const [first, second] = [authorOf(above), authorOf(row)]
  return first === null || second === null || first === second
}

/** What the row itself says. Label, receipt and author block stand in rows of one direction only: where two of them disagree, none is believed. */
function strong(row: RawRow, context: ParseContext): Direction | null {
  const { fields } = row
  const id = one(fields, 'id')
  const packed = id === null ? null : parseRowId(id).fromMe
  if (packed !== null) return packed ? 'out' : 'in'
  const inOut = one(fields, 'inOut')
  if (inOut === 'in' || inOut === 'out') return inOut
  const receipt = has(fields, 'receiptIcon') || all(fields, 'receipt').some(text => statusOf(text) !== null)
  const says = new Set<Direction | null>([byLabel(row, context), receipt ? 'out' : null, has(fields, 'author') ? 'in' : null])
  says.delete(null)
  return says.size === 1 ? ([...says][0] ?? null) : null
}

function byLabel(row: RawRow, { locale, chatTitle }: ParseContext): Direction | null {
  const label = one(row.fields, 'label')
  if (label === null) return null
  const name = stripBidi(label).replace(/[\s:：]+$/u, '')
  const others = [authorOf(row), chatTitle].flatMap(other => (other === null ? [] : stripBidi(other)))
  if (isYouLabel(label, locale === '' ? undefined : locale)) {
    // A contact may be saved as "You": stamps of our own carry our profile's name, never that word.
    return others.some(other => fold(other) === fold(name)) ? null : 'out'
  }
  // Where no source gives the language's own word for "You", any label may be it: only a name that the page shows elsewhere is somebody else's.
  const sure = locale !== '' && (labelsOf(locale).sources.you ?? []).some(source => source === 'page' || source === 'note')
  return sure || others.includes(name) ? 'in' : null
}

/** A wrapper never mixes directions (reference §4.3): what one of its rows says holds for all, unless they contradict each other. */
function fillRuns(rows: readonly DirectedRow[], found: (Direction | null)[], context: ParseContext): void {
  const runs = new Map<number, Set<Direction>>()
  const hear = (say: (row: RawRow, index: number) => Direction | null): void => {
    const heard = new Map<number, Set<Direction>>()
    for (const [index, { row, message }] of rows.entries()) {
      const direction = message && row.run !== null && !runs.has(row.run) ? say(row, index) : null
      if (direction && row.run !== null) heard.set(row.run, (heard.get(row.run) ?? new Set<Direction>()).add(direction))
    }
    for (const [run, directions] of heard) runs.set(run, directions)
  }
  hear((_, index) => found[index] ?? null)
  hear(row => byTail(row, context))
  hear(row => byGeometry(row, context))
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

/** A stamp with the name of the owner's profile. */
function byName(row: RawRow, { ownName, chatTitle }: ParseContext): Direction | null {
  const name = authorOf(row)
  return name && ownName && name === ownName && name !== chatTitle ? 'out' : null
}
