import { sql } from 'drizzle-orm'
import { message, writing } from '../db/given.ts'
import { expect, onBoth } from '../support/database.ts'
import { asking, sessionOn } from './asking.ts'

interface Found {
  matched_by: string
  results: { message: { id: string }; snippet: { text: string; match: boolean }[] }[]
  next_cursor: string | null
}
const ids = ({ results }: Found) => results.map(({ message }) => message.id.split('/').at(-1))
const marked = ({ results }: Found) => results[0]?.snippet.filter(({ match }) => match).map(({ text }) => text)

const texts: Record<string, string> = {
  en: 'Shall we meet at the Wintermoor station on Friday?',
  de: 'Das Ärgernis mit der Straßenbahn',
  ru: 'Завтра поедем на дачу',
  ar: 'نلتقي غدا في المحطة',
  he: 'נפגש מחר בתחנה',
  hi: 'कल स्टेशन पर मिलते हैं',
  ja: '明日は東京駅で会いましょう',
  zh: '我们明天在北京火车站见面',
  ko: '내일 학교에서 만나요',
  th: 'พรุ่งนี้เจอกันที่สถานีรถไฟ',
  emoji: 'well done 🎉🎉',
  url: 'see https://maps.example/place?id=42 for the way',
  like: '100% sure_thing',
}

/** `any`: it depends on the locale of the database whether a sign is a word. */
const table: [q: string, found: string[], by: 'words' | 'parts' | 'any'][] = [
  ['wintermoor', ['en'], 'words'],
  ['winter', ['en'], 'words'],
  ['friday station', ['en'], 'words'],
  ['ntermoo', ['en'], 'parts'],
  ['ärgernis', ['de'], 'words'],
  ['STRASSENBAHN', [], 'parts'],
  ['straßenbahn', ['de'], 'words'],
  ['завтра', ['ru'], 'words'],
  ['ЗАВТРА', ['ru'], 'words'],
  ['المحطة', ['ar'], 'words'],
  ['בתחנה', ['he'], 'words'],
  ['स्टेशन', ['hi'], 'words'],
  ['東京', ['ja'], 'words'],
  ['東駅', [], 'parts'],
  ['北京 明天', ['zh'], 'words'],
  ['학교', ['ko'], 'words'],
  ['รถไฟ', ['th'], 'words'],
  ['🎉', ['emoji'], 'any'],
  ['maps.example', ['url'], 'words'],
  ['0% sure_', ['like'], 'parts'],
  ['%', ['like'], 'parts'],
  ["'); drop table messages; --", [], 'parts'],
  ['nothing-like-it', [], 'parts'],
]

onBoth('words of every script are found, whole, begun, or in parts', async given => {
  const { save } = await writing(given.store)
  await save(Object.entries(texts).map(([id, text]) => message(id, { text })))
  const { get } = await asking(sessionOn(given))
  for (const [q, found, by] of table) {
    const answer: Found = await get(`/search?q=${encodeURIComponent(q)}`)
    expect([ids(answer), by === 'any' ? by : answer.matched_by], q).toEqual([found, by])
  }
  expect(marked(await get(`/search?q=${encodeURIComponent('北京 明天')}`))).toEqual(['明天', '北京'])
  expect(marked(await get('/search?q=friday%20winter'))).toEqual(['Winter', 'Friday'])
  const status = await get('/status')
  expect(status.search).toBe(given.kind === 'embedded' ? 'trigrams' : status.search)
  // A server without pg_trgm finds the same.
  await given.database.db.execute(sql`drop index if exists messages_trigrams`)
  expect(ids(await get('/search?q=ntermoo'))).toEqual(['en'])
  expect((await get('/status')).search).toBe('scan')
  for (const [query, said] of [
    ['', /q is missing/],
    ['q=', /q=""/],
    ['q=%20', /1 to 200/],
    [`q=${'a%20b%20'.repeat(6)}c&limit=1000`, /limit/],
    [`q=${[...'abcdefghijkl'].join('%20')}`, /at most 10 words/],
  ] as const)
    expect((await get(`/search?${query}`, 400)).error.message, query).toMatch(said)
})

onBoth('what was found is walked from the newest, once, within a conversation and a time', async given => {
  const ana = await writing(given.store, { title: 'Ana' })
  const bo = await writing(given.store, { title: 'Bo' })
  const day = (n: number) => new Date(Date.UTC(2026, 1, n)).toISOString()
  await ana.save([10, 11, 12, 13, 14].map(n => message(`A${n}`, { ts: day(n), text: `the word ${'long '.repeat(80)} word` })))
  await bo.save([message('B1', { ts: day(15), text: 'Word <b>&amp;' })])
  const { get } = await asking(sessionOn(given))
  const walked = []
  let cursor = ''
  do {
    const answer: Found = await get(`/search?q=word&limit=2${cursor}`)
    walked.push(...ids(answer))
    cursor = answer.next_cursor === null ? '' : `&cursor=${answer.next_cursor}`
    await bo.save([message(`L${walked.length}`, { ts: day(20), text: 'a late word' })])
  } while (cursor !== '')
  expect(walked).toEqual(['B1', 'A14', 'A13', 'A12', 'A11', 'A10'])
  const { results }: Found = await get(`/search?q=word&until=${day(16)}&limit=1`)
  expect(results[0]?.snippet).toEqual([
    { text: 'Word', match: true },
    { text: ' <b>&amp;', match: false },
  ])
  const inAna: Found = await get(
    `/search?q=word&conversation_id=${encodeURIComponent(ana.chat.externalId)}&since=${day(12)}&until=${day(14)}`,
  )
  expect(ids(inAna)).toEqual(['A13', 'A12'])
  expect(inAna.results[0]?.snippet.at(-1)).toEqual({ text: '…', match: false })
  await get('/search?q=word&conversation_id=nobody', 404)
})
