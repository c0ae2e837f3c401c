/** `start`, as it runs for months: its first cycle, its HTTP side, its log, its lock, its end. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Scenario } from '../sim/app/types.ts'
import { type Account, expect, test } from './account.ts'
import { account as accountOf, ada, bela, carl, direct, group, photo, said, talk } from './scene.ts'

/** The address that the worker says it listens on. */
async function addressOf(worker: ReturnType<Account['start']>): Promise<string> {
  return (JSON.parse(await worker.line(/"HTTP server listening"/)) as { address: string }).address
}

/** Everything of a scenario that no log line may hold: texts, names, titles, numbers, file names. */
function secrets({ account, chats }: Scenario): string[] {
  const people = [account, ...chats.flatMap(chat => chat.participants)].flatMap(person => [person.name, person.phone, person.lid])
  const texts = chats.flatMap(chat => [chat.title, ...chat.messages.flatMap(one => [one.text ?? '', one.file?.name ?? '', one.id])])
  return [...new Set([...people, ...texts])].filter(text => text.length > 3)
}

test('a worker syncs at once, says how it is, keeps its log clean, holds its data alone and stops in order', async ({ makeAccount }) => {
  const account = await makeAccount(
    'embedded',
    {
      scenario: accountOf(
        direct(ada, [...talk(ada, 5, 30), said(ada, 3, { kind: 'image', text: 'the broken one', images: [photo(2, true, 'truncated')] })]),
        direct({ ...bela, saved: false }, [said(bela, 4, { kind: 'image', text: null, images: [photo(1)] })]),
        group('Choir on Tuesdays', 1, [ada, carl], talk(carl, 4, 40)),
      ),
    },
    { firstStart: true },
  )
  Object.assign(account.env, { HTTP_PORT: '0', WHATSAPP_LATE_MS: '300' })
  const worker = account.start('start')
  const address = await addressOf(worker)
  const get = (path: string, headers: Record<string, string> = {}) => fetch(new URL(path, address), { headers })
  expect((await get('/livez')).status).toBe(200)
  await account.sim.next('chat_opened')

  // In the middle of a cycle.
  expect((await get('/livez')).status).toBe(200)
  expect((await get('/readyz')).status).toBe(200)
  const ended = JSON.parse(await worker.line(/"msg":"cycle ended"/))
  expect(ended).toMatchObject({ chats: { opened: 3 }, messages: { inserted: 11 }, attachments: { saved: 1 } })

  const health = await get('/health')
  expect([health.status, await health.json()]).toEqual([
    200,
    {
      status: 'ok',
      last_successful_sync_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      session: { status: 'logged_in', since: expect.stringMatching(/Z$/) },
      postgres: { ready: true, latency_ms: expect.any(Number), writable: true, migrations: { pending: 0, unknown: 0 } },
      last_cycle: expect.objectContaining({ status: 'complete' }),
      coverage: expect.objectContaining({ chats: 3, complete: 3, incomplete: {} }),
      chats: [],
      next_run_at: expect.stringMatching(/Z$/),
      selector_set: 'e7',
      version: expect.stringMatching(/^\d+\.\d+/),
      problems: [],
    },
  ])

  expect((await get('/metrics')).status).toBe(401)
  const key = readFileSync(join(account.dataDir, 'api-key'), 'utf8').trim()
  const metrics = await (await get('/metrics', { authorization: `Bearer ${key}` })).text()
  const value = (line: string) =>
    Number(
      metrics
        .split('\n')
        .find(one => one.startsWith(`${line} `))
        ?.split(' ')
        .at(-1),
    )
  expect(value('whatsapp_sync_messages_fetched')).toBe(11)
  expect(value('whatsapp_sync_upserts')).toBe(11)
  expect(value('whatsapp_attachments_saved')).toBe(1)
  expect(value('whatsapp_extraction_jobs_enqueued')).toBe(1)
  expect(value('whatsapp_sync_cycle_seconds_count{status="complete"}')).toBe(1)
  expect(value('whatsapp_sync_rows{outcome="inserted"}')).toBe(11)
  expect(value('whatsapp_sync_lag_seconds')).toBeLessThan(60)
  expect(value('whatsapp_clicks{kind="chat-row"}')).toBe(3)
  expect(metrics).toContain('# TYPE whatsapp_sync_errors counter')
  expect(metrics).toMatch(/whatsapp_selector_candidates_hit\{set="e7",field="[^"]+",candidate="0"\} [1-9]/)

  const asked = await account.run('query', '--json', 'select count(*)::int as n from messages')
  expect([asked.status, JSON.parse(asked.stdout)], asked.stderr).toEqual([0, [{ n: 11 }]])
  for (const command of ['sync', 'start']) {
    const refused = await account.run(command)
    expect(refused.status).toBe(1)
    expect(refused.stderr).toMatch(new RegExp(`in use by process ${worker.process.pid} on this host`))
  }

  worker.process.kill('SIGTERM')
  const { status, stdout, stderr } = await worker.ended
  expect([status, stdout]).toEqual([0, ''])
  const lines = stderr.trim().split('\n')
  for (const line of lines) expect(() => JSON.parse(line), line).not.toThrow()
  expect(secrets(account.sim.scenario).filter(secret => stderr.includes(secret))).toEqual([])
  expect(stderr).not.toContain(key)
  await expect(get('/livez')).rejects.toThrow()
  expect((await account.rows('select id from messages')).length).toBe(11)
})

test('a sync beside a running cycle is refused by its profile and leaves the run that goes on alone', async ({ makeAccount }) => {
  const account = await makeAccount('postgres', { scenario: accountOf(direct(ada, talk(ada, 5, 30)), direct(carl, talk(carl, 5, 30))) })
  // The cycle lasts for longer than a busy machine needs to start the other.
  Object.assign(account.env, { HTTP_PORT: '0', WHATSAPP_LATE_MS: '8000' })
  const worker = account.start('start')
  await account.sim.next('chat_opened')

  const refused = await account.run('sync')
  expect(refused.status).toBe(1)
  expect(refused.stderr).toMatch(new RegExp(`in use by process ${worker.process.pid} on this host`))
  expect(await account.rows('select status from sync_runs')).toEqual([{ status: 'running' }])

  await worker.line(/"msg":"cycle ended"/)
  worker.process.kill('SIGTERM')
  expect((await worker.ended).status).toBe(0)
  expect(await account.rows('select status from sync_runs')).toEqual([{ status: 'complete' }])
})
