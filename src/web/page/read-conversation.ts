/** The open conversation in one look. */
import type { SnapshotReader } from './conversation-snapshot.ts'
import { withSnapshotReader } from './with-engine.ts'

/** JSON of RawConversation: everything that is mounted now, in page order. */
export const readConversation = withSnapshotReader(conversation)

/** The same with nothing of the rows but their ids: enough to tell which chat is open, at a fraction of the work. */
export const readConversationIds = withSnapshotReader(conversationIds)

function conversation(reader: SnapshotReader): string {
  return JSON.stringify(reader.take(row => reader.content(row)))
}

function conversationIds(reader: SnapshotReader): string {
  return JSON.stringify(reader.take(row => reader.idOnly(row)))
}
