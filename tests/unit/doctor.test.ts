import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { test as base, expect } from '@playwright/test'
import { checkDatabase } from '../../src/commands/checks/database.ts'
import { checkDirectory, checkNode, checkReachable } from '../../src/commands/checks/host.ts'
import { checkProfile } from '../../src/commands/checks/profile.ts'
import { checkWorkTree } from '../../src/commands/checks/seclusion.ts'
import { doctor } from '../../src/commands/doctor.ts'
import { loadConfig } from '../../src/config.ts'
import { embeddedDir } from '../../src/db/client.ts'
import { acquireLock } from '../../src/lock.ts'

const test = base.extend<{ dir: string }>({
  dir: async ({}, use) => {
    const dir = mkdtempSync(join(tmpdir(), 'doctor-'))
    await use(dir)
    rmSync(dir, { recursive: true })
  },
})

test('a Node older than package.json asks for fails, any newer one is ok', () => {
  const verdicts = [
    ['20.12.0', '>=20.12'],
    ['20.9.1', '>=20.12'],
    ['22.0.0', '>=20.12'],
    ['18.20.0', '>=20.12'],
    ['20.11.9', '>=20.12.1'],
  ].map(([running, needed]) => checkNode(running!, needed!).status)
  expect(verdicts).toEqual(['ok', 'fail', 'ok', 'fail', 'fail'])
})

test('a directory that is not there yet is judged by the one that it will be made in, and is not made', async ({ dir }) => {
  const check = await checkDirectory('DATA_DIR', join(dir, 'a', 'b'))
  expect(check.status).not.toBe('fail')
  expect(check.message).toContain('(will be made)')
  expect(() => execFileSync('ls', [join(dir, 'a')], { stdio: 'ignore' })).toThrow()
})

test('a file where a directory should be fails with what to do', async ({ dir }) => {
  writeFileSync(join(dir, 'data'), '')
  for (const path of [join(dir, 'data'), join(dir, 'data', 'attachments')]) {
    expect(await checkDirectory('DATA_DIR', path)).toMatchObject({
      status: 'fail',
      message: `${join(dir, 'data')} is a file, expected a directory`,
    })
  }
})

test('a web client that answers is ok, one in trouble is a warning, none at all fails', async () => {
  const server = createServer((request, response) => response.writeHead(request.url === '/broken' ? 503 : 302).end())
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  const [fine, broken] = [await checkReachable(`http://127.0.0.1:${port}/`), await checkReachable(`http://127.0.0.1:${port}/broken`)]
  await new Promise(resolve => server.close(resolve))
  const free = createServer()
  await new Promise<void>(resolve => free.listen(0, '127.0.0.1', resolve))
  const { port: nobody } = free.address() as { port: number }
  await new Promise(resolve => free.close(resolve))
  const gone = await checkReachable(`http://127.0.0.1:${nobody}/`)
  expect([fine.status, broken.status, gone.status]).toEqual(['ok', 'warn', 'fail'])
  expect(gone.message).toContain('ECONNREFUSED')
})

test('a web client that accepts and stays silent fails within the time given', async () => {
  const server = createServer(() => {})
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  expect(await checkReachable(`http://127.0.0.1:${port}/`, 50)).toMatchObject({
    status: 'fail',
    message: expect.stringContaining('no answer within 0.05 s'),
  })
  server.closeAllConnections()
  server.close()
})

test('a profile that is missing or was never paired asks for pair', async ({ dir }) => {
  const profile = join(dir, 'profile')
  expect(await checkProfile(profile)).toMatchObject([{ status: 'warn', action: expect.stringContaining('whatsapp-etl pair') }])
  mkdirSync(profile, { mode: 0o700 })
  expect(await checkProfile(profile)).toMatchObject([{ status: 'warn', message: expect.stringContaining('no sign of a pairing') }])
})

test('a profile is ok when it is private and its stored settings name an account', async ({ dir }) => {
  const store = join(dir, 'Default', 'Local Storage', 'leveldb')
  mkdirSync(store, { recursive: true })
  writeFileSync(join(store, '000003.log'), Buffer.from('\x00\x01_https://web.whatsapp.com\x00\x01last-wid-md\x01"x"'))
  chmodSync(dir, 0o700)
  expect((await checkProfile(dir)).map(check => check.status)).toEqual(['ok'])
  chmodSync(dir, 0o755)
  expect((await checkProfile(dir))[0]).toMatchObject({ status: 'warn', action: `chmod 700 ${dir}` })
})

test('a profile in a git working tree is a warning unless it is ignored, also before it is made', async ({ dir }) => {
  execFileSync('git', ['init', '-q', dir])
  const profile = join(dir, 'profile')
  const told = async () => (await checkProfile(profile)).map(check => check.message).join()
  expect(await told()).toContain('git working tree')
  mkdirSync(profile, { mode: 0o700 })
  expect((await checkProfile(profile))[0]).toMatchObject({ status: 'warn', message: expect.stringContaining('git working tree') })
  rmSync(profile, { recursive: true })
  writeFileSync(join(dir, '.gitignore'), 'profile/\n')
  expect(await told()).not.toContain('git working tree')
  mkdirSync(profile, { mode: 0o700 })
  expect(await told()).not.toContain('git working tree')
})

test('what git ignores but holds already is a warning', async ({ dir }) => {
  execFileSync('git', ['init', '-q', dir])
  writeFileSync(join(dir, '.gitignore'), 'data/\n')
  mkdirSync(join(dir, 'data'), { mode: 0o700 })
  expect(await checkWorkTree('DATA_DIR', join(dir, 'data'), 'DATA_DIR')).toEqual([])
  writeFileSync(join(dir, 'data', 'api-key'), 'x')
  execFileSync('git', ['-C', dir, 'add', '-f', 'data/api-key'])
  expect(await checkWorkTree('DATA_DIR', join(dir, 'data'), 'DATA_DIR')).toMatchObject([{ status: 'warn' }])
})

test('the whole report warns of every place that others may look into or that a commit could take along, and of none that is sound', async ({
  dir,
}) => {
  execFileSync('git', ['init', '-q', dir])
  const [data, attachments, profile] = [join(dir, 'data'), join(dir, 'elsewhere'), join(dir, 'data', 'whatsapp_profile')]
  for (const path of [data, attachments, profile]) mkdirSync(path, { mode: 0o700 })
  writeFileSync(join(data, 'api-key'), 'k\n', { mode: 0o600 })
  const env = { DATA_DIR: data, ATTACHMENTS_DIR: attachments, WHATSAPP_WEB_URL: 'http://127.0.0.1:9/', CHROMIUM_PATH: '/bin/false' }
  const warned = async () => {
    const stdout = new PassThrough()
    await doctor({ json: true }, { stdout, stderr: new PassThrough(), env, signal: new AbortController().signal, isTty: false })
    const checks = JSON.parse(String(stdout.read())) as { check: string; status: string; message: string; action: string }[]
    return checks.filter(({ status, message }) => status === 'warn' && /open to other users|git working tree/.test(message))
  }
  expect((await warned()).map(({ check, message }) => [check, /git/.test(message)])).toEqual([
    ['DATA_DIR', true],
    ['ATTACHMENTS_DIR', true],
    ['profile', true],
  ])
  writeFileSync(join(dir, '.gitignore'), 'data\nelsewhere\n')
  expect(await warned()).toEqual([])
  chmodSync(data, 0o755)
  chmodSync(attachments, 0o770)
  chmodSync(profile, 0o701)
  chmodSync(join(data, 'api-key'), 0o644)
  expect((await warned()).map(({ check, action }) => [check, action])).toEqual([
    ['DATA_DIR', `chmod 700 ${data}`],
    ['ATTACHMENTS_DIR', `chmod 700 ${attachments}`],
    ['api-key', `chmod 600 ${join(data, 'api-key')}`],
    ['profile', `chmod 700 ${profile}`],
  ])
})

test('a profile that is in use names the process', async ({ dir }) => {
  const lock = await acquireLock(dir, { what: 'the profile' })
  expect((await checkProfile(dir)).map(check => check.message).join()).toContain(`in use by process ${process.pid} on `)
  await lock.release()
})

test('an embedded database that is not there yet is ok and not made; one in use is left alone', async ({ dir }) => {
  const config = loadConfig({ DATA_DIR: dir })
  expect(await checkDatabase(config)).toMatchObject({ status: 'ok', message: `embedded, will be made in ${embeddedDir(dir)}` })
  const lock = await acquireLock(embeddedDir(dir), { what: 'the embedded database' })
  expect((await checkDatabase(config)).message).toContain(`in use by process ${process.pid} on `)
  await lock.release()
})

test('a Postgres that is not there fails without showing the password', async () => {
  const check = await checkDatabase(loadConfig({ PG_URL: 'postgresql://kenny:hunter2@127.0.0.1:9/kenny' }))
  expect(check).toMatchObject({ status: 'fail', message: expect.stringContaining('127.0.0.1:9') })
  expect(JSON.stringify(check)).not.toContain('hunter2')
})

test('bad settings fail one line each, without secrets, and the exit status is 1', async () => {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const env = { HTTP_PORT: 'x', PG_URL: 'mysql://hunter2', LOG_LEVEL: 'loud' }
  const status = await doctor({ json: true }, { stdout, stderr, env, signal: new AbortController().signal, isTty: false })
  const checks = JSON.parse(String(stdout.read())) as { check: string; status: string; message: string }[]
  expect(status).toBe(1)
  expect(checks.filter(check => check.status === 'fail').map(check => check.message.split(/[= ]/)[0])).toEqual([
    'PG_URL',
    'HTTP_PORT',
    'LOG_LEVEL',
  ])
  expect(JSON.stringify(checks)).not.toContain('hunter2')
})
