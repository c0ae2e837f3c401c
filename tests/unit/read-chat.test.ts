import { expect, test } from '@playwright/test'
import fc from 'fast-check'
import type { Attachment, Message, Reject } from '../../src/model.ts'
import type { RawConversation, RawRow } from '../../src/raw.ts'
import type { Batch, ReadOptions } from '../../src/source.ts'
import { makeCaptures } from '../../src/web/captures.ts'
import { Lateness } from '../../src/web/lateness.ts'
import { LoadSizes } from '../../src/web/load-sizes.ts'
import type { Grown, Move, Pane, Shown } from '../../src/web/pane.ts'
import { type Reading, readChat } from '../../src/web/read-chat.ts'
import type { TimelineEntry } from '../../src/web/timeline.ts'

/** Messages one minute apart, oldest first; index is identity. */
const start = Date.parse('2026-11-01T00:00:00Z')
const tsOf = (index: number) => new Date(start + index * 60_000).toISOString()
const idOf = (index: number) => `M${String(index).padStart(4, '0')}`

interface PageOptions {
  count: number
  /** Rows that fit into the pane. */
  window: number
  notice: boolean
  banner: RawConversation['banner']['shape']
  /** This many loads give nothing before the page answers again. */
  stalls?: number
  shellsUntilShown?: boolean
  opensAt?: number
  /** So many of the oldest rows are on the phone only; it hands over `phonePage` of them when it is asked, or (0) never answers. */
  onPhone?: number
  phonePage?: number
  /** After so many moves the page shows something else. */
  goneAfter?: number
}

/** A conversation that obeys the page's loading rules (100 rows mounted at most, loads near the top, dead zone), 50 px a row. */
class FakePage implements Pane {
  readonly #options: PageOptions
  #from: number
  #to: number
  #top = 0
  #asleep = false
  #stalls: number
  readonly #filled = new Set<number>()
  #topAtRead = 0
  #changed = false
  #floor: number
  moves = 0
  presses = 0
  #asked = 0
  readonly pictures = { read: [] as string[], gone: [] as string[] }

  constructor(options: PageOptions) {
    this.#options = options
    this.#stalls = options.stalls ?? 0
    this.#floor = options.onPhone ?? 0
    const end = options.opensAt ?? options.count
    this.#to = Math.min(options.count, end + options.window)
    this.#from = Math.max(this.#floor, end - 2 * options.window)
    this.#top = this.#bottom()
    this.#show()
  }

  #height = () => (this.#to - this.#from) * 50
  #client = () => this.#options.window * 50
  #bottom = () => Math.max(0, this.#height() - this.#client())
  #show(): void {
    const first = this.#from + Math.floor(this.#top / 50)
    for (let index = first - 1; index <= first + this.#options.window; index++) this.#filled.add(index)
  }

  #raw(): RawConversation {
    if (this.moves >= (this.#options.goneAfter ?? Number.POSITIVE_INFINITY)) {
      const gone = {
        title: null,
        subtitle: null,
        banner: { shape: 'none', text: '' } as const,
        items: [],
        scroll: { top: 0, height: 0, client: 0 },
      }
      return { ...gone, open: false, lang: 'en', dir: 'ltr', fields: {} }
    }
    const rows: RawRow[] = []
    const row = (id: string, shell: boolean): RawRow => ({
      type: 'row',
      run: null,
      shell,
      geometry: null,
      fields: { id: { c: 0, v: [id] } },
    })
    if (this.#from === 0 && this.#options.notice) rows.push(row('NOTICE', false))
    for (let index = this.#from; index < this.#to; index++) {
      rows.push(row(idOf(index), Boolean(this.#options.shellsUntilShown) && !this.#filled.has(index)))
    }
    const atStart = this.#from === this.#floor
    const banner = this.#floor > 0 ? 'button' : this.#options.banner
    return {
      open: true,
      title: 'x',
      subtitle: null,
      lang: 'en',
      dir: 'ltr',
      banner: { shape: atStart ? banner : 'loading', text: '' },
      items: rows,
      scroll: { top: this.#top, height: this.#height(), client: this.#client() },
      fields: {},
    }
  }

  async read(): Promise<Shown> {
    const raw = this.#raw()
    this.#topAtRead = this.#from
    const ages = raw.items.flatMap(item => (item.type === 'row' ? [0] : []))
    return { raw, ages, readMore: false, late: { latest: 0, watched: [] } }
  }

  /** What is shown is what stood there when the pane had moved and nothing had loaded yet. */
  async move(move: Move): Promise<Shown & { moved: boolean }> {
    const before = { top: this.#top, rows: `${this.#from}-${this.#to} ${this.#filled.size}` }
    const shown = { ...(await this.read()), moved: false }
    this.#move(move)
    this.#changed = `${this.#from}-${this.#to} ${this.#filled.size}` !== before.rows
    if (before.rows.startsWith(`${this.#from}-${this.#to} `)) shown.raw.scroll.top = this.#top
    else if (move === 'top') shown.raw.scroll.top = 0
    return { ...shown, moved: this.#top !== before.top }
  }

  async grown(): Promise<Grown | null> {
    return this.#from < this.#topAtRead ? { ...(await this.read()), loadMs: 0 } : null
  }
  async changed(): Promise<boolean> {
    const changed = this.#changed
    this.#changed = false
    return changed
  }

  #move(move: Move): void {
    if (++this.moves > 5_000) throw new Error('the reader does not come to an end')
    const target = move === 'top' ? 0 : move === 'bottom' ? Number.POSITIVE_INFINITY : 'by' in move ? this.#top + move.by : move.at
    this.#top = Math.max(0, Math.min(this.#bottom(), target))
    if (this.#top > 80) this.#asleep = false
    if (this.#top < 300 && !this.#asleep) this.#load()
    else if (this.#top >= this.#bottom() - 1 && this.#to < this.#options.count) {
      this.#to = Math.min(this.#options.count, this.#to + 2 * this.#options.window)
      const cut = Math.max(0, this.#to - this.#from - 100)
      this.#from += cut
      this.#top = Math.max(0, this.#top - cut * 50)
    }
    this.#show()
  }

  #load(): void {
    if (this.#stalls > 0 || this.#from === this.#floor) {
      this.#stalls--
      this.#asleep = true
      return
    }
    const more = Math.min(this.#from - this.#floor, 2 * this.#options.window)
    this.#from -= more
    this.#top += more * 50
    this.#to = Math.min(this.#to, this.#from + Math.max(100, 3 * this.#options.window))
  }

  async reveal(key: string, clearPx: number): Promise<'shown' | 'above' | 'absent'> {
    const index = Number(key.slice(1))
    if (index < this.#from || index >= this.#to) return 'absent'
    const at = (index - this.#from) * 50
    if (at < clearPx) return 'above'
    await this.move({ at })
    return 'shown'
  }

  left = () => []
  expand = async () => 0
  download = async () => false
  askPhone = async () => {
    this.presses++
    this.#floor = Math.max(0, this.#floor - (this.#options.phonePage ?? 0))
    return this.#options.phonePage !== 0
  }
  /** Pictures are read only while the reading waits for something. The page keeps so many that it showed. */
  store: Pane['store'] = async ({ messageId, position }, onRead) => {
    const index = Number(messageId.slice(1))
    const mounted = () => index >= this.#from && index < this.#to
    const asked = mounted() ? ++this.#asked : Number.NEGATIVE_INFINITY
    await new Promise(resolve => setImmediate(resolve))
    const here = mounted() || this.#asked - asked < 128
    onRead(here ? 'here' : 'gone')
    this.pictures[here ? 'read' : 'gone'].push(messageId)
    return { position, status: here ? 'saved' : 'pending', reason: null } as Attachment
  }
}

const stray = idOf(2880)
const understand = (entries: readonly TimelineEntry[]): Reading[] =>
  entries.map(entry => {
    if (entry.key === 'NOTICE') return { type: 'notMessage' }
    if (entry.row.shell) return { type: 'shell' }
    const message = {
      messageId: entry.key,
      ts: tsOf(entry.key === stray ? 2005 : Number(entry.key.slice(1))),
      attachments: [],
    } as unknown as Message
    return { type: 'message', message }
  })

interface Window {
  since: string
  until?: string
  askPhone?: boolean
  early?: boolean
  /** Every row that is not empty has a picture. */
  pictures?: boolean
  /** Rows that are not understood. */
  odd?: readonly number[]
}

async function read(page: FakePage, window: Window): Promise<Batch[]> {
  let clock = 0
  const options: ReadOptions = {
    since: window.since,
    until: window.until ?? window.since,
    known: null,
    mayScroll: () => true,
    hasImage: () => !window.pictures,
    wantsDownload: () => false,
    askPhone: window.askPhone ?? false,
    early: window.early ?? false,
    signal: new AbortController().signal,
  }
  const pacer = {
    scroll: async () => {},
    chat: async () => {},
    download: async () => {},
    until: async (_since: number, ms: number) => {
      clock += ms
    },
    waitedMs: () => ({ scroll: 0, chat: 0, download: 0 }),
    now: () => clock++,
  }
  const captures = makeCaptures(
    ({ key, row }) => (row.shell ? [] : [{ messageId: key, position: 0, url: `blob:${key}`, offered: false, checksum: null }]),
    0,
    () => clock,
  )
  const batches: Batch[] = []
  const deps = {
    pane: page,
    pacer,
    captures,
    understand: (entries: readonly TimelineEntry[]) =>
      understand(entries).map((reading, index): Reading => {
        const { key } = entries[index]!
        return window.odd?.some(number => idOf(number) === key) ? { type: 'reject', reject: { rowKey: key } as Reject } : reading
      }),
    participants: () => [],
    lateness: new Lateness(0),
    loads: new LoadSizes(),
    isOldest: () => false,
    isNewest: () => false,
  }
  for await (const batch of readChat(deps, options)) batches.push(batch)
  return batches
}

const idsOf = (batches: Batch[]) => batches.flatMap(batch => batch.messages.map(message => message.messageId)).sort()
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => idOf(from + index))
const page = (options: Partial<PageOptions> & { count: number }) => new FakePage({ window: 12, notice: true, banner: 'none', ...options })

test('the whole window is read once, and the reading ends at its edge', async () => {
  const batches = await read(page({ count: 700 }), { since: tsOf(200) })
  expect(idsOf(batches)).toEqual(range(200, 700))
  expect(batches.at(-1)?.end).toEqual({ edge: 'window_edge', reason: null })
})

test('between two cycles what is on the screen is handed on at once, proving nothing, and comes again whole', async () => {
  const [first, ...rest] = await read(page({ count: 40 }), { since: tsOf(-1000), early: true })
  expect(first).toMatchObject({ readDownTo: null, end: null })
  expect(first?.messages.at(-1)?.messageId).toBe(idOf(39))
  expect(idsOf(rest)).toEqual(range(0, 40))
  const [whole] = await read(page({ count: 40 }), { since: tsOf(-1000) })
  expect(whole?.readDownTo).not.toBeNull()
})

test('rows are handed on before the end of a long chat, newest first', async () => {
  const batches = await read(page({ count: 900 }), { since: tsOf(0) })
  expect(batches.length).toBeGreaterThan(3)
  const newest = batches.map(batch => batch.messages.at(-1)?.ts).filter(ts => ts !== undefined)
  expect(newest).toEqual([...newest].sort().reverse())
  expect(batches.slice(0, -1).every(batch => batch.end === null)).toBe(true)
})

test('one stray old stamp does not pass for the end of what was read', async () => {
  const batches = await read(page({ count: 2900 }), { since: tsOf(2000) })
  expect(batches.findIndex(({ messages }) => messages.some(({ messageId }) => messageId === stray))).toBe(0)
  const before = batches.slice(0, -1)
  expect(before.map(({ readDownTo }) => readDownTo)).toEqual(before.map(({ messages }) => messages[0]?.ts))
})

test('a chat that begins inside the window ends at its start, shown by its notice', async () => {
  const batches = await read(page({ count: 40 }), { since: tsOf(-1000) })
  expect(idsOf(batches)).toEqual(range(0, 40))
  expect(batches.at(-1)?.end).toEqual({ edge: 'chat_start', reason: null })
})

test('a top that says nothing is believed only after more tries than one with the notice of a start', async () => {
  const [silent, said] = [page({ count: 40, notice: false }), page({ count: 40 })]
  expect((await read(silent, { since: tsOf(-1000) })).at(-1)?.end).toEqual({ edge: 'chat_start', reason: null })
  await read(said, { since: tsOf(-1000) })
  expect(silent.moves).toBeGreaterThan(said.moves)
})

test('a top that goes on loading is never taken for the start of the chat', async () => {
  const batches = await read(page({ count: 400, stalls: 1_000 }), { since: tsOf(0) })
  expect(batches.at(-1)?.end).toEqual({ edge: null, reason: 'top_not_shown' })
})

test('older messages that only the phone has are told apart from the start of the chat', async () => {
  for (const banner of ['button', 'text'] as const) {
    const batches = await read(page({ count: 40, notice: false, banner }), { since: tsOf(-1000) })
    expect(batches.at(-1)?.end).toEqual({ edge: 'phone_has_more', reason: 'phone_has_more' })
  }
})

test('the phone is not asked unless a person said so', async () => {
  const held = page({ count: 120, notice: false, onPhone: 60, phonePage: 30 })
  const batches = await read(held, { since: tsOf(-1000) })
  expect([idsOf(batches), held.presses]).toEqual([range(60, 120), 0])
  expect(batches.at(-1)?.end).toEqual({ edge: 'phone_has_more', reason: 'phone_has_more' })
})

test('the phone is asked until the chat begins, or until the edge of the window and no further', async () => {
  const whole = page({ count: 120, onPhone: 60, phonePage: 30 })
  const all = await read(whole, { since: tsOf(-1000), askPhone: true })
  expect([idsOf(all), whole.presses, all.at(-1)?.end]).toEqual([range(0, 120), 2, { edge: 'chat_start', reason: null }])

  const part = page({ count: 300, onPhone: 200, phonePage: 50 })
  const inside = await read(part, { since: tsOf(160), askPhone: true })
  expect([idsOf(inside), part.presses, inside.at(-1)?.end]).toEqual([range(160, 300), 1, { edge: 'window_edge', reason: null }])
})

test('a phone that does not answer, or answers with nothing, is asked once and the chat is left as it is', async () => {
  const silent = page({ count: 120, notice: false, onPhone: 60, phonePage: 0 })
  const batches = await read(silent, { since: tsOf(-1000), askPhone: true })
  expect([idsOf(batches), silent.presses]).toEqual([range(60, 120), 1])
  expect(batches.at(-1)?.end).toEqual({ edge: 'phone_has_more', reason: 'phone_has_more' })

  const empty = page({ count: 120, notice: false, onPhone: 60 })
  expect((await read(empty, { since: tsOf(-1000), askPhone: true })).at(-1)?.end).toEqual({
    edge: 'phone_has_more',
    reason: 'phone_has_more',
  })
  expect(empty.presses).toBe(1)
})

test('a load that gives nothing is tried again from outside the dead zone', async () => {
  const batches = await read(page({ count: 300, stalls: 2 }), { since: tsOf(10) })
  expect(idsOf(batches)).toEqual(range(10, 300))
})

test('a chat that opens at its unread bar is read from its newest message all the same', async () => {
  const batches = await read(page({ count: 600, opensAt: 250 }), { since: tsOf(100) })
  expect(idsOf(batches)).toEqual(range(100, 600))
})

test('a chat whose newest message is not reached is not taken for read', async () => {
  const batches = await read(page({ count: 12_000, opensAt: 100 }), { since: tsOf(0) })
  expect(batches).toMatchObject([{ messages: [], readDownTo: null, end: { edge: null, reason: 'gap' } }])
})

test('rows that stay empty until they are shown are shown', async () => {
  const batches = await read(page({ count: 400, shellsUntilShown: true }), { since: tsOf(50) })
  expect(idsOf(batches)).toEqual(range(50, 400))
  expect(batches.flatMap(batch => batch.rejects)).toEqual([])
})

test('no picture goes unread, whatever moves the pane', async () => {
  for (const shellsUntilShown of [false, true]) {
    const shown = page({ count: 400, shellsUntilShown })
    await read(shown, { since: tsOf(50), pictures: true })
    // Messages that have no attachments of their own wait for none.
    await new Promise(resolve => setImmediate(resolve))
    expect(shown.pictures.gone).toEqual([])
    expect(shown.pictures.read.sort()).toEqual(range(50, 400))
  }
})

test('no row that is not understood is lost, wherever it stands in what is handed on', async () => {
  const odd = [60, 75, 76, 150, 151, 233, 277, 278, 279, 300, 399]
  const batches = await read(page({ count: 400 }), { since: tsOf(50), odd: [...odd, 20, 21] })
  expect(batches.flatMap(({ rejects }) => rejects.map(({ rowKey }) => rowKey)).sort()).toEqual(odd.map(idOf))
  expect(batches.at(-1)?.end?.edge).toBe('window_edge')
  // The only row of the window is one of them.
  const [only] = await read(page({ count: 40 }), { since: tsOf(39), odd: [39] })
  expect(only).toMatchObject({ messages: [], rejects: [{ rowKey: idOf(39) }], end: { edge: 'window_edge', reason: 'not_understood' } })
})

test('a conversation that goes away while it is read is no chat that began', async () => {
  const batches = await read(page({ count: 400, goneAfter: 3 }), { since: tsOf(0) })
  expect(batches.at(-1)?.end).toEqual({ edge: null, reason: 'gap' })
  expect(idsOf(batches).length).toBeGreaterThan(0)
})

test('a chat in which no row is drawn is taken for empty only after tries at its top', async () => {
  const [empty, said] = [page({ count: 0, notice: false }), page({ count: 5 })]
  expect((await read(empty, { since: tsOf(0) })).at(-1)?.end).toEqual({ edge: 'chat_start', reason: null })
  await read(said, { since: tsOf(-1000) })
  expect(empty.moves).toBeGreaterThan(said.moves)
})

test('over covered ground the reading stops at the overlap', async () => {
  const batches = await read(page({ count: 700 }), { since: tsOf(0), until: tsOf(600) })
  expect(batches.at(-1)?.end).toEqual({ edge: 'covered', reason: null })
  expect(idsOf(batches)).toEqual(expect.arrayContaining(range(600, 700)))
  expect(idsOf(batches).length).toBeLessThan(200)
})

test('whatever the length, the pane and the window, every message inside it comes exactly once and none outside', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 500 }),
      fc.integer({ min: 7, max: 40 }),
      fc.integer({ min: -10, max: 500 }),
      fc.integer({ min: 0, max: 1 }),
      fc.boolean(),
      async (count, window, edge, stalls, shells) => {
        const batches = await read(page({ count, window, stalls, shellsUntilShown: shells }), { since: tsOf(edge) })
        expect(idsOf(batches)).toEqual(range(Math.min(count, Math.max(0, edge)), count))
        expect(batches.at(-1)?.end?.reason ?? null).toBeNull()
      },
    ),
    { numRuns: 60 },
  )
})
