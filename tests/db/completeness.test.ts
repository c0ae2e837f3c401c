import { sql } from 'drizzle-orm'
import { asText, recorded, recordedQuery } from '../../src/db/completeness.ts'
import { purgeMessages } from '../../src/db/purge.ts'
import type { Coverage } from '../../src/model.ts'
import { judgeChats } from '../../src/sync/completeness.ts'
import { expect, onBoth } from '../support/database.ts'
import { account, listing, message, since, writing } from './given.ts'

const span = (from: string, fromEdge: Coverage['fromEdge']): Coverage => ({ from, to: '2026-02-20T00:00:00.000Z', fromEdge })
const now = '2026-02-28T00:00:00.000Z'

onBoth('what readings and cycles left on record gives the verdict on every chat, as rows and as text', async ({ database, store }) => {
  const ana = await writing(store, { title: "Ana's" })
  await ana.save([message('A')], { coverage: span(since, 'window_edge'), listing: { ...listing("Ana's"), signature: 's' } })
  const bea = await writing(store, { title: 'Bea', jid: '5511900000002@c.us' })
  await bea.save([message('B')], {
    coverage: span('2026-02-09T00:00:00.000Z', 'phone_has_more'),
    listing: { ...listing('Bea'), signature: null },
    incompleteReason: 'phone_has_more',
  })
  const run = await store.startRun({ accountId: account, trigger: 'schedule', since })
  const counts = {
    chats: { listed: 3, opened: 1, skipped_unchanged: 0, incomplete: 2 },
    incomplete: [
      { chat: "Ana's", reason: 'budget' },
      { chat: 'Cora', reason: 'not_opened' },
    ],
  }
  await store.finishRun(run, { status: 'incomplete', counts })
  // Neither a cycle of one chat nor one that failed says anything about the others.
  const one = await store.startRun({ accountId: account, trigger: 'command', since })
  await store.finishRun(one, { status: 'complete', partial: true, counts: { incomplete: [] } })
  await store.startRun({ accountId: account, trigger: 'schedule', since })

  const found = await recorded(database.db, account)
  expect(found).toMatchObject({ running: true, walk: { since, incomplete: counts.incomplete } })
  expect(found.chats.map(({ title, ids, newestTs }) => ({ title, ids, newestTs }))).toEqual([
    { title: "Ana's", ids: [ana.chat.externalId], newestTs: '2026-02-10T10:00:00.000Z' },
    { title: 'Bea', ids: ['5511900000002@c.us'], newestTs: '2026-02-10T10:00:00.000Z' },
  ])
  const { chats } = judgeChats(found, since, now)
  expect(chats.map(({ title, reason, from, until }) => ({ title, reason, from, until }))).toEqual([
    { title: 'Cora', reason: 'not_opened', from: null, until: null },
    { title: "Ana's", reason: 'budget', from: since, until: '2026-02-20T00:00:00.000Z' },
    { title: 'Bea', reason: 'phone_has_more', from: '2026-02-09T00:00:00.000Z', until: '2026-02-20T00:00:00.000Z' },
  ])
  expect((await database.readOnly(asText(recordedQuery(account)))).rows).toEqual([[found]])
  expect(asText(recordedQuery("o'brien"))).toContain("'o''brien'")
  expect((await recorded(database.db, "o'brien")).chats).toEqual([])
})

onBoth(
  'a chat that was purged is not missed, neither by its own row nor by what the last cycle said of it',
  async ({ database, store }) => {
    const ana = await writing(store)
    await ana.save([message('A')], {
      coverage: span('2026-02-09T00:00:00.000Z', 'phone_has_more'),
      listing: { ...listing('Ana'), signature: 's' },
      incompleteReason: 'phone_has_more',
    })
    const chats = { listed: 1, opened: 1, skipped_unchanged: 0, incomplete: 1 }
    await store.finishRun(ana.runId, { status: 'incomplete', counts: { chats, incomplete: [{ chat: 'Ana', reason: 'phone_has_more' }] } })
    expect(judgeChats(await recorded(database.db, account), since, now).chats).toMatchObject([{ title: 'Ana', complete: false }])
    const scope = { accountId: account, chatIds: [ana.chat.id], olderThan: null, now: '2026-02-21T00:00:00.000Z' }
    await purgeMessages(database, scope, { signal: new AbortController().signal })
    expect(judgeChats(await recorded(database.db, account), since, now).chats).toMatchObject([
      { title: 'Ana', complete: true, from: '2026-02-21T00:00:00.000Z', gaps: [] },
    ])
  },
)

onBoth('a purge and a broken reading are part of it', async ({ database, store }) => {
  const ana = await writing(store)
  await ana.save([message('A')])
  await database.db.execute(sql`insert into tombstones (account_id, chat_id, purged_before) values
    (${account}, null, '2026-02-03T00:00:00Z'), (${account}, ${ana.chat.id}, '2026-02-05T00:00:00Z')`)
  await database.db.execute(sql`update chats set failures = 2, retry_at = '2026-03-01T00:00:00Z', deep_read_at = '2026-02-04T00:00:00Z'`)
  expect((await recorded(database.db, account)).chats[0]).toMatchObject({
    purgedBefore: '2026-02-05T00:00:00.000Z',
    failures: 2,
    retryAt: '2026-03-01T00:00:00.000Z',
    deepReadAt: '2026-02-04T00:00:00.000Z',
    lastReadAt: null,
    coverage: [],
  })
})

onBoth('two thousand chats are asked for at once and judged', async ({ database }, info) => {
  await database.db.execute(sql`insert into chats (account_id, external_id, thread_external_id, title, last_read_at)
    select ${account}, 'k' || n, 'k' || n, 'Chat ' || n, now() from generate_series(1, 2000) n`)
  await database.db.execute(sql`insert into chat_coverage (chat_id, from_ts, to_ts, from_edge)
    select c.id, ${since}::timestamptz + n * interval '3 days', ${since}::timestamptz + n * interval '3 days' + interval '1 day', 'budget'
    from chats c, generate_series(1, 3) n`)
  await database.db.execute(sql`insert into messages (account_id, external_id, thread_external_id, chat_id, message_id, ts, ts_precision, is_outgoing, kind)
    select ${account}, c.external_id || '/' || n, c.thread_external_id, c.id, 'M' || n, ${since}::timestamptz + n * interval '1 hour', 'minute', false, 'text'
    from chats c, generate_series(1, 10) n`)
  const started = performance.now()
  const found = await recorded(database.db, account)
  const { chats } = judgeChats(found, since, now)
  const took = performance.now() - started
  info.annotations.push({ type: 'measured', description: `${Math.round(took)} ms` })
  expect(chats.filter(({ complete, gaps }) => !complete && gaps.length === 3)).toHaveLength(2000)
  expect(took).toBeLessThan(5000)
})
