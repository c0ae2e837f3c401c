/** Completeness held against the second witness: a message that the page holds in IndexedDB and does not draw. */
import { expectedRows } from '../sim/truth.ts'
import { expect, test } from './account.ts'
import { expectMessages, messagesQuery, type StoredMessage } from './expectation.ts'
import { account, ada, bela, direct, said, talk } from './scene.ts'

test('a message that IndexedDB lists and the page does not show makes its chat incomplete until it shows', async ({ makeAccount }) => {
  const hidden = said(ada, 10)
  const scenario = account({ ...direct(ada, talk(ada, 6, 4)), storedOnly: [hidden] }, direct(bela, talk(bela, 3, 30)))
  const account0 = await makeAccount('embedded', { scenario })
  const first = await account0.run('sync', '--json')
  expect(first.status, first.stderr).toBe(2)
  expect(JSON.parse(first.stdout)).toMatchObject({ status: 'incomplete', incomplete: [{ chat: ada.name, reason: 'not_shown' }] })
  // Read once more, not opened once more.
  expect(account0.sim.recorded.filter(({ type }) => type === 'chat_opened')).toHaveLength(2)

  const [chat] = account0.sim.scenario.chats
  chat!.storedOnly = []
  chat!.messages = [...chat!.messages, hidden].sort((a, b) => (a.sentAt < b.sentAt ? -1 : 1))
  const second = await account0.run('sync', '--json')
  expect(second.status, second.stderr).toBe(0)
  const since = new Date(Date.now() - 30 * 24 * 60 * 60 * 1000)
  expectMessages(await account0.rows<StoredMessage>(messagesQuery), expectedRows(account0.sim.scenario, { since }))
})
