/** Who wrote a row: names as the page shows them, ids where it tells them (reference §4.7). */
import type { Direction } from '../model.ts'
import type { RawFields, RawRow } from '../raw.ts'
import { has, one } from './fields.ts'
import { fold, stripBidi } from './fold.ts'
import { isGroupJid, type RowId } from './ids.ts'
import { isYouLabel } from './locales.ts'
import { phoneJid } from './phone.ts'
import { splitPrePlain } from './stamps.ts'

/** Sender of a run: the author block stands on its first row, and on rows with media; `name` is what labels and stamps of its rows say. */
export interface Run {
  author: string | null
  phone: string | null
  name: string | null
}

/** What each row's run says of its sender; null for rows outside of runs and runs that name several. */
export function runsOf(rows: readonly RawRow[], locale: string): (Run | null)[] {
  const runs = new Map<number, Run | null>()
  for (const { run, fields } of rows) {
    const found = runOf(fields, locale)
    if (run === null || (found.author ?? found.name) === null) continue
    const known = runs.get(run)
    runs.set(run, known === undefined ? found : known && joined(known, found))
  }
  return rows.map(({ run, fields }) => (has(fields, 'author') || run === null ? runOf(fields, locale) : (runs.get(run) ?? null)))
}

function runOf(fields: RawFields, locale: string): Run {
  const stamp = splitPrePlain(one(fields, 'stamp') ?? '')?.name ?? null
  return { author: one(fields, 'author'), phone: one(fields, 'authorPhone'), name: labelName(fields, locale) ?? (stamp || null) }
}

/** Two rows of one run; null where they name different people. */
function joined(a: Run, b: Run): Run | null {
  if (a.author !== null && b.author !== null && a.author !== b.author) return null
  if (a.name !== null && b.name !== null && fold(a.name) !== fold(b.name)) return null
  return { author: a.author ?? b.author, phone: a.phone ?? b.phone, name: a.name ?? b.name }
}

/** The name in the bubble's label; null for our own ("You:") and where there is none. */
function labelName(fields: RawFields, locale: string): string | null {
  const label = one(fields, 'label')
  if (label === null || isYouLabel(label, locale === '' ? undefined : locale)) return null
  return stripBidi(label).replace(/[\s:：]+$/u, '') || null
}

/** The name that the row itself shows: in the stamp, in the author block, in the bubble's label. */
export function nameOf(fields: RawFields, stampName: string | null, locale: string): string | null {
  if (stampName !== null && stampName !== '') return stampName
  const author = one(fields, 'author')
  return author === null ? labelName(fields, locale) : stripBidi(author)
}

/**
 * The sender's JID: of own rows the account's; else the phone number that stands for the name, the packed id's participant, the other one of a
 * 1:1; a name where the page shows no id.
 */
export function senderIdOf(
  fields: RawFields,
  facts: { id: RowId | null; direction: Direction; stampName: string | null; run: Run | null; ownId: string | null },
): string | null {
  const { id, direction, stampName, run, ownId } = facts
  if (direction === 'out') return ownId ?? id?.participant ?? null
  const shown = [run?.phone, one(fields, 'authorPhone'), stampName, run?.author, run?.name]
  const phone = shown.map(text => (text ? phoneJid(text) : null)).find(jid => jid !== null)
  if (phone) return phone
  if (id?.participant) return id.participant
  if (id?.chatJid && !isGroupJid(id.chatJid)) return id.chatJid
  return run?.author ?? stampName ?? run?.name ?? null
}
