/** Binds the engine to a reader, so that one function travels into the page with all it needs. */
import { makeBodyReader } from './body-text.ts'
import { makeConversationReader } from './conversation-reader.ts'
import { makeSnapshotReader, type SnapshotReader } from './conversation-snapshot.ts'
import { type Engine, makeEngine } from './engine.ts'

const engine = `(${makeEngine})((${makeBodyReader})())`

/**
 * A function of one JSON string that survives `Function#toString`: the sources are written into it. `helper` is another function of the page that the
 * reader is given.
 */
export function withEngine<A, H>(
  reader: (engine: Engine, arg: A, helper: H) => string | Promise<string>,
  helper?: H,
): (arg: string) => string | Promise<string> {
  return new Function('arg', `return (${reader})(${engine}, JSON.parse(arg), ${helper})`) as (arg: string) => string | Promise<string>
}

/** The same for a reader of the conversation. */
export function withSnapshotReader(reader: (reader: SnapshotReader) => string): (plan: string) => string {
  return new Function('plan', `return (${reader})(${snapshotReader('JSON.parse(plan)')})`) as (plan: string) => string
}

function snapshotReader(plan: string): string {
  return `(${makeSnapshotReader})(${engine}, ${plan})`
}

/** An expression that gives a ConversationReader in the page. `plan` is JSON; a part that comes later than `lateMs` after its row is none of it. */
export function conversationReader(plan: string, lateMs: number): string {
  return `(${makeConversationReader})(${snapshotReader(plan)}, ${lateMs})`
}
