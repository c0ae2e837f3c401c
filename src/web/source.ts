/**
 * WhatsApp Web as a source: joins the walk of the list, the opening of chats and the reading loop with the selector set that
 * fits the page, and keeps what a cycle learns of it (the order of dates, where its rows stand).
 */
import type { Logger } from 'pino'
import type { Config } from '../config.ts'
import { SelectorDrift } from '../errors.ts'
import type { ChatListing } from '../model.ts'
import { parseChatList } from '../parse/chat.ts'
import { listEvidence } from '../parse/evidence.ts'
import type { FieldCounts } from '../parse/fields.ts'
import { canonicalJid, parseRowId } from '../parse/ids.ts'
import { RawChatList, type RawChatRow } from '../raw.ts'
import { RawAccount } from '../raw-storage.ts'
import type { ChatList, OpenChat, Source } from '../source.ts'
import { activityOf } from './activity.ts'
import { archivedSet, leaveArchived, showArchived } from './archived.ts'
import { ask } from './ask.ts'
import type { Buckets } from './buckets.ts'
import { type ListPane, walkChatList } from './chat-list.ts'
import { chatReading } from './chat-reading.ts'
import { readIds } from './conversation.ts'
import { DateSense } from './date-sense.ts'
import { listEvidenceOf } from './evidence.ts'
import { followConversation } from './followed-conversation.ts'
import { inBrowser } from './gone.ts'
import { makeInterpreter } from './interpret.ts'
import type { Lateness } from './lateness.ts'
import { type Learned, nothingSeen } from './learned.ts'
import type { LoadSizes } from './load-sizes.ts'
import { openListedChat } from './open-chat.ts'
import { makePacer } from './pacer.ts'
import { readAccount } from './page/read-account.ts'
import { readChatListAt } from './page/read-chat-list.ts'
import { readFeatures } from './page/read-features.ts'
import type { Pane } from './pane.ts'
import { makeRecords } from './records.ts'
import { type CompiledSet, chooseSet, detectSelectors, loadSelectorSets } from './selectors.ts'
import type { Session } from './session.ts'
import { storageWitness } from './storage.ts'
import { type WatchedPage, watchedPage } from './watched-page.ts'

export interface WebSourceDeps {
  /** The session, opened when there is none. */
  session(): Promise<Session>
  config: Config
  /** The worker's limits, and what it learned of how late parts of rows come and how many rows a load brings; they outlive this source. */
  buckets: Buckets
  lateness: Lateness
  loads: LoadSizes
  log: Logger
  /** The moment of asking, ISO 8601 UTC: what "today" means on a page that is drawn then. A cycle may last over midnight. */
  clock(): string
  /** Where the pictures of the chats that this session opens go. */
  picturesOf(session: Session): Pane['store']
  /** Told how often each candidate of a field hit, or that the field was missed. */
  onFields(set: string, fields: FieldCounts): void
  /** What is known of the page already: taken over where the session is the same. */
  learned?: Learned | null
  signal: AbortSignal
}

export interface WebSource extends Source, WatchedPage {
  activityOf(listing: ChatListing): { earliest: string; latest: string } | null
  /** What it learned of its page; null before it was ready. */
  learned(): Learned | null
}

const listMaxMs = 2_000

export function webSource(deps: WebSourceDeps): WebSource {
  const { config, log } = deps
  const zone = config.browser.timezone
  const pacer = makePacer(deps.buckets, deps.signal)
  let sets: CompiledSet[] = []
  let judgedByChat = false
  let open: Learned | null = null

  /** What is open; a source that was not made ready has nothing. */
  const opened = () => {
    if (!open) throw new Error('the source is not ready')
    return open
  }
  const followed = ({ cdp }: Session) => followConversation(cdp, () => opened().set, config.pace.lateMs)
  const setHere = () => (opened().archived ? archivedSet(opened().set) : opened().set)
  /** The list pane; `fields`: of each row only these, which is less work for the page. */
  const listPane = (fields: readonly string[] | null = null): ListPane => ({
    readAt: async to => {
      if (to !== null) await pacer.scroll()
      const { chatList, ...parts } = setHere().parts
      const asked = fields ? Object.fromEntries(Object.entries(chatList.fields).filter(([name]) => fields.includes(name))) : chatList.fields
      const arg = JSON.stringify({ plan: { ...parts, chatList: { ...chatList, fields: asked } }, to, maxMs: listMaxMs })
      return RawChatList.parse(JSON.parse(await ask(opened().session.page, readChatListAt, arg)))
    },
  })

  /** Rows of one walk as listings, with their places remembered. */
  const listingsOf = (walked: readonly RawChatRow[], from: number): ChatListing[] => {
    const { dates, locale } = opened()
    const rows = walked.filter(row => row.fields.title !== undefined)
    const parsed = parseChatList({ rows }, { locale, archived: opened().archived })
    dates.add(listEvidence(rows))
    return parsed.listings.map((listing, index) => {
      const placed = { ...listing, position: from + index, archived: opened().archived }
      opened().places.set(placed, { y: rows[index]?.y ?? null })
      return placed
    })
  }

  /** The set that fits what the page shows now. */
  const detect = async (session: Session): Promise<CompiledSet> => {
    const features = JSON.parse(await ask(session.page, readFeatures, JSON.stringify(detectSelectors(sets)))) as string[]
    const { set, warning } = chooseSet(sets, new Set(features))
    if (warning) log.warn(warning)
    return set
  }

  const switchTo = async (archived: boolean): Promise<boolean> => {
    const { session, set } = opened()
    if (opened().archived === archived) return true
    if (archived) opened().archived = await showArchived(session.page, session.guard, set)
    else {
      await leaveArchived(session.page, session.guard)
      opened().archived = false
    }
    return opened().archived === archived
  }

  const witnessOf = ({ page }: Session) => (config.witness.indexedDb ? storageWitness({ page, log }) : null)
  const held = <T>(work: () => Promise<T>): Promise<T> => inBrowser(work, () => open?.session.signal, deps.signal)

  const source: WebSource = {
    async ready(signal) {
      const session = await deps.session()
      await session.waitReady({ signal })
      // A cycle that broke off may have left the archived list open.
      await leaveArchived(session.page, session.guard)
      if (deps.learned?.session === session) {
        open = { ...deps.learned, records: deps.learned.records.again(), archived: false }
        judgedByChat = true
        return
      }
      const loaded = loadSelectorSets({ extraDir: config.selectors.dir, pinned: config.selectors.set, flags: config.selectors.flags })
      for (const warning of loaded.warnings) log.warn(warning)
      sets = loaded.sets
      const set = await detect(session)
      const { raw } = await session.look()
      const locale = raw.lang || config.browser.locale
      const dates = new DateSense({ locale, zone, now: deps.clock() })
      const { wid } = RawAccount.parse(JSON.parse(await ask(session.page, readAccount, null)))
      const ownId = wid === null ? null : canonicalJid(wid)
      open = { session, set, build: raw.build, locale, ownId, dates, records: makeRecords(witnessOf(session), log), ...nothingSeen() }
      log.info({ set: set.id, build: raw.build }, 'page recognised')
    },

    async list(signal): Promise<ChatList> {
      await switchTo(false)
      const main = await walkChatList(listPane(), signal)
      const evidence = listEvidenceOf(opened().set, main.rows)
      deps.onFields(evidence.set, prefixed('chatList.', evidence.fields))
      const chats = listingsOf(main.rows, 0)
      let { complete, reason } = main
      if (main.archivedEntry) {
        if (await switchTo(true)) {
          const archived = await walkChatList(listPane(), signal)
          chats.push(...listingsOf(archived.rows, chats.length))
          if (!archived.complete) ({ complete, reason } = archived)
          await switchTo(false)
        } else {
          complete = false
          reason = 'the archived chats could not be shown'
        }
      }
      if (main.rows.length > 0 && chats.length === 0) {
        throw new SelectorDrift(
          `none of ${main.rows.length} rows of the chat list could be understood with selector set ${opened().set.id}`,
          opened().set.id,
          ['chatList.title'],
        )
      }
      opened().listed = chats
      if (!complete) log.warn({ reason }, 'the chat list could not be shown to be complete')
      return { chats, complete, reason, evidence, activities: await opened().records.activities() }
    },

    arrivals: after => opened().records.arrivals(after),

    async open(listing, signal): Promise<OpenChat> {
      await pacer.chat()
      await switchTo(listing.archived)
      const { session, dates, locale, ownId } = opened()
      const { page, guard } = session
      const pane = listPane(config.sync.unreadPolicy === 'open' ? ['title', 'community'] : null)
      const raw = await openListedChat(
        {
          page,
          guard,
          rowSelectors: setHere().chatList.row,
          readListAt: y => pane.readAt(y),
          readShown: () => readIds(page, opened().set),
          readConversation: async () => (await followed(session).read()).raw,
          mayOpen: row =>
            config.sync.unreadPolicy === 'open' ||
            parseChatList({ rows: [row] }, { locale, archived: listing.archived }).listings.every(({ unread }) => unread === 0),
          signal,
          now: () => pacer.now(),
        },
        { ...listing, y: opened().places.get(listing)?.y ?? null },
      )
      Object.assign(opened(), { chat: listing, looks: [] } satisfies Partial<Learned>)
      // Messages tell eras apart better than the list does: the first chat decides for the rest of the cycle.
      if (!judgedByChat) opened().set = await detect(session)
      judgedByChat = true
      const shownIds = raw.items.flatMap(item => (item.type === 'row' ? parseRowId(item.fields.id?.v[0] ?? '').messageId || [] : []))
      const records = await opened().records.open(shownIds, [listing.title])
      const interpreter = makeInterpreter({
        witness: records.witness,
        locale,
        ownId,
        zone,
        now: deps.clock(),
        dates,
        chatTitle: listing.title,
        dir: raw.dir,
        fieldNames: Object.keys(opened().set.parts.conversation.fields),
      })
      return chatReading(
        {
          page,
          cdp: session.cdp,
          guard,
          set: () => opened().set,
          pacer,
          lateMs: config.pace.lateMs,
          lateness: deps.lateness,
          loads: deps.loads,
          records,
          interpreter,
          store: deps.picturesOf(session),
          onFields: deps.onFields,
          onLook: shown => opened().looks.push(shown),
          held,
        },
        raw,
        listing,
      )
    },

    async recover(signal) {
      const session = await deps.session()
      await session.waitReady({ signal })
      await leaveArchived(session.page, session.guard)
      const { records } = opened()
      const renewed = session === opened().session ? records : makeRecords(witnessOf(session), log, records.totals())
      open = { ...opened(), session, records: renewed, archived: false }
    },

    facts: () => ({
      selectorSet: open?.set.id ?? null,
      build: open?.build ?? null,
      locale: open?.locale ?? null,
      witness: open?.records.totals() ?? null,
      waitedMs: pacer.waitedMs(),
    }),

    learned: () => open,

    ...watchedPage({
      opened,
      pane: listPane,
      listingsOf,
      showMain: () => switchTo(false),
      showEnd: async () => {
        await followed(opened().session).move('bottom')
      },
      pacer,
    }),

    activityOf: listing => {
      const { locale, dates } = opened()
      return activityOf(listing.timeLabel, { locale, zone, now: deps.clock(), order: dates.order() })
    },
  }
  return { ...source, list: signal => held(() => source.list(signal)), open: (listing, signal) => held(() => source.open(listing, signal)) }
}

/** The counts under the names that flags and metrics have for fields outside the conversation. */
function prefixed(prefix: string, fields: FieldCounts): FieldCounts {
  return Object.fromEntries(
    Object.entries(fields).map(([name, { hit, miss, by_candidate }]) => [prefix + name, { hit, miss, by_candidate }]),
  )
}
