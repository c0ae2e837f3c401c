/** What the rows of a chat gave so far, for the judgement whether the page is still understood. */
import type { Evidence } from '../evidence.ts'
import { countExpected } from '../parse/expected.ts'
import { addCounts, has } from '../parse/fields.ts'
import type { RawChatRow, RawFields } from '../raw.ts'
import type { Batch } from '../source.ts'
import type { Reading } from './read-chat.ts'
import type { CompiledSet } from './selectors.ts'
import type { TimelineEntry } from './timeline.ts'

/** Rejects for what the structure of a row should tell; days and shells have other causes. */
const structural = new Set(['id', 'direction'])

export interface EvidenceBook {
  /** Takes in what rows were understood as; gives the readings back. */
  note(entries: readonly TimelineEntry[], readings: Reading[]): Reading[]
  /** What these rows were understood as stays so: they are counted and no longer kept. */
  close(entries: readonly TimelineEntry[]): void
  evidence(): Evidence
  /** The batches, each with the evidence at that time. */
  attach(batches: AsyncIterable<Batch>): AsyncGenerator<Batch>
}

/** Each row counts once, as it was last read; rows that were read long ago too. */
export function evidenceBook(set: Pick<CompiledSet, 'id' | 'expect'>): EvidenceBook {
  const rows = new Map<string, Noted>()
  const closed = new Set<string>()
  let before = countNoted([], set)
  const evidence = (): Evidence => {
    const now = countNoted([...rows.values()], set)
    return { set: set.id, fields: addCounts(before.fields, now.fields), rows: addRows(before.rows, now.rows) }
  }
  return {
    note(entries, readings) {
      for (const [index, { key, row }] of entries.entries()) {
        const reading = readings[index]
        // A second reading of the chat comes to rows that are counted already.
        if (reading && !closed.has(key)) rows.set(key, { fields: row.fields, reading })
      }
      return readings
    },
    close(entries) {
      const leaving: Noted[] = []
      for (const { key } of entries) {
        const noted = rows.get(key)
        if (noted) leaving.push(noted)
        rows.delete(key)
        closed.add(key)
      }
      const counted = countNoted(leaving, set)
      before = { fields: addCounts(before.fields, counted.fields), rows: addRows(before.rows, counted.rows) }
    },
    evidence,
    async *attach(batches) {
      for await (const batch of batches) yield { ...batch, evidence: evidence() }
    },
  }
}

interface Noted {
  fields: RawFields
  reading: Reading
}

function countNoted(seen: readonly Noted[], { expect }: Pick<CompiledSet, 'expect'>): Pick<Evidence, 'fields' | 'rows'> {
  const messages = seen.filter(({ reading }) => ['message', 'reject', 'pending'].includes(reading.type))
  const others = seen.filter(({ reading }) => reading.type === 'notMessage').length
  const notices = seen.filter(({ fields, reading }) => reading.type === 'notMessage' && has(fields, 'system')).length
  return {
    fields: countExpected(
      messages.map(({ fields }) => fields),
      expect.conversation,
    ),
    rows: {
      messages: messages.length,
      unreadable: messages.filter(({ reading }) => reading.type === 'reject' && structural.has(reading.reject.field)).length,
      notices,
      unexplained: others - notices,
      shells: seen.filter(({ reading }) => reading.type === 'shell').length,
    },
  }
}

function addRows(a: Evidence['rows'], b: Evidence['rows']): Evidence['rows'] {
  return {
    messages: a.messages + b.messages,
    unreadable: a.unreadable + b.unreadable,
    notices: a.notices + b.notices,
    unexplained: a.unexplained + b.unexplained,
    shells: a.shells + b.shells,
  }
}

/** The same of the walked chat list. */
export function listEvidenceOf(set: Pick<CompiledSet, 'id' | 'expect'>, rows: readonly RawChatRow[]): Evidence {
  const fields = countExpected(
    rows.map(row => row.fields),
    set.expect.chatList,
  )
  return { set: set.id, fields, rows: { messages: 0, unreadable: 0, notices: 0, unexplained: 0, shells: 0 } }
}
