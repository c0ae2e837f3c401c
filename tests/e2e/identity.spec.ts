/** One message is one row, whatever page shows it: ids packed or bare, threads by number or by LID, with IndexedDB and without. */
import { profiles, type Switches } from '../sim/app/switches.ts'
import type { Scenario } from '../sim/app/types.ts'
import { expectedRows } from '../sim/truth.ts'
import { type Account, expect, test } from './account.ts'
import { expectMessages, messagesQuery, type StoredMessage } from './expectation.ts'
import { account as accountOf, ada, bela, carl, direct, group, me, said, talk } from './scene.ts'

const month = 30 * 24 * 60 * 60 * 1000
const namesake = { ...ada, phone: '5511900000077', lid: '100000000000077@lid' }

/** Two people and two groups of one name each, and ordinary chats beside them. */
function scenario(): Scenario {
  return accountOf(
    direct(ada, [...talk(ada, 8, 27), said(ada, 3)]),
    direct(namesake, [...talk(namesake, 6, 31), said(me, 4)]),
    direct(bela, talk(bela, 5, 2)),
    group('Choir on Tuesdays', 1, [ada, carl], [...talk(carl, 6, 30), said(ada, 5)]),
    group('Choir on Tuesdays', 2, [bela, carl], talk(bela, 4, 40)),
  )
}

const before = { ...profiles.E4, idb: 'none' } as const
const numbered = { ...profiles.E5, idb: 'none' } as const
const bare = { ...profiles.E7, idb: 'none' } as const
const half = { ...profiles.E7, idb: 'partial' } as const
const whole = { ...profiles.E7, idb: 'full' } as const

const ways: { name: string; steps: readonly Switches[] }[] = [
  { name: 'numbers, then LIDs in the ids, then bare ids with IndexedDB', steps: [before, numbered, whole] },
  { name: 'titles only, then IndexedDB in part, then in full', steps: [bare, half, whole] },
  { name: 'numbers, then bare ids without IndexedDB, then with it', steps: [before, bare, whole] },
  { name: 'titles only, then numbers, then titles only again', steps: [bare, before, bare] },
  { name: 'IndexedDB in full, then nothing but titles, then LIDs in the ids', steps: [whole, bare, numbered] },
]

const ids = 'select id, external_id from messages order by id'

async function sync(account: Account) {
  const { status, stdout, stderr } = await account.run('sync', '--json', '--full')
  expect(stdout, stderr).toMatch(/^\{/)
  return { exit: status, ...JSON.parse(stdout) }
}

/** Read only by `npm run test:full`: the third and later ways. */
const full = process.env.TEST_FULL === '1'

for (const { name, steps } of full ? ways : ways.slice(0, 2)) {
  test(`an account keeps one row for each message through the years (${name})`, async ({ makeAccount }) => {
    const account = await makeAccount('postgres', { scenario: scenario(), switches: steps[0] as Switches })
    let known: { id: number; external_id: string }[] = []
    for (const [index, step] of steps.entries()) {
      account.sim.set(step)
      const chat = account.sim.scenario.chats[index]?.id ?? ''
      const fresh = index === 0 ? [] : [await account.sim.say(chat, { text: `new in step ${index}` })]
      expect(await sync(account), `step ${index}`).toMatchObject({ exit: 0, messages: { rejected: 0 } })
      const expected = expectedRows(account.sim.scenario, { since: new Date(Date.now() - month) })
      expectMessages(await account.rows<StoredMessage>(messagesQuery), expected)
      const rows = await account.rows<{ id: number; external_id: string }>(ids)
      expect(rows.slice(0, known.length), `step ${index}: rows and ids as they were`).toEqual(known)
      expect(rows).toHaveLength((known.length || expected.length) + fresh.length)
      known = rows
    }
    const [chats] = await account.rows<{ count: number }>('select count(*)::int as count from chats')
    expect(chats?.count).toBe(account.sim.scenario.chats.length)
  })
}

test('the same message id in two chats is two rows, each with its own text', async ({ makeAccount }) => {
  const one = said(ada, 3, { text: 'mine' })
  const two = said(bela, 3, { text: 'not mine', id: one.id })
  for (const switches of [whole, bare]) {
    const account = await makeAccount('postgres', {
      scenario: accountOf(direct(ada, [...talk(ada, 4, 20), one]), direct(bela, [...talk(bela, 4, 22), two])),
      switches,
    })
    expect(await sync(account)).toMatchObject({ exit: 0, messages: { rejected: 0 } })
    const rows = await account.rows<{ title: string; text: string; direction: boolean }>(
      `select c.title, m.content_snippet as text from messages m join chats c on c.id = m.chat_id where m.message_id = '${one.id}' order by c.title`,
    )
    expect(rows).toEqual([
      { title: ada.name, text: 'mine' },
      { title: bela.name, text: 'not mine' },
    ])
  }
})
