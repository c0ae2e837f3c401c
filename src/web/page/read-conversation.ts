/** The open conversation in one look. */
import type { SnapshotReader } from './conversation-snapshot.ts'
import { withSnapshotReader } from './with-engine.ts'

/** JSON of RawConversation: everything that is mounted now, in page order. */
export const readConversation = withSnapshotReader(conversation)

function conversation(reader: SnapshotReader): string {
  return JSON.stringify(reader.take(row => reader.content(row)))
}
