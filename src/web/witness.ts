/** The second witness as the source asks it: what IndexedDB of the page knows. Types only; `storage.ts` reads it. */
import type { Directory, StorageCapability, StoredMessage } from '../parse/stored.ts'
import type { ArrivalMark, Arrivals } from '../source.ts'

export interface Witness {
  /** What can be read here, found out anew. Never throws: a page without it is `none`. */
  probe(): Promise<StorageCapability>
  /** Chats, people and groups; empty where they cannot be read. */
  directory(): Promise<Directory>
  /** When something last happened in each chat (canonical JID), Unix seconds; empty where that cannot be read. */
  activities(): Promise<ReadonlyMap<string, number>>
  /** Messages that came since a mark (none where it is null), whatever their own time; null where that cannot be told. */
  arrivals(after: ArrivalMark | null): Promise<Arrivals | null>
  /**
   * The chat (canonical JID) that most of these messages belong to; null when none or no majority does. `titles` are looked at
   * first: they save a walk through all keys.
   */
  chatOf(messageIds: readonly string[], titles: readonly string[]): Promise<string | null>
  /** Messages of a chat that are not older than `sinceSeconds` (Unix), by message id. */
  messages(chatJid: string, sinceSeconds: number): Promise<ReadonlyMap<string, StoredMessage>>
}
