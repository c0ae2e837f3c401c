/** The reading of a chat that is open: its pane, its pictures, what its rows mean, what IndexedDB adds, and the evidence for drift, joined. */
import type { Page } from 'playwright'
import type { Attachment, ChatListing, MessageKind } from '../model.ts'
import type { FieldCounts } from '../parse/fields.ts'
import type { RawConversation } from '../raw.ts'
import type { Batch, OpenChat, ReadOptions } from '../source.ts'
import { makeCaptures } from './captures.ts'
import { conversationPane } from './conversation.ts'
import { evidenceBook } from './evidence.ts'
import type { Guard } from './guard.ts'
import type { Interpreter } from './interpret.ts'
import type { Pacer } from './pacer.ts'
import type { ImageWanted } from './pane.ts'
import { readChat } from './read-chat.ts'
import { type ChatRecords, factsWith, newestId } from './records.ts'
import type { CompiledSet } from './selectors.ts'

export interface ChatReadingDeps {
  page: Page
  guard: Guard
  set(): CompiledSet
  pacer: Pacer
  /** Late parts of a row are waited for this long, milliseconds. */
  lateMs: number
  records: ChatRecords
  interpreter: Interpreter
  storeImages(wanted: ImageWanted[]): Promise<Map<string, Attachment>>
  onFields(set: string, fields: FieldCounts): void
  /** Does a piece of work that ends with the browser. */
  held<T>(work: () => Promise<T>): Promise<T>
}

/** Missing pictures without a download button are waited for this many times as long as other late parts. */
const picturePatience = 4

/** The open chat as the cycle takes it; `raw` is its first reading. */
export function chatReading(deps: ChatReadingDeps, raw: RawConversation, listing: ChatListing): OpenChat {
  const { page, guard, set, pacer, lateMs, records, interpreter } = deps
  const book = evidenceBook(set())
  const factsOf = (shown: RawConversation) => factsWith(interpreter.facts(shown, listing), records.chat)
  const batchesOf = (options: ReadOptions): AsyncGenerator<Batch> => {
    const captures = makeCaptures(interpreter.imagesOf, lateMs * picturePatience, () => pacer.now())
    const conversation = conversationPane({ page, guard, set, pacer, storeImages: deps.storeImages })
    const read = async () => {
      const shown = await conversation.read()
      await records.follow(newestId(shown))
      return interpreter.notice(shown)
    }
    return readChat(
      {
        pane: { ...conversation, read },
        pacer,
        captures,
        understand: (entries, openTop) => book.note(entries, interpreter.understand(entries, openTop)),
        participants: shown => factsOf(shown).participants,
        lateMs,
      },
      options,
    )
  }
  return {
    facts: factsOf(raw),
    read: options => {
      const missing = () => records.unshown(interpreter.drawn(), options.until)
      const checked = untilShown(() => batchesOf(options), missing)
      const counted = between(checked, deps.held, {
        atStart: () => records.load(options.since),
        atEnd: () => {
          deps.onFields(set().id, interpreter.fields())
          records.count(interpreter.heard(), interpreter.drawn(), options.until)
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
        yield batch
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

/** The batches, each read by `held`, after `atStart`; `atEnd` is told once there are no more. */
async function* between(
  batches: AsyncGenerator<Batch>,
  held: ChatReadingDeps['held'],
  { atStart, atEnd }: { atStart: () => Promise<void>; atEnd: () => void },
): AsyncGenerator<Batch> {
  try {
    await atStart()
    for (;;) {
      const next = await held(() => batches.next())
      if (next.done) return
      yield next.value
    }
  } finally {
    atEnd()
    await batches.return(undefined)
  }
}
