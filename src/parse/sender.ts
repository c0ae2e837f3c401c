/** Who wrote a row: names as the page shows them, ids where it tells them (reference §4.7). */
import type { Direction } from '../model.ts'
import type { RawFields, RawRow } from '../raw.ts'
import { has, one } from './fields.ts'
import { stripBidi } from './fold.ts'
import { isGroupJid, type RowId } from './ids.ts'
import { isYouLabel } from './locales.ts'
import { phoneJid } from './phone.ts'

/** Author of a run: the block stands on its first row, and on rows with media. */
export interface Run {
  author: string | null
  phone: string | null
}

/** The author that each row's run names; null for rows outside of runs and runs that name nobody or several. */
export function runsOf(rows: readonly RawRow[]): (Run | null)[] {
  const runs = new Map<number, Run | null>()
  for (const { run, fields } of rows) {
    if (run === null || !has(fields, 'author')) continue
    const found = { author: one(fields, 'author'), phone: one(fields, 'authorPhone') }
    const known = runs.get(run)
    runs.set(run, known === undefined || known?.author === found.author ? found : null)
  }
  return rows.map(({ run, fields }) =>
    has(fields, 'author')
      ? { author: one(fields, 'author'), phone: one(fields, 'authorPhone') }
      : run === null
        ? null
        : (runs.get(run) ?? null),
  )
}

/** The name that the row itself shows: in the stamp, in the author block, in the bubble's label. */
export function nameOf(fields: RawFields, stampName: string | null, locale: string): string | null {
  if (stampName !== null && stampName !== '') return stampName
  const author = one(fields, 'author')
  if (author !== null) return stripBidi(author)
  const label = one(fields, 'label')
  if (label === null || isYouLabel(label, locale === '' ? undefined : locale)) return null
  return label.replace(/[\s:：]+$/u, '')
}

/** The sender's JID: the packed id's participant, the other one of a 1:1, or the phone number that stands for the name. */
export function senderIdOf(
  fields: RawFields,
  facts: { id: RowId | null; direction: Direction; stampName: string | null; run: Run | null },
): string | null {
  const { id, direction, stampName, run } = facts
  const shown = [run?.phone, one(fields, 'authorPhone'), stampName, run?.author, one(fields, 'label')?.replace(/[\s:：]+$/u, '')]
  const phone = direction === 'in' ? (shown.map(text => (text ? phoneJid(text) : null)).find(jid => jid !== null) ?? null) : null
  if (phone) return phone
  if (id?.participant) return id.participant
  if (direction === 'in' && id?.chatJid && !isGroupJid(id.chatJid)) return id.chatJid
  return direction === 'in' ? (run?.author ?? stampName) : null
}
