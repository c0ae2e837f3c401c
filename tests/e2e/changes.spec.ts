/** What happens to an account between two cycles: the second one stores exactly that, tells of it once, and leaves the rest alone. */
import { join } from 'node:path'
import { profiles } from '../sim/app/switches.ts'
import { expectedRows } from '../sim/truth.ts'
import { type Account, expect, test } from './account.ts'
import {
  attachmentsQuery,
  expectMessages,
  expectPictures,
  messagesQuery,
  type StoredAttachment,
  type StoredMessage,
} from './expectation.ts'
import { account as accountOf, ada, bela, carl, direct, group, hoursAgo, me, photo, said, talk } from './scene.ts'

const month = 30 * 24 * 60 * 60 * 1000
const expected = ({ sim }: Account) => expectedRows(sim.scenario, { since: new Date(Date.now() - month) })

async function sync(account: Account, ...args: string[]) {
  const { status, stdout, stderr } = await account.run('sync', '--json', ...args)
  expect(stdout, stderr).toMatch(/^\{/)
  return { exit: status, ...JSON.parse(stdout) }
}

/** How many events of each type the outbox holds beyond the first `after`. */
async function told(account: Account, after = 0): Promise<Record<string, number>> {
  const rows = await account.rows<{ type: string; count: number }>(
    `select type, count(*)::int as count from events where id > ${after} and (type like 'message.%' or type like 'agent.%') group by type`,
  )
  return Object.fromEntries(rows.map(row => [row.type, row.count]))
}

const lastEvent = async (account: Account) =>
  (await account.rows<{ id: number }>('select coalesce(max(id), 0)::int as id from events'))[0]?.id ?? 0

test('new, edited, deleted, ticked, reacted and late messages are stored as what they became, in the only chat that is opened', async ({
  makeAccount,
}) => {
  const edited = said(ada, 5)
  const removed = said(ada, 4)
  const sent = said(me, 3, { status: 'delivered' })
  const liked = said(ada, 2.5)
  const waiting = said(ada, 2, { kind: 'waiting', text: null })
  const scenario = accountOf(
    direct(ada, [...talk(ada, 6, 30), edited, removed, sent, liked, waiting]),
    direct(bela, talk(bela, 5, 26)),
    group('Choir on Tuesdays', 1, [ada, carl], talk(carl, 5, 50)),
  )
  const account = await makeAccount('postgres', { scenario })
  const { sim } = account
  expect(await sync(account)).toMatchObject({ exit: 0, status: 'complete', chats: { opened: 3 } })
  expectMessages(await account.rows<StoredMessage>(messagesQuery), expected(account))
  const before = await account.rows<{ id: number; external_id: string }>('select id, external_id from messages order by id')
  const after = await lastEvent(account)

  const fresh = await sim.say('Ada Wintermoor', { text: 'one more thing' })
  sim.edit('Ada Wintermoor', edited.id, 'what I meant to say')
  sim.remove('Ada Wintermoor', removed.id)
  sim.tick('Ada Wintermoor', sent.id, 'read')
  sim.react('Ada Wintermoor', liked.id, '🎉')
  sim.resolve('Ada Wintermoor', waiting.id, 'here it is at last')
  expect(await sync(account)).toMatchObject({
    exit: 0,
    chats: { listed: 3, opened: 1, skipped_unchanged: 2 },
    messages: { inserted: 1, updated: 5, rejected: 0 },
  })

  // The page no longer shows what was deleted; the row keeps it and is marked.
  const kept = { text: `said 4 hours ago by ${ada.name}`, kind: 'text' as const, deleted: true }
  const stored = await account.rows<StoredMessage>(messagesQuery)
  expectMessages(
    stored,
    expected(account).map(row => (row.messageId === removed.id ? { ...row, ...kept } : row)),
  )
  const rows = await account.rows<{ id: number; external_id: string }>('select id, external_id from messages order by id')
  expect(rows.slice(0, before.length)).toEqual(before)
  expect(rows.slice(before.length).map(row => row.external_id)).toEqual([expect.stringMatching(`/${fresh.id}$`)])
  expect(await told(account, after)).toEqual({
    'message.received': 2,
    'message.edited': 1,
    'message.deleted': 1,
    'message.read': 1,
    'message.reaction': 1,
  })

  const second = await lastEvent(account)
  expect(await sync(account)).toMatchObject({ exit: 0, messages: { inserted: 0, updated: 0 } })
  expect(await told(account, second)).toEqual({})
  expect(sim.recorded.filter(event => event.type === 'receipt')).toEqual([])
})

test('a message that comes days late changes nothing in the list, and the next cycle stores it all the same', async ({ makeAccount }) => {
  const scenario = accountOf(direct(ada, talk(ada, 60, 30)), direct(bela, talk(bela, 5, 26)))
  const account = await makeAccount('embedded', { scenario })
  expect(await sync(account)).toMatchObject({ exit: 0, chats: { opened: 2 } })
  expect(await sync(account)).toMatchObject({ exit: 0, chats: { opened: 0 } })

  await account.sim.say('Ada Wintermoor', {
    text: 'sent before the others, from a phone without a network',
    direction: 'out',
    sentAt: hoursAgo(130.5),
  })
  expect(await sync(account)).toMatchObject({ exit: 0, chats: { opened: 1, skipped_unchanged: 1 }, messages: { inserted: 1, updated: 0 } })
  expectMessages(await account.rows<StoredMessage>(messagesQuery), expected(account))
  expect(await sync(account)).toMatchObject({ exit: 0, chats: { opened: 0 } })
})

test('messages to the agent are told apart by contact, group and keyword, and told of once', async ({ makeAccount }) => {
  const scenario = accountOf(
    // Not in the address book: the page calls the chat by its number.
    direct({ ...ada, saved: false }, [said(me, 6, { text: 'remind me' }), said(ada, 5, { text: 'I shall' })]),
    group('Kenny and us', 2, [bela, carl], [said(bela, 4, { text: 'what is for lunch' })]),
    direct(bela, [
      said(bela, 3, { text: 'Kenny, look this up' }),
      said(bela, 2, { text: 'kennys are dogs' }),
      said(me, 1, { text: 'ask @Kenny' }),
    ]),
  )
  const account = await makeAccount('embedded', { scenario })
  Object.assign(account.env, {
    WHATSAPP_AGENT_CONTACT: '+55 (11) 90000-0001',
    WHATSAPP_AGENT_THREAD_NAME: 'kenny and us',
    WHATSAPP_AGENT_KEYWORDS: 'Kenny, Otto',
  })
  expect(await sync(account)).toMatchObject({ exit: 0, messages: { inserted: 6 } })
  const flagged =
    'select content_snippet as text, is_agent_channel as channel, exclude_from_automation as excluded from messages order by ts'
  expect(await account.rows(flagged)).toEqual([
    { text: 'remind me', channel: true, excluded: true },
    { text: 'I shall', channel: true, excluded: true },
    { text: 'what is for lunch', channel: true, excluded: true },
    { text: 'Kenny, look this up', channel: false, excluded: true },
    { text: 'kennys are dogs', channel: false, excluded: false },
    { text: 'ask @Kenny', channel: false, excluded: true },
  ])
  const addressed = `select m.content_snippet as text from events e join messages m on m.external_id = e.data->>'external_id'
    where e.type = 'agent.message' order by m.ts`
  const first = [{ text: 'remind me' }, { text: 'what is for lunch' }, { text: 'Kenny, look this up' }, { text: 'ask @Kenny' }]
  expect(await account.rows(addressed)).toEqual(first)

  await account.sim.say('Bela Fernkamp', { text: 'Otto, you too' })
  expect(await sync(account, '--full')).toMatchObject({ exit: 0, messages: { inserted: 1, updated: 0 } })
  expect(await account.rows(addressed)).toEqual([...first, { text: 'Otto, you too' }])
})

test('pictures that the page has not downloaded wait, and a later cycle asks the page for them by its own button', async ({
  makeAccount,
}) => {
  const recent = said(ada, 6, { kind: 'image', text: null, images: [photo(1, false)] })
  const old = said(bela, 24 * 9, { kind: 'image', text: 'long ago', images: [photo(2, false)] })
  const broken = said(ada, 4, { kind: 'image', text: 'broken', images: [photo(3, true, 'truncated')] })
  const bomb = said(ada, 3, { kind: 'image', text: 'huge', images: [photo(4, true, 'bomb')] })
  const scenario = accountOf(
    direct(ada, [...talk(ada, 4, 30), recent, broken, bomb, said(ada, 2, { kind: 'image', text: 'sound', images: [photo(5)] })]),
    direct(bela, [old, ...talk(bela, 8, 26)]),
    direct(carl, talk(carl, 4, 28)),
  )
  const account = await makeAccount('embedded', { scenario })
  const files = join(account.dataDir, 'attachments')
  expect(await sync(account)).toMatchObject({ exit: 0, messages: { rejected: 0 }, attachments: { saved: 1, pending: 2 } })
  expect(account.sim.recorded.filter(event => event.type === 'download')).toEqual([])
  expectMessages(await account.rows<StoredMessage>(messagesQuery), expected(account))
  expectPictures(await account.rows<StoredAttachment>(attachmentsQuery), expected(account), files)
  const failed = await account.rows<StoredAttachment>(`select * from attachments where status = 'failed' order by id`)
  expect(failed.map(row => ({ reason: row.reason, path: row.file_path }))).toEqual([
    { reason: expect.stringMatching(/\w/), path: null },
    { reason: expect.stringMatching(/\w/), path: null },
  ])

  expect(await sync(account)).toMatchObject({ exit: 0, chats: { opened: 2 }, attachments: { saved: 2, pending: 0 } })
  const asked = account.sim.recorded.filter(event => event.type === 'download').map(event => event.message)
  expect(asked.sort()).toEqual([recent.id, old.id].sort())
  const clicks = account.sim.recorded.filter(event => event.type === 'click' && asked.includes(event.message))
  expect(clicks.map(event => event.trusted)).toEqual([true, true])
  expectPictures(await account.rows<StoredAttachment>(attachmentsQuery), expected(account), files)

  expect(await sync(account)).toMatchObject({ exit: 0, chats: { opened: 0 } })
})

test('an account that moves from one page era to the next keeps its rows: none twice, none lost, every id as it was', async ({
  makeAccount,
}) => {
  const scenario = accountOf(
    direct(ada, [...talk(ada, 8, 27), said(ada, 3, { kind: 'image', text: null, images: [photo(7)] })]),
    direct(bela, talk(bela, 5, 2)),
    group('Choir on Tuesdays', 1, [ada, carl], [...talk(carl, 6, 30), said(ada, 5)]),
    group('Book club', 2, [bela, carl], talk(bela, 4, 40)),
  )
  const account = await makeAccount('postgres', { scenario, profile: 'E5' })
  expect(await sync(account)).toMatchObject({ exit: 0, messages: { rejected: 0 } })
  const ids = 'select id, external_id, thread_external_id, chat_id from messages order by id'
  const before = await account.rows(ids)
  expect(before).toHaveLength(expected(account).length)

  account.sim.set(profiles.E7)
  const fresh = await account.sim.say('Choir on Tuesdays', { text: 'in the new page' })
  const second = await sync(account, '--full')
  expect(second).toMatchObject({ exit: 0, chats: { opened: 4 }, messages: { inserted: 1, rejected: 0 }, attachments: { saved: 0 } })
  const rows = await account.rows<{ external_id: string }>(ids)
  expect(rows.slice(0, before.length)).toEqual(before)
  expect(rows.slice(before.length).map(row => row.external_id)).toEqual([expect.stringMatching(`/${fresh.id}$`)])
  expectMessages(await account.rows<StoredMessage>(messagesQuery), expected(account))
  const sets = await account.rows<{ selector_set: string }>('select selector_set from sync_runs order by started_at')
  expect(new Set(sets.map(row => row.selector_set)).size).toBe(2)
})
