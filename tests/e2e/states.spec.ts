/** The account is not there to be read: each state ends or waits as it should, says what to do, and touches no row. */
import { type Account, expect, test } from './account.ts'
import { attachmentsQuery, messagesQuery } from './expectation.ts'
import { account as accountOf, ada, bela, direct, photo, said, talk } from './scene.ts'

const scenario = () => accountOf(direct(ada, talk(ada, 4, 30)), direct(bela, talk(bela, 3, 26)))

async function runs(account: Account): Promise<{ status: string; error: string | null }[]> {
  return account.rows('select status, error from sync_runs order by started_at')
}

const held = 'select (select count(*)::int from messages) as messages, (select count(*)::int from chats) as chats'
const nothing = [{ messages: 0, chats: 0 }]
const clicks = ({ sim }: Account) => sim.recorded.filter(event => ['click', 'key', 'use_here'].includes(event.type))

test('a profile that is not paired ends a sync with status 3 and the command to run', async ({ makeAccount }) => {
  const account = await makeAccount('postgres', { scenario: scenario(), paired: false })
  const { status, stdout, stderr } = await account.run('sync', '--json')
  expect(status).toBe(3)
  expect(JSON.parse(stdout)).toMatchObject({ status: 'login_required', chats: { listed: 0 } })
  expect(stderr).toMatch(/not paired.*`whatsapp-etl pair`/)
  expect(await runs(account)).toEqual([{ status: 'login_required', error: 'login_required' }])
  expect(await account.rows(held)).toEqual(nothing)
  expect(clicks(account)).toEqual([])
})

test('a worker that is not paired waits and starts by itself once the phone has scanned the code, and again after the phone ended the session; history that is gone then stays stored', async ({
  makeAccount,
}) => {
  const pictured = said(ada, 3, { kind: 'image', text: 'the harbour', images: [photo(1)] })
  const account = await makeAccount('postgres', {
    scenario: accountOf(direct(ada, [...talk(ada, 3, 30), pictured]), direct(bela, talk(bela, 3, 26))),
    paired: false,
  })
  Object.assign(account.env, { HTTP_PORT: '0' })
  const worker = account.start('start')
  const { address } = JSON.parse(await worker.line(/"HTTP server listening"/)) as { address: string }
  await worker.line(/pairing needed/)
  const health = await (await fetch(new URL('/health', address))).json()
  expect(health).toMatchObject({ status: 'degraded', session: { status: 'pairing' }, problems: [{ code: 'pairing_needed' }] })
  const refused = await account.run('sync')
  expect([refused.status, refused.stderr]).toEqual([1, expect.stringContaining(`in use by process ${worker.process.pid} on this host`)])
  await account.sim.phone.scan()
  await worker.line(/"msg":"cycle ended"/)
  expect(await (await fetch(new URL('/health', address))).json()).toMatchObject({
    status: 'ok',
    session: { status: 'logged_in' },
    problems: [],
  })
  expect(await account.rows(held)).toEqual([{ messages: 7, chats: 2 }])

  // The phone ends the session: the worker notices by itself and says that, not that it was never paired.
  account.sim.phone.logout()
  await worker.line(/"event":"session.expired"/)
  expect(await (await fetch(new URL('/health', address))).json()).toMatchObject({
    session: { status: 'expired' },
    problems: [{ code: 'session_expired' }],
  })

  // Linked anew, the phone gives one old message of each chat, and no picture any more. What was stored stays as it is, once.
  const stored = await account.rows<{ external_id: string }>(messagesQuery)
  const files = await account.rows(attachmentsQuery)
  for (const chat of account.sim.scenario.chats) {
    chat.messages.splice(0, chat.messages.length - 1)
    chat.historyEnd = 'phone_has_more'
    for (const image of chat.messages.flatMap(message => message.images)) Object.assign(image, { downloaded: false, gone: true })
  }
  await account.sim.say(ada.name, { text: 'linked again' })
  await account.sim.phone.scan()
  await worker.line(/"msg":"cycle ended"/, 2)
  // By that cycle, or by what watched the page before it.
  expect(await account.rows(held)).toEqual([{ messages: 8, chats: 2 }])
  expect(await (await fetch(new URL('/health', address))).json()).toMatchObject({ session: { status: 'logged_in' }, problems: [] })
  worker.process.kill('SIGTERM')
  expect((await worker.ended).status).toBe(0)
  const events = await account.rows<{ type: string }>(`select type from events where type like 'session.%' order by id`)
  expect(events.map(event => event.type).slice(0, 3)).toEqual(['session.qr', 'session.connected', 'session.expired'])
  const full = await account.run('sync', '--full', '--json')
  expect(JSON.parse(full.stdout).messages, full.stderr).toMatchObject({ inserted: 0, updated: 0 })
  const now = await account.rows<{ external_id: string }>(messagesQuery)
  expect(now).toHaveLength(8)
  expect(now.filter(row => stored.some(one => one.external_id === row.external_id))).toEqual(stored)
  expect(await account.rows(attachmentsQuery)).toEqual(files)
})

test('a notice over the chats is closed and everything is read', async ({ makeAccount }) => {
  const account = await makeAccount('postgres', { scenario: scenario() })
  account.sim.show('dialog')
  const { status, stderr } = await account.run('sync')
  expect(status, stderr).toBe(0)
  expect(account.sim.recorded.filter(event => event.type === 'dialog_dismissed')).toHaveLength(1)
  expect(await account.rows(held)).toEqual([{ messages: 7, chats: 2 }])
})

for (const [name, put, says] of [
  ['is open in another window', ({ sim }) => sim.show('other_window'), /another window/],
  ['refuses this browser', ({ sim }) => sim.show('unsupported'), /refuses this browser.*CHROMIUM_PATH/],
  ['says that the account is blocked', ({ sim }) => sim.show('blocked'), /banned, suspended or restricted.*on the phone/],
] satisfies [string, (account: Account) => void, RegExp][]) {
  test(`a page that ${name} ends a sync with status 1 and what to do; nothing is pressed`, async ({ makeAccount }) => {
    const account = await makeAccount('postgres', { scenario: scenario() })
    put(account)
    const { status, stderr } = await account.run('sync')
    expect(status).toBe(1)
    expect(stderr).toMatch(says)
    expect(await runs(account)).toEqual([expect.objectContaining({ status: 'failed' })])
    expect(await account.rows(held)).toEqual(nothing)
    expect(clicks(account)).toEqual([])
  })
}

test('a worker notices between cycles that the connection is away and that it is back', async ({ makeAccount }) => {
  const account = await makeAccount('postgres', { scenario: scenario() })
  Object.assign(account.env, { HTTP_PORT: '0' })
  const worker = account.start('start')
  const { address } = JSON.parse(await worker.line(/"HTTP server listening"/)) as { address: string }
  const session = async () => ((await (await fetch(new URL('/health', address))).json()) as { session: { status: string } }).session.status
  await worker.line(/"msg":"cycle ended"/)
  expect(await session()).toBe('logged_in')
  account.sim.phone.offline(true)
  await worker.line(/"event":"session.disconnected"/)
  expect(await session()).toBe('unknown')
  account.sim.phone.offline(false)
  await expect.poll(session, { timeout: 20_000 }).toBe('logged_in')
  worker.process.kill('SIGTERM')
  expect((await worker.ended).status).toBe(0)
  const events = await account.rows<{ type: string }>(`select type from events where type like 'session.%' order by id`)
  expect(events.map(event => event.type)).toEqual(['session.connected', 'session.disconnected', 'session.connected'])
})

/**
 * Read only by `npm run test:full`: the page on which every name has changed. The first test of drift.spec.ts meets the same page by the same command
 * and holds every row of every table, the record of the run, the words on stderr and the event against what was before.
 */
const full = process.env.TEST_FULL === '1'

for (const [name, prepare] of (
  [
    [
      'a page on which every name has changed',
      ({ sim, env }) => {
        sim.set({ renamed: true })
        Object.assign(env, { WHATSAPP_READY_TIMEOUT_SECONDS: '8' })
      },
    ],
    [
      'a list whose rows have no title that is known',
      ({ env }) => void Object.assign(env, { WHATSAPP_SELECTOR_FLAGS: 'chatList.title=off' }),
    ],
  ] satisfies [string, (account: Account) => void][]
).slice(full ? 0 : 1)) {
  test(`${name} ends a sync with status 4 and what to do, and touches no row`, async ({ makeAccount }) => {
    const account = await makeAccount('postgres', { scenario: scenario() })
    expect((await account.run('sync')).status).toBe(0)
    const all =
      'select id, xmin::text as version from messages union all select id, xmin::text from chats union all select id, xmin::text from chat_coverage order by 1, 2'
    const before = await account.rows(all)
    const events = await account.rows<{ n: number }>('select max(id)::int as n from events')

    prepare(account)
    const { status, stdout, stderr } = await account.run('sync', '--json')
    expect(status, stderr).toBe(4)
    expect(JSON.parse(stdout)).toMatchObject({ status: 'drift' })
    expect(stderr).toMatch(/SELECTORS_DIR|selector set/)
    expect((await runs(account)).at(-1)).toEqual({ status: 'drift', error: 'selector_drift' })
    expect(await account.rows(all)).toEqual(before)
    const told = await account.rows<{ type: string }>(`select type from events where id > ${events[0]?.n} order by id`)
    expect(told.map(event => event.type)).toContain('selectors.drift')
  })
}
