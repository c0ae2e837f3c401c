/** The reading of a chat that is open: its pane, its pictures, what its rows mean, what IndexedDB adds, and the evidence for drift, joined. */
import type { CDPSession, Page } from 'playwright'
import type { ChatListing, MessageKind } from '../model.ts'
import type { FieldCounts } from '../parse/fields.ts'
import type { RawConversation } from '../raw.ts'
import type { Batch, OpenChat, ReadOptions } from '../source.ts'
import { makeCaptures } from './captures.ts'
import { conversationPane } from './conversation.ts'
import { evidenceBook } from './evidence.ts'
import type { Guard } from './guard.ts'
import type { Interpreter } from './interpret.ts'
import type { Lateness } from './lateness.ts'
import type { LoadSizes } from './load-sizes.ts'
import type { Pacer } from './pacer.ts'
import type { Pane, Shown } from './pane.ts'
import { readChat } from './read-chat.ts'
import { type ChatRecords, factsWith, newestId } from './records.ts'
import type { CompiledSet } from './selectors.ts'

export interface ChatReadingDeps {
  page: Page
  cdp: CDPSession
  guard: Guard
  set(): CompiledSet
  pacer: Pacer
  /** Late parts of a row are waited for this long at most, milliseconds; how long they take here is learned. */
  lateMs: number
  lateness: Lateness
  loads: LoadSizes
  records: ChatRecords
  interpreter: Interpreter
  store: Pane['store']
  onFields(set: string, fields: FieldCounts): void
  /** Told of every look of a reading between two cycles. */
  onLook(shown: RawConversation): void
  /** Does a piece of work that ends with the browser. */
  held<T>(work: () => Promise<T>): Promise<T>
}

/** Missing pictures come over the network: they are waited for this many times as long as other late parts, and at least for `leastPictureMs`. */
const picturePatience = 4
const leastPictureMs = 5_000

/** The open chat as the cycle takes it; `raw` is its first reading. */
export function chatReading(deps: ChatReadingDeps, raw: RawConversation, listing: ChatListing): OpenChat {
  const { page, cdp, guard, set, pacer, lateMs, lateness, loads, records, interpreter } = deps
  const book = evidenceBook(set())
  const facts = interpreter.facts(raw, listing)
  const batchesOf = (options: ReadOptions): AsyncGenerator<Batch> => {
    const patienceMs = Math.max(leastPictureMs, lateMs * picturePatience)
    const captures = makeCaptures(interpreter.imagesOf, patienceMs, () => pacer.now())
    const conversation = conversationPane({ page, cdp, guard, set, pacer, lateMs, store: deps.store })
    const noticed = async <T extends Shown>(shown: T): Promise<T> => {
      if (options.early) deps.onLook(shown.raw)
      await records.follow(newestId(shown.raw))
      await records.lookAgain(interpreter.heard())
      interpreter.notice(shown.raw)
      return shown
    }
    return readChat(
      {
        pane: {
          ...conversation,
          read: async () => noticed(await conversation.read()),
          move: async to => noticed(await conversation.move(to)),
          async grown(maxMs) {
            const shown = await conversation.grown(maxMs)
            return shown && noticed(shown)
          },
        },
        pacer,
        captures,
        understand: (entries, openTop) => book.note(entries, interpreter.understand(entries, openTop)),
        isOldest: records.isOldest,
        isNewest: shown => records.isNewest(newestId(shown) ?? ''),
        done: entries => {
          book.close(entries)
          interpreter.close(entries)
        },
        participants: shown => factsWith({ ...facts, participants: interpreter.participants(shown) }, records.chat).participants,
        lateness,
        loads,
      },
      options,
    )
  }
  return {
    facts: factsWith(facts, records.chat),
    read: options => {
      const missing = () => records.unshown(interpreter.drawn(), options.until)
      const checked = untilShown(() => batchesOf(options), missing)
      /** How far down the reading came: below that nothing is missed. */
      let downTo: string | null = null
      const counted = between(checked, deps.held, {
        atStart: () => records.load(options.since),
        each: ({ end, readDownTo }) => {
          downTo = end !== null && (end.reason === null || end.reason === 'not_shown') ? options.until : readDownTo
        },
        atEnd: () => {
          deps.onFields(set().id, interpreter.fields())
          records.count(interpreter.heard(), interpreter.drawn(), downTo)
        },
      })
      return book.attach(counted)
    },
  }
}

/** Kinds that older eras do not draw at all: told of in the counts, no reason to read again. */
const notAlwaysDrawn: ReadonlySet<MessageKind> = new Set(['call'])

/**
 * The batches of a reading; where it reached its goal and the second witness knows messages that no row showed, those of one more reading. What is
 * missing then too makes the chat incomplete.
 */
export async function* untilShown(
  readings: () => AsyncGenerator<Batch>,
  missing: () => ReadonlyMap<MessageKind, readonly string[]>,
): AsyncGenerator<Batch> {
  for (let again = false; ; again = true) {
    for await (const batch of readings()) {
      if (batch.end === null || batch.end.reason !== null) {
        // Cut off on its second way, it did not find what was missing on the first.
        yield again && batch.end ? { ...batch, end: { ...batch.end, reason: 'not_shown' } } : batch
        if (batch.end) return
        continue
      }
      const lacking = [...missing().keys()].some(kind => !notAlwaysDrawn.has(kind))
      if (lacking && !again) yield { ...batch, end: null }
      else {
        yield lacking ? { ...batch, end: { ...batch.end, reason: 'not_shown' } } : batch
        return
      }
    }
  }
}

/** The batches, each read by `held`, after `atStart`; `each` is told of every one, `atEnd` once there are no more. */
async function* between(
  batches: AsyncGenerator<Batch>,
  held: ChatReadingDeps['held'],
  { atStart, each, atEnd }: { atStart: () => Promise<void>; each: (batch: Batch) => void; atEnd: () => void },
): AsyncGenerator<Batch> {
  try {
    await atStart()
    for (;;) {
      const next = await held(() => batches.next())
      if (next.done) return
      each(next.value)
      yield next.value
    }
  } finally {
    atEnd()
    await batches.return(undefined)
  }
}
