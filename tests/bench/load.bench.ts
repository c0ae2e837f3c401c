/** Storing rows: a first load, the same again, a tenth of it changed, each against the database's own COPY of as many rows. */
import { sql } from 'drizzle-orm'
import postgres from 'postgres'
import type { Database } from '../../src/db/client.ts'
import type { Message } from '../../src/model.ts'
import { account, message, writing } from '../db/given.ts'
import { expect, test } from '../support/database.ts'
import { figure, quick, timed } from './figure.ts'

const total = quick ? 5_000 : 50_000
/** What a scroll step of a long chat brings at most. */
const perBatch = 500

const messages = (text: (n: number) => string): Message[] =>
  Array.from({ length: total }, (_, n) =>
    message(`3EB0${String(n).padStart(18, '0')}`, {
      text: text(n),
      ts: new Date(Date.parse('2026-02-10T10:00:00.000Z') - n * 1000).toISOString(),
      tsPrecision: 'second',
    }),
  )

/** Milliseconds of COPY into a table of the same columns, indexes and all. */
async function copied(url: string, database: Database): Promise<number> {
  await database.db.execute(sql`create table copy_of_messages (like messages including all)`)
  const client = postgres(url, { max: 1, onnotice: () => {} })
  try {
    const rows = messages(n => `the text of message ${n}, long enough to be one`)
    return await timed(async () => {
      const stream =
        await client`copy copy_of_messages (account_id, external_id, thread_external_id, chat_id, message_id, sender_id, sender_name,
        content_snippet, ts, ts_precision, is_outgoing, kind) from stdin`.writable()
      for (const { messageId, senderId, senderName, text, ts } of rows) {
        const columns = [account, `k/${messageId}`, 'k', '1', messageId, senderId, senderName, text, ts, 'second', 'f', 'text']
        if (!stream.write(`${columns.join('\t')}\n`)) await new Promise(resolve => stream.once('drain', resolve))
      }
      await new Promise<void>((resolve, reject) => {
        stream.once('finish', resolve)
        stream.once('error', reject)
        stream.end()
      })
    })
  } finally {
    await client.end()
  }
}

for (const kind of ['postgres', 'embedded'] as const) {
  test(`${total} rows into ${kind}`, async ({ makeDatabase }, info) => {
    info.setTimeout(600_000)
    const group = `Load (${kind})`
    const given = await makeDatabase(kind)
    const { save } = await writing(given.store)
    const load = async (rows: Message[]) => {
      let inserted = 0
      const ms = await timed(async () => {
        for (let at = 0; at < rows.length; at += perBatch) inserted += (await save(rows.slice(at, at + perBatch))).inserted
      })
      return { perSecond: (rows.length * 1000) / ms, inserted }
    }
    const plain = (n: number) => `the text of message ${n}, long enough to be one`
    const first = await load(messages(plain))
    expect(first.inserted).toBe(total)
    const again = await load(messages(plain))
    const changed = await load(messages(n => (n % 10 === 0 ? `${plain(n)}, edited` : plain(n))))
    figure(info, { group, name: 'first load', value: first.perSecond, unit: 'rows/s' })
    figure(info, { group, name: 'unchanged, loaded again', value: again.perSecond, unit: 'rows/s' })
    figure(info, { group, name: 'a tenth changed', value: changed.perSecond, unit: 'rows/s' })
    figure(info, { group, name: 'unchanged : first load', value: again.perSecond / first.perSecond, unit: '×', target: { atLeast: 1 } })
    if (given.url === null) return
    const perSecond = (total * 1000) / (await copied(given.url, given.database))
    figure(info, { group, name: 'COPY of the same rows', value: perSecond, unit: 'rows/s' })
    figure(info, { group, name: 'first load : COPY', value: first.perSecond / perSecond, unit: '×' })
  })
}
