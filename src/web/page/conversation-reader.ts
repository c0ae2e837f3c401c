/**
 * Follows the open conversation: one observer, and each row read again only when something in it changed. Lives in a world of its own beside the page
 * (`isolated-world.ts`), so that nothing of it shows there. Self-contained; every method gives JSON.
 */
import type { RowContent, SnapshotReader } from './conversation-snapshot.ts'

/** What `read` and `move` answer: a snapshot in which a row that the asker has already is only named by its number. */
export interface ConversationReader {
  /** `fresh`: the asker has nothing yet. */
  read(arg: { fresh: boolean }): string
  /** Moves the pane, lets the page notice (it begins to load then), and reads what is mounted meanwhile; `moved`: it stands elsewhere than before. */
  move(arg: { to: 'top' | 'bottom' | { by: number } | { at: number }; fresh: boolean }): Promise<string>
  /**
   * Waits until older rows stand above the one that was first after the last `move`, and reads what is mounted then, before it is drawn.
   * `{"shown"}`, which is null when the strip above says something else, or after `maxMs`; `shown.loadMs`: milliseconds since the pane was moved to ask
   * for them.
   */
  grown(arg: { maxMs: number }): Promise<string>
  /** Waits until something that was read has changed since and was then still for `quietMs`; at most `maxMs`. `{"changed"}` */
  changed(arg: { maxMs: number; quietMs: number }): Promise<string>
}

/** Where the pictures are that were seen, by address: a world's global, which `openBlob` looks into. */
export interface SeenPictures {
  seenPictures?: Map<string, Promise<Response | null>>
}

/** `lateMs`: a row that changes within this time after it came had a part that came late; a later change is news. */
export function makeConversationReader(reader: SnapshotReader, lateMs: number): ConversationReader {
  interface Kept {
    n: number
    content: RowContent
    /** The same as text, to compare. */
    text: string
    /** Reading at which it was last told in full, and at which it was last mounted. */
    toldAt: number
    mountedAt: number
    since: number
    epoch: number
    /** For so many steps of `watchMs` it was watched. */
    steps: number
  }
  const watchMs = 200
  /** So many pictures that were not asked for are kept at most, and for so long. */
  const mostPictures = 128
  const keptMs = 60_000
  /** Their addresses, those that were read or dropped, too: a row that is emptied and filled again has nothing new. */
  const addresses = new Set<string>()
  const mostAddresses = 5_000
  const world = globalThis as SeenPictures
  const pictures = world.seenPictures ?? new Map<string, Promise<Response | null>>()
  world.seenPictures = pictures
  const kept = new WeakMap<Element, Kept>()
  /** Attributes that say how a row looks, not what it shows. */
  const looks = new Set(['style', 'class', 'tabindex'])
  /** A picture takes as long as its download, and is waited for by itself: it says nothing of how late other parts come. */
  const ofPictures = new Set(['picture', 'tiles', 'image', 'anyImage', 'imageAlt', 'mediaFrame', 'albumMark', 'albumMore', 'buttonLabels'])
  const dirty = new Set<Element>()
  const waiting = new Set<() => void>()
  /** Rows that changed since they were last told. */
  const untold = new Set<Kept>()
  let numbers = 0
  let readings = 0
  let epoch = 0
  let root: Element | null = null
  let topmost: Element | null = null
  /** The row above which older ones are to come, and what the strip said then. */
  let first: Element | null = null
  let banner = ''
  /** When the pane was last moved to ask for older rows. */
  let askedAt = 0
  let touched = false
  let touchedAt = 0
  let refreshing = false
  let latest = 0
  /** How many rows were watched for one, two, … steps at least. */
  const watched = Array.from({ length: Math.ceil(lateMs / watchMs) }, () => 0)

  const rowOf = (node: Node): Element | null => {
    for (let up: Node | null = node; up && up !== root; up = up.parentNode) if (kept.has(up as Element)) return up as Element
    return null
  }

  /** Whether something came to a row late: not what went (rows above join its run), nor the rest of a text that was asked for. */
  const gained = (was: RowContent, is: RowContent): boolean =>
    (was.fields.readMore === undefined || is.fields.readMore !== undefined) &&
    Object.keys(is.fields).some(name => !ofPictures.has(name) && JSON.stringify(is.fields[name]) !== JSON.stringify(was.fields[name]))

  /** The addresses of a row's pictures; null of one that has not come. */
  const picturesOf = ({ fields }: RowContent): (string | null)[] =>
    [...(fields.picture?.v ?? []), ...(fields.tiles?.v ?? [])].map(value => (JSON.parse(value) as { url: string | null }).url)

  const dropPicture = (url: string): void => {
    void pictures.get(url)?.then(response => response?.body?.cancel())
    pictures.delete(url)
  }

  /** Takes hold of the pictures of a row: their addresses go with it, but what was opened before can be read after that. */
  const keepPictures = (row: RowContent): void => {
    for (const url of picturesOf(row)) {
      if (!url?.startsWith('blob:') || addresses.has(url)) continue
      if (addresses.size >= mostAddresses) addresses.clear()
      addresses.add(url)
      pictures.set(
        url,
        fetch(url).catch(() => null),
      )
      setTimeout(() => dropPicture(url), keptMs)
      const [oldest] = pictures.keys()
      if (pictures.size > mostPictures && oldest !== undefined) dropPicture(oldest)
    }
  }

  /** Reads a row again. A shell that fills begins anew. */
  const reread = (row: Element, known: Kept): void => {
    const content = reader.content(row)
    const text = JSON.stringify(content)
    if (text === known.text) return
    const now = performance.now()
    const filled = known.content.shell && !content.shell
    const age = now - known.since
    if (filled) known.since = now
    // An empty shell after its content is the page making room: what was read stands.
    else if (!content.shell && age <= lateMs && gained(known.content, content)) latest = Math.max(latest, age)
    keepPictures(content)
    known.content = content
    known.text = text
    if (known.toldAt > 0) untold.add(known)
    known.toldAt = -1
  }

  /** Before the next rows push them out: what came late in rows that nobody asks for meanwhile. */
  const refresh = (): void => {
    refreshing = false
    for (const row of dirty) {
      const known = kept.get(row)
      if (known && row.isConnected) reread(row, known)
    }
    dirty.clear()
  }

  const observer = new MutationObserver(records => {
    for (const { target, attributeName } of records) {
      if (attributeName !== null && looks.has(attributeName)) continue
      const row = rowOf(target)
      if (row) dirty.add(row)
      touched = true
      touchedAt = performance.now()
    }
    if (dirty.size > 0 && !refreshing) {
      refreshing = true
      setTimeout(refresh, 20)
    }
    for (const look of [...waiting]) look()
  })
  /** Watches the pane that is mounted now. Whoever asks afresh, or of another pane, gets every row read anew. */
  const attend = (fresh: boolean): void => {
    const { list, scroller } = reader.places()
    const pane = scroller ?? list
    if (fresh || pane !== root) {
      epoch++
      readings++
    }
    if (pane === root) return
    observer.disconnect()
    root = pane
    dirty.clear()
    if (root) observer.observe(root, { childList: true, subtree: true, characterData: true, attributes: true })
  }

  const take = () => {
    const now = performance.now()
    const reading = ++readings
    let top: Element | null = null
    const shown = reader.take(row => {
      top ??= row
      let known = kept.get(row)
      if (known && (dirty.has(row) || known.epoch !== epoch)) reread(row, known)
      if (!known) {
        const content = reader.content(row)
        keepPictures(content)
        known = {
          n: ++numbers,
          content,
          text: JSON.stringify(content),
          toldAt: -1,
          mountedAt: -1,
          since: now,
          epoch,
          steps: 0,
        }
        kept.set(row, known)
      }
      known.epoch = epoch
      for (; !known.content.shell && known.steps < watched.length && now - known.since >= watchMs * (known.steps + 1); known.steps++)
        watched[known.steps] = (watched[known.steps] ?? 0) + 1
      // Whoever was not shown in the reading before is not remembered by the asker.
      const told = known.toldAt > 0 && known.mountedAt === reading - 1
      known.mountedAt = reading
      if (!told) known.toldAt = reading
      untold.delete(known)
      return { n: known.n, age: Math.round(now - known.since), content: told ? null : known.content }
    })
    dirty.clear()
    const left = [...untold].map(row => row.content).filter(content => !content.shell)
    untold.clear()
    topmost = top
    touched = false
    return { ...shown, left, readMore: reader.offersMore(), late: { latest: Math.round(latest), watched } }
  }

  const nextFrame = (): Promise<void> =>
    new Promise(resolve => {
      const limit = setTimeout(resolve, 50)
      requestAnimationFrame(() => {
        clearTimeout(limit)
        setTimeout(resolve)
      })
    })

  /** Resolves with what `look` gives as soon as that is not null (asked at once and after every change), with `otherwise` after `maxMs`. */
  const until = (look: () => boolean | null, maxMs: number, otherwise: () => boolean): Promise<boolean> =>
    new Promise(resolve => {
      const done = (value: boolean): void => {
        waiting.delete(check)
        clearTimeout(limit)
        resolve(value)
      }
      const check = (): void => {
        const value = look()
        if (value !== null) done(value)
      }
      const limit = setTimeout(() => done(look() ?? otherwise()), maxMs)
      waiting.add(check)
      check()
    })

  return {
    read({ fresh }) {
      attend(fresh)
      return JSON.stringify(take())
    },
    async move({ to, fresh }) {
      attend(fresh)
      const pane = root
      const from = pane?.scrollTop ?? 0
      if (pane) {
        if (to === 'top') pane.scrollTop = 0
        else if (to === 'bottom') pane.scrollTop = pane.scrollHeight
        else pane.scrollTop = 'by' in to ? from + to.by : to.at
      }
      askedAt = performance.now()
      const moved = pane !== null && Math.abs(pane.scrollTop - from) > 1
      // The page is told of it with the next frame; reading before that would keep it waiting.
      if (moved) await nextFrame()
      const shown = take()
      first = topmost
      banner = shown.banner.shape
      return JSON.stringify({ ...shown, moved })
    },
    async grown({ maxMs }) {
      const look = (): boolean | null => {
        if (first && (!first.isConnected || reader.startsAbove(first))) return true
        const { shape } = reader.banner()
        return shape !== banner && shape !== 'loading' ? false : null
      }
      if (!(await until(look, maxMs, () => false))) return JSON.stringify({ shown: null })
      const shown = take()
      const loadMs = Math.round(performance.now() - askedAt)
      return JSON.stringify({ shown: { ...shown, loadMs } })
    },
    async changed({ maxMs, quietMs }) {
      const still = (): boolean | null => {
        if (!touched) return null
        const left = quietMs - (performance.now() - touchedAt)
        if (left <= 0) return true
        setTimeout(() => {
          for (const look of [...waiting]) look()
        }, left)
        return null
      }
      return JSON.stringify({ changed: await until(still, maxMs, () => touched) })
    },
  }
}
