/** What the rows of a chat gave so far, for the judgement whether the page is still understood. */
import type { Evidence } from '../evidence.ts'
import { countExpected } from '../parse/expected.ts'
import { has } from '../parse/fields.ts'
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
  evidence(): Evidence
  /** The batches, each with the evidence at that time. */
  attach(batches: AsyncIterable<Batch>): AsyncGenerator<Batch>
}

/** Each row counts once, as it was last read; rows that were read long ago too. */
export function evidenceBook(set: Pick<CompiledSet, 'id' | 'expect'>): EvidenceBook {
  const rows = new Map<string, { fields: RawFields; reading: Reading }>()
  const evidence = (): Evidence => {
    const seen = [...rows.values()]
    const messages = seen.filter(({ reading }) => ['message', 'reject', 'pending'].includes(reading.type))
    const others = seen.filter(({ reading }) => reading.type === 'notMessage').length
    const notices = seen.filter(({ fields, reading }) => reading.type === 'notMessage' && has(fields, 'system')).length
    return {
      set: set.id,
      fields: countExpected(
        messages.map(({ fields }) => fields),
        set.expect.conversation,
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
  return {
    note(entries, readings) {
      for (const [index, { key, row }] of entries.entries()) {
        const reading = readings[index]
        if (reading) rows.set(key, { fields: row.fields, reading })
      }
      return readings
    },
    evidence,
    async *attach(batches) {
      for await (const batch of batches) yield { ...batch, evidence: evidence() }
    },
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
