/** A page that changed: it is told loudly, nothing stored is touched, and what looks like it but is not raises no alarm. */
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Renamed } from '../sim/app/switches.ts'
import type { Scenario } from '../sim/app/types.ts'
import { type Account, expect, test } from './account.ts'
import { account as accountOf, ada, bela, carl, direct, group, me, photo, said, talk } from './scene.ts'

const scenario = () => accountOf(direct(ada, talk(ada, 14, 30, 1)), direct(bela, talk(bela, 12, 26, 1)))

async function sync(account: Account, ...args: string[]) {
  const { status, stdout, stderr } = await account.run('sync', '--json', ...args)
  expect(stdout, stderr).toMatch(/^\{/)
  return { exit: status, stderr, ...JSON.parse(stdout) }
}

const tables = ['messages', 'attachments', 'chats', 'chat_aliases', 'chat_coverage', 'extraction_jobs', 'extractions']

/** Every row of every table that holds something of the account, down to the transaction that wrote it. */
async function everything(account: Account): Promise<unknown> {
  const all: Record<string, unknown> = {}
  for (const table of tables)
    all[table] = await account.rows(`select t.xmin::text as version, to_jsonb(t) as row from ${table} t order by 2::text`)
  all.sync_state = await account.rows('select last_seen_ts, last_successful_sync_at from sync_state')
  return all
}

async function drifts(account: Account) {
  return account.rows<{ data: { set: string; fields: string[]; severity: string; snapshot?: string } }>(
    `select data from events where type = 'selectors.drift' order by id`,
  )
}

/** Names, texts and numbers of an account. */
function personal({ account, chats }: Scenario): string[] {
  const people = [account, ...chats.flatMap(chat => chat.participants)].flatMap(({ name, phone, lid }) => [
    name,
    ...name.split(' '),
    phone,
    lid.slice(0, -4),
  ])
  return [
    ...new Set([...people, ...chats.flatMap(chat => [chat.title, ...chat.messages.flatMap(one => [one.text ?? '', one.id])])]),
  ].filter(text => text.length > 3)
}

test('with every known attribute renamed a sync ends with status 4, touches no row and leaves the structure of the page behind, without a word of it', async ({
  makeAccount,
}) => {
  const account = await makeAccount('postgres', { scenario: scenario() })
  expect((await account.run('sync')).status).toBe(0)
  const before = await everything(account)
  account.sim.set({ renamed: true })
  Object.assign(account.env, { WHATSAPP_READY_TIMEOUT_SECONDS: '8' })

  const { exit, status, stderr } = await sync(account)
  expect([exit, status], stderr).toEqual([4, 'drift'])
  expect(await everything(account)).toEqual(before)
  expect(await account.rows('select * from rejects')).toEqual([])
  expect(await account.rows('select status, error from sync_runs order by started_at desc limit 1')).toEqual([
    { status: 'drift', error: 'selector_drift' },
  ])

  const dir = join(account.dataDir, 'drift')
  const [name = '', ...others] = readdirSync(dir)
  const path = join(dir, name)
  expect(others).toEqual([])
  expect([statSync(dir).mode & 0o777, statSync(path).mode & 0o777]).toEqual([0o700, 0o600])
  const structure = readFileSync(path, 'utf8')
  expect(structure).toMatch(/^<!-- whatsapp-etl [\d.]+ · \d{4}-\d\d-\d\dT.*Z · selector set \w+ · page build \S+ · not understood: state/)
  expect(structure.match(/<div/g)?.length).toBeGreaterThan(30)
  expect(personal(account.sim.scenario).filter(text => structure.includes(text))).toEqual([])
  expect(stderr).toContain(path)
  expect(stderr).toContain('SELECTORS_DIR')
  expect(await drifts(account)).toEqual([{ data: expect.objectContaining({ severity: 'drift', fields: ['state'], snapshot: path }) }])
})

for (const [part, fields] of [
  ['rows', ['row']],
  ['ids', ['id']],
  ['stamp', ['stamp']],
] satisfies [Renamed, string[]][]) {
  test(`with only the ${part} of messages renamed a sync ends with status 4 and names what is missing; no message is stored, changed or lost`, async ({
    makeAccount,
  }) => {
    const account = await makeAccount('postgres', { scenario: scenario() })
    expect((await account.run('sync')).status).toBe(0)
    const before = await account.rows('select t.xmin::text, to_jsonb(t) from messages t order by id')
    const covered = await account.rows('select * from chat_coverage order by id')
    account.sim.set({ renamed: part })
    await account.sim.say(ada.name, { text: 'are you still there?' })
    const { exit, status, stderr, incomplete } = await sync(account)
    expect([exit, status], stderr).toEqual([4, 'drift'])
    expect(incomplete).toEqual([{ chat: ada.name, reason: 'not_understood' }])
    expect(await account.rows('select t.xmin::text, to_jsonb(t) from messages t order by id')).toEqual(before)
    expect(await account.rows('select * from chat_coverage order by id')).toEqual(covered)
    expect(await drifts(account)).toEqual([{ data: expect.objectContaining({ set: 'e7', severity: 'drift', fields }) }])
    expect(readdirSync(join(account.dataDir, 'drift'))).toHaveLength(1)

    // The page is mended: what came meanwhile is read, once.
    account.sim.set({ renamed: false })
    expect(await sync(account)).toMatchObject({ exit: 0, status: 'complete', messages: { inserted: 1 } })
  })
}

test('an account that is read for the first time by a page without stamps stores nothing of it', async ({ makeAccount }) => {
  const account = await makeAccount('embedded', { scenario: scenario(), switches: { renamed: 'stamp' } })
  expect(await sync(account)).toMatchObject({ exit: 4, status: 'drift', messages: { inserted: 0 } })
  expect(await account.rows('select id from messages')).toEqual([])
})

test('a text that a later candidate gives is read all the same, and the shift is told once as an early warning', async ({
  makeAccount,
}) => {
  const account = await makeAccount('postgres', { scenario: accountOf(direct(ada, talk(ada, 30, 30, 1))) })
  expect((await account.run('sync')).status).toBe(0)
  account.sim.set({ renamed: 'text' })
  const stored = () => account.rows('select external_id, content_snippet from messages order by id')
  const before = await stored()
  expect(await sync(account, '--full')).toMatchObject({ exit: 0, status: 'complete', messages: { inserted: 0, updated: 0, rejected: 0 } })
  expect(await stored()).toEqual(before)
  const [shift, ...others] = await drifts(account)
  expect(shift?.data).toMatchObject({ set: 'e7', fields: ['text'], severity: 'warning', from: 0 })
  expect(others).toEqual([])
  expect(await sync(account, '--full')).toMatchObject({ exit: 0 })
  expect(await drifts(account)).toHaveLength(1)
})

test('a list that is suddenly empty is drift and leaves every row; an account that never had a chat is none', async ({ makeAccount }) => {
  const account = await makeAccount('postgres', { scenario: accountOf() })
  expect((await sync(account)).exit).toBe(0)
  account.sim.scenario.chats.push(...scenario().chats)
  expect(await sync(account)).toMatchObject({ exit: 0, chats: { listed: 2 } })
  const before = await everything(account)
  account.sim.scenario.chats.splice(0)
  const { exit, status, stderr } = await sync(account)
  expect([exit, status], stderr).toEqual([4, 'drift'])
  expect(await everything(account)).toEqual(before)
  expect((await drifts(account)).map(({ data }) => data.fields)).toEqual([['chatList.row']])
})

test('chats that are cleared, new groups of notices only, media only, and one row only raise no alarm', async ({ makeAccount }) => {
  const notice = (n: number) => said(me, 5 + n, { kind: 'system', text: `somebody joined using a link ${n}` })
  const cleared = direct(ada, talk(ada, 10, 30, 1))
  const account = await makeAccount('postgres', {
    scenario: accountOf(
      cleared,
      direct(bela, [said(bela, 4)]),
      direct(
        carl,
        Array.from({ length: 12 }, (_, n) => said(carl, 30 - n, { kind: 'image', text: null, images: [photo(n)] })),
      ),
      group('Choir on Tuesdays', 1, [ada, carl], [5, 4, 3, 2, 1, 0].map(notice)),
    ),
  })
  const first = await sync(account)
  expect([first.exit, first.messages.inserted], first.stderr).toEqual([0, 23])
  cleared.messages = []
  const second = await sync(account, '--full')
  expect([second.exit, second.status], second.stderr).toEqual([0, 'complete'])
  expect(await account.rows('select count(*)::int as n from messages')).toEqual([{ n: 23 }])
  expect(await drifts(account)).toEqual([])
})

// Each chat is waited for three times a quarter of a minute: only in the full run.
if (process.env.TEST_FULL === '1') {
  test('chats whose header carries no name that is known are drift, not merely chats that could not be opened', async ({ makeAccount }) => {
    test.slow()
    const account = await makeAccount('postgres', { scenario: scenario() })
    Object.assign(account.env, { WHATSAPP_SELECTOR_FLAGS: 'header.title=off,header.composer=off' })
    const { exit, stderr } = await sync(account)
    expect(exit, stderr).toBe(4)
    expect((await drifts(account)).map(({ data }) => data.fields)).toEqual([['header.title']])
  })
}

/** A set that reads stamps under the name that the simulated page gives them once they are renamed. */
const mended = (id: string, score: number) =>
  JSON.stringify({
    id,
    engine: 1,
    about: 'pages on which stamps have another name',
    since: '2027-01',
    extends: 'e7',
    detect: { prefer: [{ css: '#pane-side', score }] },
    conversation: {
      fields: {
        stamp: [{ css: '[data-z-data-pre-plain-text^="["]', take: 'attr:data-z-data-pre-plain-text', match: '^\\[.*\\] .*$' }, '...'],
      },
    },
  })

test('a worker pauses longer and longer when the page changes, says so, and goes on by itself when a set that reads the page is put into SELECTORS_DIR', async ({
  makeAccount,
}) => {
  test.slow()
  const account = await makeAccount('postgres', { scenario: scenario() })
  const dir = join(account.dataDir, 'sets')
  mkdirSync(dir)
  Object.assign(account.env, { HTTP_PORT: '0', WHATSAPP_SYNC_INTERVAL_MINUTES: '30', SELECTORS_DIR: dir, WHATSAPP_LIVE: 'false' })
  const worker = account.start('start')
  const { address } = JSON.parse(await worker.line(/"HTTP server listening"/)) as { address: string }
  const health = async () => (await fetch(new URL('/health', address))).json()
  await worker.line(/"msg":"cycle ended"/)
  expect(await health()).toMatchObject({ status: 'ok', problems: [] })

  // The page is loaded anew with each cycle.
  account.sim.set({ renamed: 'stamp' })
  await account.sim.say(bela.name, { text: 'one that comes in between' })
  worker.process.kill('SIGHUP')
  await worker.line(/"next_in_minutes":60,/)
  const paused = await health()
  expect(paused).toMatchObject({ status: 'down', problems: [{ code: 'selector_drift' }] })
  expect(Date.parse(paused.next_run_at) - Date.now()).toBeGreaterThan(50 * 60_000)
  expect(paused.problems[0].message).toMatch(/selector set e7 \(stamp\) since 20.*tried again at/)
  expect(paused.problems[0].action).toContain(readdirSync(join(account.dataDir, 'drift'))[0])
  const key = readFileSync(join(account.dataDir, 'api-key'), 'utf8').trim()
  const metrics = async () => (await fetch(new URL('/metrics', address), { headers: { authorization: `Bearer ${key}` } })).text()
  expect(await metrics()).toContain('whatsapp_selector_drift{set="e7",field="stamp"} 1')
  worker.process.kill('SIGHUP')
  await worker.line(/"next_in_minutes":120,/)

  writeFileSync(join(dir, 'mended.json'), mended('mended', 100))
  await worker.line(/SELECTORS_DIR has changed/)
  await worker.line(/"msg":"cycle ended".*|"inserted":1.*"msg":"cycle ended"/)
  await expect.poll(async () => (await health()).status, { timeout: 30_000 }).toBe('ok')
  expect(await health()).toMatchObject({ selector_set: 'mended', problems: [] })
  expect(await metrics()).not.toMatch(/^whatsapp_selector_drift\{/m)
  worker.process.kill('SIGTERM')
  expect((await worker.ended).status).toBe(0)
  expect(await account.rows(`select content_snippet as text from messages order by ts desc limit 1`)).toEqual([
    { text: 'one that comes in between' },
  ])
  expect(await account.rows('select count(*)::int as n from messages')).toEqual([{ n: 27 }])
  expect((await account.rows<{ status: string }>('select status from sync_runs order by started_at')).map(run => run.status)).toEqual([
    'complete',
    'drift',
    'drift',
    'complete',
  ])
})

test('a set that is put into SELECTORS_DIR is used by the next cycle of a worker that goes on', async ({ makeAccount }) => {
  const account = await makeAccount('embedded', { scenario: accountOf(direct(ada, talk(ada, 4, 30))) })
  const dir = join(account.dataDir, 'sets')
  mkdirSync(dir)
  Object.assign(account.env, { HTTP_PORT: '0', SELECTORS_DIR: dir })
  const worker = account.start('start')
  const { address } = JSON.parse(await worker.line(/"HTTP server listening"/)) as { address: string }
  await worker.line(/"msg":"cycle ended"/)
  writeFileSync(join(dir, 'own.json'), mended('own', 100))
  worker.process.kill('SIGHUP')
  await worker.line(/"set":"own".*page recognised/)
  await expect.poll(async () => (await (await fetch(new URL('/health', address))).json()).selector_set, { timeout: 30_000 }).toBe('own')
  worker.process.kill('SIGTERM')
  expect((await worker.ended).status).toBe(0)
})
