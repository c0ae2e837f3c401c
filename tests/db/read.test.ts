/** What the API asks of the database, where the way there may not change the answer. */
import { sql } from 'drizzle-orm'
import { rowsOf } from '../../src/db/client.ts'
import { makeReader } from '../../src/db/reader.ts'
import { type SearchMode, search } from '../../src/db/search.ts'
import { expect, onBoth, test } from '../support/database.ts'
import { account, message, writing } from './given.ts'

const everything = { accountId: account, since: null, until: null, chatId: null, kinds: null, includeSystem: true }

onBoth('a search finds the same whichever way it takes: a glance, by the index, or in their order', async given => {
  const { chat, save } = await writing(given.store)
  const other = await writing(given.store, { title: 'Bob' })
  const at = (n: number) => new Date(Date.UTC(2026, 1, 1, 0, n)).toISOString()
  const texts = (name: string) =>
    Array.from({ length: 60 }, (_, n) => message(`${name}${n}`, { ts: at(n), text: n % 3 === 0 ? `gardens ${n}` : `lanterns ${n}` }))
  await save(texts('A'))
  await other.save(texts('B'))
  const [last] = await rowsOf<{ id: number }>(given.database.db, sql`select max(id)::int as id from messages`)
  const walked = async (terms: string[], mode: SearchMode, filter: typeof everything, effort: { glance: number; many: number }) => {
    const found: string[] = []
    let after = null
    for (;;) {
      const page = await search(given.database, { filter, terms, mode, ceiling: last!.id, after, limit: 7 }, effort)
      found.push(...page.map(({ externalId }) => externalId))
      const end = page.at(-1)
      if (end === undefined || page.length < 7) return found
      after = { at: end.at, row: end.row }
    }
  }
  const ofOne = { ...everything, chatId: chat.id, since: at(10), until: at(50) } as unknown as typeof everything
  for (const [terms, mode, filter, count] of [
    [['gard'], 'words', everything, 40],
    [['arden'], 'parts', everything, 40],
    [['gardens', '3'], 'words', ofOne, 4],
    [['gardens'], 'words', ofOne, 13],
    [['nothing'], 'words', everything, 0],
  ] as const) {
    const glance = await walked([...terms], mode, filter, { glance: 1000, many: 0 })
    expect(glance, terms.join(' ')).toHaveLength(count)
    expect(await walked([...terms], mode, filter, { glance: 1, many: 1000 }), 'by the index').toEqual(glance)
    expect(await walked([...terms], mode, filter, { glance: 1, many: 3 }), 'in their order').toEqual(glance)
  }
})

onBoth('messages of a conversation are counted once for as long as nobody writes, and anew once somebody did', async given => {
  const { save } = await writing(given.store)
  await save([message('A1'), message('A2', { kind: 'waiting', text: null })])
  let counts = 0
  const { database } = given
  const counting = {
    ...database,
    db: new Proxy(database.db, {
      get(db, name) {
        if (name !== 'execute') return Reflect.get(db, name)
        return (query: Parameters<typeof db.execute>[0]) => {
          if (JSON.stringify(query).includes('json_object_agg')) counts++
          return db.execute(query)
        }
      },
    }),
  }
  const reader = makeReader(counting)
  const total = async (includeSystem: boolean) => (await reader.conversation(account, 'title:Ana', includeSystem))?.totalMessages
  expect([await total(false), await total(true), await total(false), await total(true)]).toEqual([1, 2, 1, 2])
  // On a server that others write to, it may have to be counted again.
  if (given.kind === 'embedded') expect(counts).toBe(2)
  // The same row, of another kind.
  await save([message('A2', { text: 'here it is' })])
  expect([await total(false), await total(true)]).toEqual([2, 2])
  await rowsOf(database.db, sql`delete from messages where message_id = 'A1'`)
  expect([await total(false), await total(true)]).toEqual([1, 1])
})

test('a conversation is found by its row as it is found whole', async ({ makeDatabase }) => {
  const given = await makeDatabase('postgres')
  const { chat, save } = await writing(given.store, { title: 'Ana', jid: '15550100001@c.us', lid: '77@lid' })
  await writing(given.store, { title: 'Empty', jid: '15550100002@c.us' })
  await save([message('A1')])
  const reader = makeReader(given.database)
  for (const id of [chat.externalId, '77@lid']) expect(await reader.chatRow(account, id), id).toBe(chat.id)
  expect([await reader.chatRow(account, '15550100002@c.us'), await reader.chatRow('other', '77@lid')]).toEqual([null, null])
})
