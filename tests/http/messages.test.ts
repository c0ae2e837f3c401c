import { sql } from 'drizzle-orm'
import { message, writing } from '../db/given.ts'
import { expect, onBoth, test } from '../support/database.ts'
import { asking, sessionOn } from './asking.ts'

const at = (day: number, minute = 0) => new Date(Date.UTC(2026, 1, day, 10, minute)).toISOString()
const ids = (answer: { messages: { id: string }[] }) => answer.messages.map(({ id }) => id.split('/').at(-1))

onBoth('without parameters the whole window comes, oldest first, with the conversations it belongs to', async given => {
  const ana = await writing(given.store, { title: 'Ana', jid: '15550100001@c.us' })
  const club = await writing(given.store, { title: 'Chess club', isGroup: true, jid: '120363000000000001@g.us' })
  await ana.save([
    message('A2', { ts: at(11), text: 'second', direction: 'out' }),
    message('A1', { ts: at(10), text: 'first 😀\nline', edited: true, reactions: [{ emoji: '👍', count: 2 }] }),
  ])
  await club.save([message('B1', { ts: at(12), senderId: 'Bo', senderName: 'Bo', text: null, kind: 'image' })])
  const { get } = await asking(sessionOn(given))
  const answer = await get('/messages')
  expect(ids(answer)).toEqual(['A1', 'A2', 'B1'])
  expect(answer.next_cursor).toBeNull()
  expect(answer.messages[0]).toMatchObject({
    conversation_id: '15550100001@c.us',
    conversation_name: 'Ana',
    date: '2026-02-10T10:00:00.000Z',
    text: 'first 😀\nline',
    from_user: false,
    sender_id: '15550100001@c.us',
    source: 'whatsapp',
    is_edited: true,
    reactions: [{ emoji: '👍', count: 2 }],
  })
  expect(answer.messages[1].from_user).toBe(true)
  expect(answer.messages[2].text).toBe('')
  expect(answer.conversations.map((chat: { name: string }) => chat.name)).toEqual(['Chess club', 'Ana'])
  expect(answer.conversations[1]).toMatchObject({
    id: '15550100001@c.us',
    last_message: { id: answer.messages[1].id, date: at(11), text: 'second' },
    last_updated: at(11),
    total_messages: 2,
  })
})

onBoth('since counts, until does not; both are read with any offset and as epoch seconds', async given => {
  const { save } = await writing(given.store)
  await save([10, 11, 12, 13].map(day => message(`M${day}`, { ts: at(day) })))
  const { get } = await asking(sessionOn(given))
  const between = async (since: string, until: string) =>
    ids(await get(`/messages?since=${encodeURIComponent(since)}&until=${encodeURIComponent(until)}`))
  expect(await between('2026-02-11T10:00:00Z', '2026-02-13T10:00:00Z')).toEqual(['M11', 'M12'])
  expect(await between('2026-02-11T13:00:00+03:00', '2026-02-13T04:30:00-0530')).toEqual(['M11', 'M12'])
  expect(await between(String(Date.parse(at(11)) / 1000), `${Date.parse(at(12)) / 1000}.5`)).toEqual(['M11', 'M12'])
  expect(ids(await get('/messages?since=2026-02-11 11:00:00+01:00'))).toEqual(['M11', 'M12', 'M13'])
  expect(ids(await get('/messages?until=2026-02-11'))).toEqual(['M10'])
})

test('what is older than the window is given only when since asks for it', async ({ makeDatabase }) => {
  const given = await makeDatabase('postgres')
  const { save } = await writing(given.store)
  await save([message('old', { ts: '2026-01-05T10:00:00.000Z' }), message('new', { ts: at(10) })], { since: '2026-01-01T00:00:00.000Z' })
  const { get } = await asking(sessionOn(given))
  expect(ids(await get('/messages'))).toEqual(['new'])
  expect(ids(await get('/messages?since=2026-01-01'))).toEqual(['old', 'new'])
})

onBoth('a walk by cursor gives everything once, in both orders, with equal times, while messages are stored', async given => {
  const { save } = await writing(given.store)
  const first = Array.from({ length: 60 }, (_, index) => message(`M${index}`, { ts: at(10 + (index % 3), 0) }))
  await save(first)
  const { get } = await asking(sessionOn(given))
  let stored = 60
  for (const order of ['asc', 'desc']) {
    const seen: (string | undefined)[] = []
    const expected = stored
    let cursor = ''
    for (let page = 0; page === 0 || cursor !== ''; page++) {
      const answer = await get(`/messages?limit=7&order=${order}${cursor}`)
      seen.push(...ids(answer))
      cursor = answer.next_cursor === null ? '' : `&cursor=${answer.next_cursor}`
      // Before, behind and between what was given already.
      if (page < 5) await save([10, 11, 12].map(day => message(`N${stored++}`, { ts: at(day, page - 2) })))
    }
    expect(stored).toBe(expected + 15)
    expect(seen.length).toBe(stored)
    expect(new Set(seen).size).toBe(stored)
  }
  const page = await get('/messages?limit=60')
  const again = await get(`/messages?limit=60&cursor=${page.next_cursor}`)
  expect([...ids(page), ...ids(again)].length).toBe(stored)
})

onBoth('conversation, kind and system messages can be chosen', async given => {
  const ana = await writing(given.store, { title: 'Ana', lid: '77@lid' })
  const bo = await writing(given.store, { title: 'Bo' })
  await ana.save([
    message('A1', { ts: at(10) }),
    message('A2', { ts: at(11), kind: 'call', text: null }),
    message('A3', { ts: at(12), kind: 'image', text: null }),
  ])
  await bo.save([message('B1', { ts: at(13), kind: 'voice', text: null })])
  const { get } = await asking(sessionOn(given))
  expect(ids(await get('/messages'))).toEqual(['A1', 'A3', 'B1'])
  expect(ids(await get('/messages?include_system=true'))).toEqual(['A1', 'A2', 'A3', 'B1'])
  expect(ids(await get('/messages?kind=voice,%20image'))).toEqual(['A3', 'B1'])
  expect(ids(await get('/messages?kind=call'))).toEqual(['A2'])
  expect(ids(await get('/messages?conversation_id=77@lid'))).toEqual(['A1', 'A3'])
  expect((await get('/messages?conversation_id=77@lid')).conversations).toMatchObject([{ name: 'Ana', total_messages: 2 }])
  expect((await get('/messages?include_system=1')).conversations[1]).toMatchObject({ name: 'Ana', total_messages: 3 })
  expect((await get('/messages?conversation_id=nobody', 404)).error.code).toBe('unknown_conversation')
})

test('addresses become [URL] where that is asked for, and only there', async ({ makeDatabase }) => {
  const given = await makeDatabase('postgres')
  const { save } = await writing(given.store)
  await save([
    message('M1', {
      ts: at(10),
      text: 'see https://a.example/x?y=(z). And www.b.example!',
      quoted: { text: 'http://c.example', sender: 'Bo', messageId: null },
      details: {
        typed: '*https://a.example*',
        links: ['https://a.example/x?y=(z)'],
        poll: { question: 'https://d.example?', options: [{ text: 'www.e.example', votes: 1 }] },
      },
    }),
  ])
  const { get } = await asking(sessionOn(given))
  const { messages, conversations } = await get('/messages?clean_urls=true')
  expect(messages[0]).toMatchObject({ text: 'see [URL]. And [URL]!', quoted: { text: '[URL]' }, details: { typed: '*[URL]*' } })
  expect(messages[0].details.poll).toEqual({ question: '[URL]?', options: [{ text: '[URL]', votes: 1 }] })
  expect(JSON.stringify([messages, conversations])).not.toContain('.example')
  expect((await get('/messages')).messages[0].text).toContain('https://a.example/x?y=(z).')
})

onBoth('text that the database cannot hold comes back as it was', async given => {
  const text = 'nul \0 lone \ud800 mark \uf5c0 end'
  const { save } = await writing(given.store, { title: 'T\0' })
  await save([message('M1', { ts: at(10), text, details: { links: ['\uf5c0'] } })])
  const { get } = await asking(sessionOn(given))
  const { messages, conversations } = await get('/messages')
  expect([messages[0].text, messages[0].conversation_name, messages[0].details.links[0]]).toEqual([text, 'T\0', '\uf5c0'])
  expect([conversations[0].name, conversations[0].last_message.text]).toEqual(['T\0', text])
})

/** A cursor with instants in it that there never were. */
function forgeries(cursor: string): string[] {
  const place = JSON.parse(Buffer.from(cursor, 'base64url').toString())
  const forged = [
    { ...place, since: '2026-02-30T00:00:00.000Z' },
    { ...place, after: { ...place.after, at: '2026-01-01T24:61:00.000000Z' } },
  ]
  return forged.map(one => Buffer.from(JSON.stringify(one)).toString('base64url'))
}

test('parameters that say nothing change nothing: empty bounds, and those that keep caches off', async ({ makeDatabase }) => {
  const given = await makeDatabase('postgres')
  const { save } = await writing(given.store)
  await save([message('M1', { ts: at(10), text: 'see https://a.example/b' })])
  const { get } = await asking(sessionOn(given))
  expect(await get('/messages?since=&until=&_=1772265600&_t=x')).toEqual(await get('/messages'))
  expect((await get('/messages?clean_urls=True')).messages[0].text).toBe('see [URL]')
})

test('wrong parameters are told with what was expected', async ({ makeDatabase }) => {
  const given = await makeDatabase('postgres')
  const { save } = await writing(given.store)
  await save([message('M1', { ts: at(10) }), message('M2', { ts: at(11) })])
  const { get } = await asking(sessionOn(given))
  const { next_cursor } = await get('/messages?limit=1')
  const wrong: [query: string, said: RegExp][] = [
    ['since=yesterday', /^since="yesterday": expected ISO 8601/],
    ['since=1772265600000', /since=.*seconds since 1970/],
    ['until=2026-02-30T10:00:00Z', /until=.*expected/],
    ['since=2026-02-11&until=2026-02-10', /not before since/],
    ['limit=0', /limit="0": expected a whole number from 1 to/],
    ['limit=1e3', /limit=/],
    ['order=newest', /order="newest": expected one of asc, desc/],
    ['kind=text,song', /kind=.*one or more of text, image/],
    ['clean_urls=maybe', /clean_urls="maybe": expected true or false/],
    ['untill=2026-02-10', /"untill" is not known as parameter: expected since, until/],
    ['limit=1&limit=2', /limit: expected once/],
    ['cursor=abc', /cursor: expected a next_cursor/],
    [`cursor=${next_cursor}&order=desc`, /order: expected the same/],
    ['session_id=../x', /session_id=/],
    ...forgeries(next_cursor).map((cursor): [string, RegExp] => [`cursor=${cursor}`, /cursor: expected a next_cursor/]),
  ]
  for (const [query, said] of wrong) expect((await get(`/messages?${query}`, 400)).error.message, query).toMatch(said)
  expect((await get('/messages?session_id=other', 404)).error.code).toBe('unknown_session')
})

onBoth('an answer is fetched in pieces, as fast as it is read, and no further once the reader has gone', async given => {
  const { chat } = await writing(given.store)
  await given.database.db.execute(sql`insert into messages (account_id, external_id, thread_external_id, chat_id, message_id, ts, ts_precision, is_outgoing, kind, content_snippet)
    select 'default', 'k/' || i, 'k', ${chat.id}, 'm' || i, '2026-02-10T10:00:00Z'::timestamptz + i * interval '1 second', 'second', false, 'text', repeat('x', 2000)
    from generate_series(1, 6000) i`)
  let asked = 0
  const session = sessionOn(given)
  const reader = session.reader()
  const counted: typeof reader = {
    ...reader,
    messages: page => {
      asked++
      return reader.messages(page)
    },
  }
  const { app } = await asking({ ...session, reader: () => counted })
  const address = await app.listen({ host: '127.0.0.1', port: 0 })
  try {
    const whole = (await (await fetch(`${address}/messages`)).json()) as { messages: unknown[] }
    expect([whole.messages.length, asked]).toEqual([6000, 13])
    asked = 0
    const leaving = new AbortController()
    const response = await fetch(`${address}/messages`, { signal: leaving.signal })
    await response.body?.getReader().read()
    leaving.abort()
    await app.close()
    expect(asked).toBeLessThan(12)
  } finally {
    await app.close()
  }
})
