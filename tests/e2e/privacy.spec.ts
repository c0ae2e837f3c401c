/** What is written beside the database and the pictures: nothing that a person wrote, is called or can be reached by, whatever happens. */
import { mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromiumPath } from '../support/chromium.ts'
import { expect, test } from './account.ts'
import { friend, markedAccount, marksBelow, marksIn, marksOf, treeOf } from './marked-account.ts'

const apiKey = 'wyvern-api-key-0123456789abcdef'

test('no log, metric, answer, snapshot or file tells a text, a name, a number or a secret: cycles that succeed, drift, lose their browser, or meet a row that the database refuses', async ({
  makeAccount,
}) => {
  const account = await makeAccount('postgres', { scenario: markedAccount() })
  const { sim, env, dataDir } = account
  // Whatever the program and its browser leave elsewhere is seen too.
  const aside = mkdtempSync(join(tmpdir(), 'whatsapp-etl-aside-'))
  const url = new URL(env.PG_URL ?? '')
  url.password ||= 'wyvern-pg-password'
  Object.assign(env, { PG_URL: url.href, API_KEY: apiKey, HOME: aside, TMPDIR: aside, CHROMIUM_PATH: await chromiumPath(), HTTP_PORT: '0' })
  const marks = marksOf(sim.scenario, ['Wyvernmarkrefused', 'Wyvernmarkdrifted', apiKey, url.password])
  const written: Record<string, string> = {}
  const run = async (name: string, ...args: string[]) => {
    const ended = await account.run(...args)
    written[name] = ended.stderr
    return ended
  }
  const umask = process.umask(0)
  try {
    const first = await run('sync at info', 'sync')
    expect(first.status, first.stderr).toBe(0)
    written['what sync prints'] = first.stdout

    // The row that is refused stands in the detail of the database's error, and all of its batch in the parameters of the query.
    await account.rows(`alter table messages add constraint refused check (content_snippet not like '%refused%') not valid`)
    await sim.say(friend.name, { text: 'Wyvernmarkrefused' })
    env.LOG_LEVEL = 'trace'
    const worker = account.start('start')
    const { address } = JSON.parse(await worker.line(/"HTTP server listening"/)) as { address: string }
    await worker.line(/23514/)
    await account.rows('alter table messages drop constraint refused')
    worker.process.kill('SIGHUP')
    await worker.line(/"msg":"cycle ended"/)
    const authorization = `Bearer ${apiKey}`
    const ask = async (path: string, headers: Record<string, string> = {}) => {
      const response = await fetch(new URL(path, address), { headers })
      written[`${path} ${response.status}`] ??= await response.text()
    }
    await ask('/health')
    sim.set({ renamed: 'stamp' })
    await sim.reload()
    await sim.say(friend.name, { text: 'Wyvernmarkdrifted' })
    worker.process.kill('SIGHUP')
    await worker.line(/"next_in_minutes"/)
    await ask('/health?drift')
    sim.set({ renamed: false })
    await sim.reload()
    const opened = sim.next('chat_opened')
    worker.process.kill('SIGHUP')
    await opened
    // A fault that a crash reporter would write a dump for.
    process.kill(
      Number(
        readlinkSync(join(dataDir, 'whatsapp_profile', 'SingletonLock'))
          .split('-')
          .at(-1),
      ),
      'SIGSEGV',
    )
    await worker.line(/"code":"browser"/)
    await ask('/health?browser')
    for (const path of ['/readyz', '/livez', '/metrics', `/${friend.name}?name=${friend.name}`]) await ask(path, { authorization })
    await ask('/metrics?')
    worker.process.kill('SIGTERM')
    const ended = await worker.ended
    expect(ended.status, ended.stderr).toBe(0)
    written['worker at trace'] = ended.stdout + ended.stderr
    for (const command of ['doctor', 'verify']) {
      const { stdout } = await run(command, command)
      written[`what ${command} prints`] = stdout
    }
  } finally {
    process.umask(umask)
  }

  // It all happened, and the search finds what is there to be found.
  const { stdout } = await account.run(
    'query',
    '--json',
    'select to_jsonb(m) as message, to_jsonb(c) as chat from messages m join chats c on c.id = m.chat_id',
  )
  const stored = marksIn(marks, stdout)
  expect(stored.length).toBeGreaterThan(30)
  expect(readdirSync(join(dataDir, 'drift'))).toHaveLength(1)
  expect(
    Object.keys(written)
      .filter(name => name.startsWith('/'))
      .sort(),
  ).toEqual(expect.arrayContaining(['/metrics 200', '/metrics? 401']))

  expect(
    Object.fromEntries(
      Object.entries(written)
        .map(([name, text]) => [name, marksIn(marks, text)])
        .filter(([, found]) => found!.length > 0),
    ),
  ).toEqual({})
  const kept = [join(dataDir, 'whatsapp_profile'), join(dataDir, 'attachments', 'sha256')]
  const files = [...treeOf(dataDir, kept), ...treeOf(aside)]
  expect(files.filter(file => !file.directory).length).toBeGreaterThan(0)
  expect(marksBelow(marks, files)).toEqual({})
  // A dump holds whatever lay in memory, which need not be one of the marks: there is none at all, in the profile neither.
  expect([...treeOf(dataDir), ...treeOf(aside)].map(({ path }) => path).filter(path => path.endsWith('.dmp'))).toEqual([])

  // The program ran under a umask that takes nothing away.
  const open = [...treeOf(dataDir), ...treeOf(aside)].filter(({ path, mode }) => path !== aside && (mode & 0o077) !== 0)
  expect(open).toEqual([])
  rmSync(aside, { recursive: true, force: true })
})
