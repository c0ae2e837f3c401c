/** The read API on a large database: requests per second and slowest answers, and how fast an event reaches many followers. */
import { sql } from 'drizzle-orm'
import type { Database } from '../../src/db/client.ts'
import { serveApp } from '../http/serving.ts'
import { expect, test } from '../support/database.ts'
import { Follower, serveLive } from '../support/followers.ts'
import { figure, median, percentile, quick, timed } from './figure.ts'

const group = 'Read API'
const chats = 1000
const total = quick ? 20_000 : 1_000_000
const words = ['river', 'garden', 'choir', 'ladder', 'market', 'winter', 'lantern', 'bicycle', 'harbour', 'orchard']

/** So many messages in a thousand conversations, one a minute, each of ten common words and a rare one. */
async function fill({ db }: Database): Promise<void> {
  await db.execute(sql`insert into chats (account_id, external_id, thread_external_id, title)
    select 'default', 'chat' || n, 'chat' || n, 'Chat ' || n from generate_series(1, ${chats}::int) n`)
  const common = sql.raw(`array[${words.map(word => `'${word}'`).join(',')}]`)
  for (let from = 0; from < total; from += 50_000) {
    await db.execute(sql`insert into messages (account_id, external_id, thread_external_id, chat_id, message_id, sender_id, content_snippet, ts,
        ts_precision, is_outgoing, kind)
      select 'default', c.external_id || '/M' || n, c.thread_external_id, c.id, 'M' || n, 'sender' || n % 50,
        (select string_agg((${common})[1 + ((n::bigint * k * 7919) % 10)::int], ' ') from generate_series(1, 10) k) || ' rare' || n % 5000,
        timestamptz '2026-11-21T12:00:00Z' - n * interval '1 minute', 'second', n % 3 = 0, 'text'
      from generate_series(${from}::int, ${Math.min(total, from + 50_000) - 1}::int) n join chats c on c.external_id = 'chat' || 1 + n % ${chats}::int`)
  }
  await db.execute(sql`analyze messages`)
}

/** Answers one after the other, and several at once. */
async function asked(url: (n: number) => string, times: number): Promise<{ perSecond: number; p95: number }> {
  const took: number[] = []
  const ask = async (n: number) => {
    took.push(
      await timed(async () => {
        const answer = await fetch(url(n))
        expect(answer.status, url(n)).toBe(200)
        await answer.arrayBuffer()
      }),
    )
  }
  await ask(0)
  took.length = 0
  const ms = await timed(async () => {
    for (let n = 0; n < times; n += 4) await Promise.all([0, 1, 2, 3].map(more => ask(n + more)))
  })
  return { perSecond: (took.length * 1000) / ms, p95: percentile(took, 0.95) }
}

test(`messages, conversations and search of ${total} messages`, async ({ makeDatabase }, info) => {
  info.setTimeout(900_000)
  const given = await makeDatabase('postgres')
  await fill(given.database)
  const app = await serveApp(given, { now: '2026-11-21T12:00:00.000Z' })
  try {
    const since = '2020-01-01T00:00:00Z'
    const size = total.toLocaleString('en-US')
    const pages = await asked(n => `${app.url}/messages?since=${since}&limit=1000&conversation_id=chat${1 + (n % 50)}`, 40)
    const small = await asked(() => `${app.url}/conversations?limit=1`, 40)
    figure(info, { group, name: `/messages, 1,000 rows of a conversation, of ${size}`, value: pages.perSecond, unit: 'requests/s' })
    figure(info, { group, name: `/messages, 1,000 rows, p95`, value: pages.p95, unit: 'ms' })
    const mixed = await asked(
      n => `${app.url}/messages?since=${since}&limit=1000&until=2026-11-${String(21 - (n % 20)).padStart(2, '0')}&order=desc`,
      40,
    )
    figure(info, { group, name: `/messages, 1,000 rows of all conversations, of ${size}`, value: mixed.perSecond, unit: 'requests/s' })
    figure(info, { group, name: `/messages, 1,000 rows of all conversations, p95`, value: mixed.p95, unit: 'ms' })
    const rare = await asked(n => `${app.url}/search?q=rare${(n * 37) % 5000}`, 100)
    figure(info, { group, name: `/search, a rare word, of ${size}`, value: rare.perSecond, unit: 'requests/s' })
    figure(info, { group, name: '/search, a rare word, p95', value: rare.p95, unit: 'ms' })
    const common = await asked(n => `${app.url}/search?q=${words[n % words.length]}`, 12)
    figure(info, { group, name: '/search, a word of most messages, p95', value: common.p95, unit: 'ms' })
    figure(info, { group, name: '/conversations?limit=1, p95', value: small.p95, unit: 'ms' })
  } finally {
    await app.close()
  }
})

test('one event to a hundred followers', async ({ makeDatabase }, info) => {
  info.setTimeout(120_000)
  const given = await makeDatabase('postgres')
  const { app, url } = await serveLive(given.store)
  try {
    const followers = Array.from({ length: 100 }, () => new Follower(url))
    await Promise.all(followers.map(follower => follower.open()))
    const took: number[] = []
    for (let n = 1; n <= 20; n++) {
      took.push(
        await timed(async () => {
          await given.store.recordEvent({ type: 'sync.completed', accountId: 'default', data: { run_id: `${n}`, status: 'complete' } })
          await Promise.all(followers.map(follower => follower.until(frames => frames.length >= n)))
        }),
      )
    }
    figure(info, {
      group,
      name: 'one event from its commit to 100 sockets, found by the poll alone (20 ms), median',
      value: median(took),
      unit: 'ms',
    })
    figure(info, { group, name: 'the same, p95', value: percentile(took, 0.95), unit: 'ms' })
    for (const { socket } of followers) socket.terminate()
  } finally {
    await app.close()
  }
})
