/** What a person can ask of `sync` and of its settings. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expectedRows } from '../sim/truth.ts'
import { type Account, expect, test } from './account.ts'
import { account as accountOf, ada, bela, carl, direct, group, me, photo, said, talk } from './scene.ts'

async function sync(account: Account, ...args: string[]) {
  const { status, stdout, stderr } = await account.run('sync', '--json', ...args)
  expect(stdout, stderr).toMatch(/^\{/)
  return { exit: status, ...JSON.parse(stdout) }
}

const perChat = 'select c.title, count(*)::int as n from messages m join chats c on c.id = m.chat_id group by c.title order by c.title'

test('--chat reads only the chats that are called so, by title, number or id; a name that nobody has is said', async ({ makeAccount }) => {
  const scenario = accountOf(
    direct(ada, talk(ada, 3, 30)),
    direct({ ...bela, saved: false }, talk(bela, 3, 26)),
    group('Choir on Tuesdays', 1, [ada, carl], talk(carl, 3, 40)),
  )
  const account = await makeAccount('postgres', { scenario, profile: 'E5' })
  expect(await sync(account, '--chat', 'Ada Wintermoor', '--chat', '+44 7700-900102')).toMatchObject({
    exit: 0,
    chats: { listed: 3, opened: 2 },
  })
  const numbered = '+44 7700 900102'
  expect(await account.rows(perChat)).toEqual([
    { title: numbered, n: 3 },
    { title: 'Ada Wintermoor', n: 3 },
  ])
  const [chat] = await account.rows<{ id: string }>(`select external_id as id from chats where title = 'Ada Wintermoor'`)
  expect(chat?.id).toMatch(/@/)
  expect(await sync(account, '--chat', chat?.id ?? '', '--full')).toMatchObject({
    exit: 0,
    chats: { opened: 1 },
    messages: { seen: 3, inserted: 0 },
  })

  const { status, stderr } = await account.run('sync', '--chat', 'Nobody at all')
  expect([status, stderr]).toEqual([64, expect.stringMatching(/"Nobody at all".*no chat of the list/)])
  expect(account.sim.recorded.filter(event => event.type === 'chat_opened' && event.chat === '120363000000000001@g.us')).toEqual([])
})

test('--lookback-days moves the window down later, --dry-run shows what that would bring and writes nothing', async ({ makeAccount }) => {
  const scenario = accountOf(
    direct(ada, [
      said(ada, 24 * 40),
      said(me, 24 * 20, { kind: 'image', text: null, images: [photo(1)] }),
      said(ada, 24 * 3),
      said(ada, 5, { kind: 'image', text: null, images: [photo(2)] }),
    ]),
    direct(bela, [said(bela, 24 * 10), said(bela, 24 * 9)]),
  )
  const account = await makeAccount('embedded', { scenario }, { firstStart: true })
  const attachments = join(account.dataDir, 'attachments')
  const dry = await sync(account, '--dry-run', '--lookback-days', '7')
  expect(dry).toMatchObject({ exit: 0, status: 'complete', messages: { inserted: 2 }, attachments: { saved: 1 } })
  const held = `select (select count(*)::int from messages) as messages, (select count(*)::int from chats) as chats, (select count(*)::int from sync_runs) as runs,
    (select count(*)::int from events) as events, (select count(*)::int from chat_coverage) as coverage, (select count(*)::int from sync_state) as state`
  expect(await account.rows(held)).toEqual([{ messages: 0, chats: 0, runs: 0, events: 0, coverage: 0, state: 0 }])
  expect(existsSync(join(attachments, 'sha256'))).toBe(false)

  expect(await sync(account, '--lookback-days', '7')).toMatchObject({
    exit: 0,
    chats: { opened: 1 },
    messages: { inserted: 2 },
    attachments: { saved: 1 },
  })
  expect(await account.rows(perChat)).toEqual([{ title: 'Ada Wintermoor', n: 2 }])
  expect(await sync(account)).toMatchObject({ exit: 0, chats: { opened: 2 }, messages: { inserted: 3 }, attachments: { saved: 1 } })
  const since = new Date(Date.now() - 30 * 24 * 60 * 60 * 1000)
  expect(await account.rows('select id from messages')).toHaveLength(expectedRows(account.sim.scenario, { since }).length)
})

test('bad settings and bad usage end with status 64, each one named, before anything is touched', async ({ makeAccount }) => {
  const account = await makeAccount('embedded', { scenario: accountOf() }, { firstStart: true })
  Object.assign(account.env, {
    WHATSAPP_SYNC_LOOKBACK_DAYS: 'a month',
    WHATSAPP_UNREAD_POLICY: 'perhaps',
    HTTP_PORT: '80800',
    PG_URL: 'mysql://root:geheim@db/x',
  })
  for (const command of ['sync', 'start']) {
    const { status, stdout, stderr } = await account.run(command)
    expect([status, stdout]).toEqual([64, ''])
    for (const part of ['WHATSAPP_SYNC_LOOKBACK_DAYS="a month"', 'WHATSAPP_UNREAD_POLICY="perhaps"', 'HTTP_PORT="80800"', 'PG_URL']) {
      expect(stderr).toContain(part)
    }
    expect(stderr).not.toContain('geheim')
  }
  for (const args of [['sync', '--lookback-days', '0'], ['sync', '--nonsense'], ['no-such-command']]) {
    expect((await account.run(...args)).status, args.join(' ')).toBe(64)
  }
  expect(existsSync(join(account.dataDir, 'pglite'))).toBe(false)
  expect(account.sim.recorded).toEqual([])
})

test('with the unread policy "skip" a chat with unread messages stays closed and is reported, until its owner has read it', async ({
  makeAccount,
}) => {
  const unread = { ...direct(bela, talk(bela, 3, 26)), unread: 2 }
  const account = await makeAccount('postgres', { scenario: accountOf(direct(ada, talk(ada, 3, 30)), unread) })
  Object.assign(account.env, { WHATSAPP_UNREAD_POLICY: 'skip' })
  expect(await sync(account)).toMatchObject({
    exit: 2,
    status: 'incomplete',
    chats: { opened: 1, incomplete: 1 },
    incomplete: [{ chat: 'Bela Fernkamp', reason: 'unread_policy' }],
  })
  expect(account.sim.recorded.filter(event => event.type === 'chat_opened').map(event => event.chat)).toEqual([`${ada.phone}@c.us`])
  const row = `select unread, preview, incomplete_reason as reason from chats where title = 'Bela Fernkamp'`
  expect(await account.rows(row)).toEqual([{ unread: 2, preview: expect.stringContaining('Bela Fernkamp'), reason: 'unread_policy' }])
  unread.unread = 0
  expect(await sync(account)).toMatchObject({ exit: 0, chats: { opened: 1 }, incomplete: [] })
})

test('two chats of one title stay two; where the phone holds more of the window, that chat is incomplete with the reason', async ({
  makeAccount,
}) => {
  const namesake = { ...carl, name: ada.name }
  const scenario = accountOf(direct(ada, talk(ada, 3, 30)), direct(namesake, talk(namesake, 4, 26)), {
    ...direct(bela, talk(bela, 3, 40)),
    historyEnd: 'phone_has_more' as const,
  })
  const account = await makeAccount('postgres', { scenario })
  const partial = { exit: 2, status: 'incomplete', incomplete: [{ chat: 'Bela Fernkamp', reason: 'phone_has_more' }] }
  expect(await sync(account)).toMatchObject({ ...partial, messages: { inserted: 10 } })
  const sizes = 'select count(*)::int as n from messages group by chat_id order by n'
  expect(await account.rows(sizes)).toEqual([{ n: 3 }, { n: 3 }, { n: 4 }])
  const edge = `select v.from_edge, c.incomplete_reason from chat_coverage v join chats c on c.id = v.chat_id where c.title = 'Bela Fernkamp'`
  expect(await account.rows(edge)).toEqual([{ from_edge: 'phone_has_more', incomplete_reason: 'phone_has_more' }])
  expect(account.sim.recorded.filter(event => event.type === 'history_request')).toEqual([])

  expect(await sync(account)).toMatchObject({ ...partial, messages: { inserted: 0, updated: 0 } })
  expect(await account.rows(sizes)).toEqual([{ n: 3 }, { n: 3 }, { n: 4 }])
})
