/** Pictures of one chat: read while their rows are mounted (a blob dies with its row), kept until their message is stored. */
import type { Attachment, Message } from '../model.ts'
import type { ReadOptions } from '../source.ts'
import { leftPage } from './media.ts'
import type { ImageWanted, Pane } from './pane.ts'
import type { TimelineEntry } from './timeline.ts'

/** A picture as a mounted row shows it: `url` null = no bytes here yet, `offered` = the page has a download button for it. */
export interface ShownImage {
  messageId: string
  position: number
  url: string | null
  offered: boolean
  /** sha256 of its bytes (lower-case hex) where the second witness tells it; null where it does not. */
  checksum: string | null
}

/** A picture that the page was asked to download has at least so long to come: it is on its way. */
const downloadMs = 5_000
/** So often a picture is looked for whose row is drawn anew while it is read. */
const lostTries = 3

export interface Captures {
  /**
   * Begins to store the pictures of mounted entries that are new, and asks the page for those that were pending before. Gives by
   * entry the time (of `now`) until which a picture of it may still arrive; entries of which none is expected are left out.
   */
  take(
    pane: Pick<Pane, 'store' | 'download'>,
    mounted: readonly TimelineEntry[],
    options: Pick<ReadOptions, 'hasImage' | 'wantsDownload'>,
  ): Promise<ReadonlyMap<string, number>>
  /**
   * Resolves once no picture of these entries is being read: their rows should stay until then. True where one went before it was read, and may be had
   * from a new look.
   */
  settled(keys: Iterable<string>): Promise<boolean>
  /** The message with what is known of its pictures. */
  complete(message: Message): Message
}

/** `imagesOf` tells the pictures of a row; `patienceMs` is how long a picture without a download button is waited for. */
export function makeCaptures(imagesOf: (entry: TimelineEntry) => ShownImage[], patienceMs: number, now: () => number): Captures {
  const done = new Map<string, Attachment>()
  const asked = new Map<string, number>()
  /** How often a picture went before it was read: its row was drawn anew. */
  const lost = new Map<string, number>()
  let again = false
  /** Entries by the pictures of theirs that are being read. */
  const inHand = new Map<string, string>()
  /** One lot after the other: what is in memory at a time is bounded by what a lot has in hand. */
  let lots: Promise<void> = Promise.resolve()
  const key = (image: { messageId: string; position: number }) => `${image.messageId}#${image.position}`

  return {
    async take(pane, mounted, options) {
      const wanted: ImageWanted[] = []
      const missing: { entry: TimelineEntry; image: ShownImage }[] = []
      const expected = new Map<string, number>()
      for (const entry of mounted) {
        for (const image of imagesOf(entry)) {
          if (done.has(key(image)) || inHand.has(key(image)) || options.hasImage(image.messageId, image.position)) continue
          if (image.url === null) missing.push({ entry, image })
          else {
            wanted.push({ messageId: image.messageId, position: image.position, url: image.url, checksum: image.checksum })
            inHand.set(key(image), entry.key)
          }
        }
      }
      if (wanted.length > 0) {
        const lot = async () => {
          try {
            for (const [id, attachment] of await pane.store(wanted)) {
              const times = attachment.reason === leftPage ? (lost.get(id) ?? 0) + 1 : lostTries
              lost.set(id, times)
              if (times < lostTries) again = true
              else done.set(id, attachment)
            }
          } finally {
            for (const image of wanted) inHand.delete(key(image))
          }
        }
        lots = lots.then(lot)
        // Whoever waits for them is told of what went wrong.
        lots.catch(() => undefined)
      }
      // After those whose bytes are here: asking for one may have to wait its turn, and a blob does not outlive its row.
      for (const { entry, image } of missing) {
        const due = await dueOf(pane, entry, image, options)
        if (due > now()) expected.set(entry.key, Math.max(due, expected.get(entry.key) ?? due))
      }
      return expected
    },
    async settled(keys) {
      const entries = new Set(inHand.values())
      for (const one of keys) if (entries.has(one)) await lots
      const more = again
      again = false
      return more
    },
    complete(message) {
      if (message.attachments.length === 0) return message
      return { ...message, attachments: message.attachments.map(draft => done.get(`${message.messageId}#${draft.position}`) ?? draft) }
    },
  }

  async function dueOf(
    pane: Pick<Pane, 'download'>,
    entry: TimelineEntry,
    image: ShownImage,
    options: Pick<ReadOptions, 'wantsDownload'>,
  ): Promise<number> {
    // Its button may still be there for a while.
    const askedAt = asked.get(entry.key)
    if (askedAt !== undefined) return askedAt + Math.max(patienceMs, downloadMs)
    if (!image.offered) return entry.firstSeen + patienceMs
    if (!options.wantsDownload(image.messageId)) return Number.NEGATIVE_INFINITY
    if (!(await pane.download(entry.key))) return Number.NEGATIVE_INFINITY
    asked.set(entry.key, now())
    return now() + Math.max(patienceMs, downloadMs)
  }
}
