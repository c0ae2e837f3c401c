/** The command `purge`: what it takes, asks and prints, and which files it removes. */
import { randomBytes } from 'node:crypto'
import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import type { Io } from '../../src/commands/io.ts'
import { type PurgeOptions, purge } from '../../src/commands/purge.ts'
import { makeStore } from '../../src/db/store.ts'
import { makeFileStore } from '../../src/files.ts'
import { acquireLock } from '../../src/lock.ts'
import type { Attachment } from '../../src/model.ts'
import { expect, onBoth, type TestDatabase } from '../support/database.ts'
import { image, listing, message, wholeTables, writing } from './given.ts'

const phone = '5511900000001@c.us'

/** Two chats: of Ana's three pictures one is Bea's too, and there are two files that nobody names. */
async function given({ database, store, dataDir }: TestDatabase) {
  const dir = join(dataDir, 'attachments')
  const files = makeFileStore(dir)
  const picture = async (position = 0): Promise<Attachment & { filePath: string }> => {
    const { path, checksum, bytes } = await files.put(randomBytes(1000), 'jpg')
    return { ...image(checksum, { position, sizeBytes: bytes }), filePath: path }
  }
  const [own, more, shared, beas] = await Promise.all([picture(), picture(1), picture(2), picture(), picture()])
  const ana = await writing(store, { jid: phone })
  await ana.save([message('A', { attachments: [own, more, shared] }), message('B')])
  const bea = await writing(store, { title: 'Bea' })
  await bea.save([message('C', { attachments: [beas, { ...shared, position: 1 }] })])
  await writeFile(join(dir, 'notes.txt'), 'not the store’s own')
  await mkdir(join(dir, 'sha256', 'zz'), { recursive: true })
  await writeFile(join(dir, 'sha256', 'zz', 'foreign.jpg'), 'not the store’s own')
  await database.close()
  return { dir, own, more, shared, beas }
}

/** Runs the command on the test's database, which nobody holds meanwhile. */
async function run({ url, dataDir }: TestDatabase, options: PurgeOptions, over: Partial<Io> = {}) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const env = { DATA_DIR: dataDir, ...(url !== null && { PG_URL: url }) }
  const io: Io = { stdout, stderr, env, signal: new AbortController().signal, isTty: false, ...over }
  const status = await purge(options, io).catch((error: Error & { code: string }) => ({ code: error.code, message: error.message }))
  return { status, stdout: String(stdout.read() ?? ''), stderr: String(stderr.read() ?? '') }
}

const filesIn = async (dir: string) =>
  (await readdir(dir, { recursive: true, withFileTypes: true }))
    .filter(entry => entry.isFile())
    .map(entry => entry.name)
    .sort()
const named = (...pictures: { filePath: string }[]) => pictures.map(({ filePath }) => filePath.slice(filePath.lastIndexOf('/') + 1))

/** Every row and every file as they stand. */
async function everything(on: TestDatabase, dir: string) {
  const database = await on.open()
  const tables = await wholeTables(database)
  await database.close()
  return { tables, files: await filesIn(dir) }
}

onBoth('a dry run tells what would go and changes nothing; the run then does it and touches no other file', async on => {
  const { dir, shared, beas } = await given(on)
  const before = await everything(on, dir)
  const dry = await run(on, { chat: ['Ana'], dryRun: true, json: true })
  const chats = [{ external_id: phone, title: 'Ana', messages: 2, attachments: 3, files: 2, bytes: 2000 }]
  expect({ ...dry, stdout: JSON.parse(dry.stdout) }).toEqual({
    status: 0,
    stdout: { dry_run: true, orphaned: { files: 1, bytes: 1000, left: 0 }, chats },
    stderr: '',
  })
  const shown = await run(on, { chat: ['Ana'], dryRun: true })
  expect(shown.stdout).toContain('1 chat: 2 messages, 3 attachments, 2 files (2000 bytes)\nand 1 file (1000 bytes) that no row names\n')
  expect(await everything(on, dir)).toEqual(before)

  const done = await run(on, { chat: ['+55 11 90000-0001'], yes: true, json: true })
  expect(JSON.parse(done.stdout)).toEqual({
    dry_run: false,
    chats,
    removed: { messages: 2, attachments: 3, files: 3, bytes: 3000 },
    files_left: 0,
  })
  expect(await filesIn(dir)).toEqual([...named(shared, beas), 'foreign.jpg', 'notes.txt'].sort())
  const database = await on.open()
  const again = await writing(makeStore(database), { jid: phone })
  expect(await again.save([message('A')])).toMatchObject({ inserted: 0, dropped: 1 })
})

onBoth('it asks first: anything but yes leaves everything, and where nobody can be asked it says what to add', async on => {
  const { dir } = await given(on)
  const before = await everything(on, dir)
  const asked: string[] = []
  const answering = (answer: string) => ({
    ask: async (question: string) => {
      asked.push(question)
      return answer
    },
  })
  for (const answer of ['', 'n', 'nay', 'yesterday']) expect((await run(on, { chat: ['Ana'] }, answering(answer))).status, answer).toBe(1)
  expect(await run(on, { chat: ['Ana'] })).toMatchObject({ status: { code: 'usage', message: expect.stringContaining('--yes') } })
  expect(await run(on, { yes: true })).toMatchObject({ status: { code: 'usage', message: expect.stringContaining('--older-than DAYS') } })
  expect(await everything(on, dir)).toEqual(before)
  const yes = await run(on, { olderThan: 1 }, answering(' Yes\n'))
  expect(yes).toMatchObject({ status: 0, stdout: 'removed 3 messages, 5 attachments, 5 files (5000 bytes)\n' })
  expect(yes.stderr).toContain('2 chats: 3 messages, 5 attachments, 4 files (4000 bytes)')
  expect(asked).toHaveLength(5)
})

onBoth('a name that no chat has, or several could have, is refused and nothing is removed', async on => {
  const { store } = on
  await writing(store, { title: 'Dora', jid: '5511900000008@c.us' })
  await store.knownChats('default', [listing('Dora'), listing('Dora')])
  await writing(store, { title: 'Dora', jid: '5511900000009@c.us' })
  const { dir } = await given(on)
  const before = await everything(on, dir)
  expect(await run(on, { chat: ['Ana', 'Zoe'], yes: true })).toMatchObject({
    status: { code: 'usage', message: expect.stringContaining('"Zoe"') },
  })
  expect(await run(on, { chat: ['Dora'], yes: true })).toMatchObject({
    status: { code: 'usage', message: expect.stringContaining('"5511900000008@c.us", "5511900000009@c.us"') },
  })
  expect(await everything(on, dir)).toEqual(before)
  expect((await run(on, { chat: ['5511900000009@c.us'], yes: true })).status).toBe(0)
})

onBoth('while somebody reads, files that were wanted lately stay for the next purge', async on => {
  const { dir, own, more } = await given(on)
  const old = Date.now() / 1000 - 3 * 60 * 60
  await utimes(join(dir, own.filePath), old, old)
  const reader = await acquireLock(join(on.dataDir, 'whatsapp_profile'), { what: 'the WhatsApp profile' })
  const first = await run(on, { chat: ['Ana'], yes: true })
  expect(first.stdout).toMatch(/^removed 2 messages, 3 attachments, 1 file \(1000 bytes\)\n2 files that no row names stay for now/)
  expect(await filesIn(dir)).toEqual(expect.arrayContaining(named(more)))
  await reader.release()
  expect((await run(on, { chat: ['Ana'], yes: true })).stdout).toBe('removed 0 messages, 0 attachments, 2 files (2000 bytes)\n')
  expect(await filesIn(dir)).not.toEqual(expect.arrayContaining(named(more)))
})

onBoth('a second process that holds the database keeps it on the embedded one, and not on Postgres', async on => {
  await given(on)
  const worker = await on.open()
  const { status } = await run(on, { chat: ['Ana'], yes: true })
  if (on.kind === 'postgres') expect(status).toBe(0)
  else expect(status).toEqual({ code: 'locked', message: expect.stringContaining(`in use by process ${process.pid}`) })
  await worker.close()
})
