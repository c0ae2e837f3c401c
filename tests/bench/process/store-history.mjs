/**
 * A whole cycle over so many messages (BENCH_MESSAGES) into the Postgres of PG_URL, in a process of its own that has loaded all that `sync` loads: the
 * program's own cycle and store, fed by a source that gives what the page would give, in the same batches, newest first, made anew each time from a
 * string as a page hands it over; with the program's own setting of the heap, first of all, as in cli.ts. Prints JSON: `inserted` and the peak of the
 * resident memory, bytes.
 */
import '../../../dist/heap.js'
import { readFileSync } from 'node:fs'
import '../../../dist/commands/sync.js'
import { openDatabase } from '../../../dist/db/client.js'
import { migrate } from '../../../dist/db/migrate.js'
import { makeStore } from '../../../dist/db/store.js'
import { runCycle } from '../../../dist/sync/run-cycle.js'

const total = Number(process.env.BENCH_MESSAGES)
const chats = 10
/** What a page of history brings. */
const perBatch = 50
const now = Date.now()
const since = new Date(now - 30 * 24 * 60 * 60 * 1000).toISOString()

const listing = n => ({
  position: n,
  title: `Chat ${n}`,
  community: null,
  preview: 'the newest of its messages',
  timeLabel: '10:30',
  unread: 0,
  pinned: false,
  muted: false,
  archived: false,
  isSelf: false,
  isGroup: false,
})

/** The nth newest message of a chat. */
const message = (chat, n) => ({
  messageId: `3EB0${String(chat * 10_000_000 + n).padStart(18, '0')}`,
  chatJid: null,
  direction: n % 3 === 0 ? 'out' : 'in',
  kind: 'text',
  senderId: `5511900000${String(chat).padStart(3, '0')}@c.us`,
  senderName: `Person ${chat}`,
  text: `message ${n} of chat ${chat}, as long as messages are on average, with a word or two more`,
  ts: new Date(now - 60_000 - n * 20_000).toISOString(),
  tsPrecision: 'second',
  quoted: null,
  forwarded: false,
  forwardedMany: false,
  edited: false,
  deleted: false,
  reactions: [],
  status: n % 3 === 0 ? 'read' : null,
  fileName: null,
  durationS: null,
  albumSize: null,
  details: {},
  witnesses: {},
  attachments: [],
})

/** What a page hands over: one string. */
const handedOver = (chat, from, count) => JSON.stringify(Array.from({ length: count }, (_, n) => message(chat, from + n)))

async function* batches(chat, count) {
  for (let at = 0; at < count; at += perBatch) {
    const messages = JSON.parse(handedOver(chat, at, Math.min(perBatch, count - at)))
    const last = at + perBatch >= count
    // As between two questions to the page: others get their turn.
    await new Promise(resolve => setImmediate(resolve))
    const end = last ? { edge: 'chat_start', reason: null } : null
    yield { messages: messages.reverse(), rejects: [], notMessages: 0, readDownTo: messages[0].ts, end, participants: [] }
  }
}

const source = {
  ready: async () => {},
  recover: async () => {},
  list: async () => ({ chats: Array.from({ length: chats }, (_, n) => listing(n)), complete: true, reason: null }),
  open: async ({ title, position }) => ({
    facts: {
      title,
      community: null,
      jid: `5511900000${position}@c.us`,
      lid: null,
      isGroup: false,
      isSelf: false,
      archived: false,
      participants: [],
      messageIds: [],
    },
    read: () => batches(position, total / chats),
  }),
  facts: () => ({ selectorSet: 'none', build: null, locale: 'en', witness: null }),
}

const database = await openDatabase({ url: process.env.PG_URL, dataDir: process.env.DATA_DIR })
await migrate(database)
const { signal } = new AbortController()
const result = await runCycle(
  {
    source,
    store: makeStore(database),
    publish: () => {},
    activityOf: () => null,
    progress: () => {},
    signal,
    clock: Date.now,
    elapsed: () => performance.now(),
  },
  {
    accountId: 'default',
    trigger: 'command',
    now: new Date(now).toISOString(),
    lookbackDays: 30,
    overlapMs: 0,
    deepReadMs: null,
    unreadPolicy: 'open',
    full: false,
    askPhone: false,
    only: [],
    agent: { contact: null, threadName: null, keywords: [] },
    budget: { ms: 3_600_000, chats: 500, scrolls: 1_000_000 },
  },
)
await database.close()
const peak = Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) * 1024
process.stdout.write(`${JSON.stringify({ inserted: result.messages.inserted, since, peakRssBytes: peak })}\n`)
