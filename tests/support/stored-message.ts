/** A message as IndexedDB of the page holds it, with nothing in it that a test does not name: a received text. */
import type { StoredMessage } from '../../src/parse/stored.ts'

export function storedMessage(over: Pick<StoredMessage, 'messageId' | 'chatJid' | 'seconds'> & Partial<StoredMessage>): StoredMessage {
  return {
    fromMe: false,
    participant: null,
    kind: 'text',
    quotedId: null,
    quotedSender: null,
    forwarded: false,
    forwardedMany: false,
    edited: false,
    deleted: false,
    deletedBy: null,
    mentions: [],
    status: null,
    fileName: null,
    durationS: null,
    sizeBytes: null,
    mimeType: null,
    width: null,
    height: null,
    fileHash: null,
    pages: null,
    albumId: null,
    disappearsAfterS: null,
    viewOnce: false,
    ...over,
  }
}
