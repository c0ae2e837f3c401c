/** `sync --ask-phone`: what only the phone holds, fetched because a person said so. Without the flag nothing is asked: options.spec.ts, main-job.spec.ts. */
import { expectedRows } from '../sim/truth.ts'
import { expect, test } from './account.ts'
import { expectMessages, messagesQuery } from './expectation.ts'
import { account as accountOf, ada, bela, direct, talk } from './scene.ts'

const requests = (account: { sim: { recorded: readonly { type: string }[] } }) =>
  account.sim.recorded.filter(event => event.type === 'history_request').length

test('with --ask-phone a chat is completed from the phone down to the edge of the window; a phone that does not answer changes nothing', async ({
  makeAccount,
}) => {
  // 55 of the 120 older messages lie inside the window (the next is six hours beyond its edge): two pages of 50 reach it, a third is never asked for.
  const older = talk(bela, 120, 66, 12)
  const held = { ...direct(bela, talk(bela, 4, 20)), historyEnd: 'phone_has_more' as const, phoneHolds: older }
  const account = await makeAccount('postgres', {
    scenario: accountOf(direct(ada, talk(ada, 3, 30)), held),
    latency: { bootMs: 100, phoneMs: 200 },
  })
  const stored = () => account.rows<Parameters<typeof expectMessages>[0][number]>(messagesQuery)
  const since = new Date(Date.now() - 30 * 24 * 60 * 60 * 1000)

  account.sim.phone.reach(false)
  const asleep = await account.run('sync', '--json', '--ask-phone')
  expect([asleep.status, JSON.parse(asleep.stdout)], asleep.stderr).toMatchObject([
    2,
    { messages: { inserted: 7 }, incomplete: [{ chat: bela.name, reason: 'phone_has_more' }] },
  ])
  expect(requests(account)).toBe(1)

  account.sim.phone.reach(true)
  const awake = await account.run('sync', '--json', '--ask-phone')
  expect([awake.status, JSON.parse(awake.stdout)], awake.stderr).toMatchObject([0, { status: 'complete', incomplete: [] }])
  expect(requests(account)).toBe(3)
  const expected = expectedRows(account.sim.scenario, { since })
  expect(expected.length).toBeGreaterThan(57)
  expectMessages(await stored(), expected)
  expect(
    await account.rows(`select v.from_edge from chat_coverage v join chats c on c.id = v.chat_id where c.title = '${bela.name}'`),
  ).toEqual([{ from_edge: 'window_edge' }])
})
