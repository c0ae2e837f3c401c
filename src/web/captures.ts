/** Pictures of one chat: asked for while their rows are mounted (a blob's address dies with its row), kept until their message is stored. */
import type { Attachment, Message } from '../model.ts'
import type { ReadOptions } from '../source.ts'
import type { ImageWanted, Pane, PictureRead } from './pane.ts'
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

/** So many pictures whose rows went may wait to be read: half of what the page keeps (`page/conversation-reader.ts`), which keeps some in vain. */
const keptByPage = 64
/** So often a picture is looked for whose row is drawn anew while it is read. */
const lostTries = 3

export interface Captures {
  /**
   * Begins to store the pictures of shown entries that are new, and asks the page for those that were pending before. Gives by
   * entry the time (of `now`) until which a picture of it may still arrive; entries of which none is expected are left out.
   */
  take(
    pane: Pick<Pane, 'store' | 'download'>,
    shown: readonly TimelineEntry[],
    options: Pick<ReadOptions, 'hasImage' | 'wantsDownload'>,
  ): Promise<ReadonlyMap<string, number>>
  /**
   * Resolves once no more pictures wait to be read than the page keeps of rows that went. True where one went before it was read, and may be had from a new
   * look.
   */
  settled(): Promise<boolean>
  /** The message with what became of its pictures, once those in hand are stored. */
  complete(message: Message): Promise<Message>
}

/** `imagesOf` tells the pictures of a row; `patienceMs` is how long a picture is waited for after its row came, or after the page was asked to download it. */
export function makeCaptures(imagesOf: (entry: TimelineEntry) => ShownImage[], patienceMs: number, now: () => number): Captures {
  const done = new Map<string, Attachment>()
  const asked = new Map<string, number>()
  /** How often a picture went before it was read: its row was drawn anew. */
  const lost = new Map<string, number>()
  /** What is to be said of such a picture if it is not seen again. */
  const missed = new Map<string, Attachment>()
  let again = false
  /** Pictures whose bytes are on their way, in the order in which they were asked for. */
  const reading = new Map<string, Promise<void>>()
  /** Pictures in hand: being read, or stored. */
  const inHand = new Map<string, Promise<void>>()
  const key = (image: { messageId: string; position: number }) => `${image.messageId}#${image.position}`

  const begin = (pane: Pick<Pane, 'store'>, wanted: ImageWanted): void => {
    const id = key(wanted)
    let gone = false
    let isRead = () => {}
    const read = new Promise<void>(resolve => {
      isRead = () => {
        reading.delete(id)
        resolve()
      }
    })
    reading.set(id, read)
    const told = (outcome: PictureRead) => {
      if (outcome === 'gone') {
        const times = (lost.get(id) ?? 0) + 1
        lost.set(id, times)
        gone = times < lostTries
        again ||= gone
      }
      isRead()
    }
    const storing = pane.store(wanted, told).then(attachment => {
      if (gone) missed.set(id, attachment)
      else done.set(id, attachment)
    })
    const stored = storing.finally(() => {
      inHand.delete(id)
      isRead()
    })
    // Whoever waits for it is told of what went wrong.
    stored.catch(() => undefined)
    inHand.set(id, stored)
  }

  return {
    async take(pane, shown, options) {
      const missing: { entry: TimelineEntry; image: ShownImage }[] = []
      const expected = new Map<string, number>()
      for (const entry of shown) {
        for (const image of imagesOf(entry)) {
          if (done.has(key(image)) || inHand.has(key(image)) || options.hasImage(image.messageId, image.position)) continue
          if (image.url === null) missing.push({ entry, image })
          else {
            const { messageId, position, url, checksum } = image
            begin(pane, { messageId, position, url, checksum })
          }
        }
      }
      // After those whose bytes are here: asking for one may have to wait its turn.
      for (const { entry, image } of missing) {
        const due = await dueOf(pane, entry, image, options)
        if (due > now()) expected.set(entry.key, Math.max(due, expected.get(entry.key) ?? due))
      }
      return expected
    },
    async settled() {
      await Promise.all([...reading.values()].slice(0, -keptByPage))
      const more = again
      again = false
      return more
    },
    async complete(message) {
      if (message.attachments.length === 0) return message
      const ids = message.attachments.map(draft => `${message.messageId}#${draft.position}`)
      await Promise.all(ids.map(id => inHand.get(id)))
      const found = (id = '') => done.get(id) ?? missed.get(id)
      return { ...message, attachments: message.attachments.map((draft, index) => found(ids[index]) ?? draft) }
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
    if (askedAt !== undefined) return askedAt + patienceMs
    if (!image.offered) return entry.firstSeen + patienceMs
    if (!options.wantsDownload(image.messageId)) return Number.NEGATIVE_INFINITY
    if (!(await pane.download(entry.key))) return Number.NEGATIVE_INFINITY
    asked.set(entry.key, now())
    return now() + patienceMs
  }
}
