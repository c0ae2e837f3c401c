import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { sql } from 'drizzle-orm'
import type { Io } from '../../src/commands/io.ts'
import { type KnownFile, verify, verifyFiles } from '../../src/commands/verify.ts'
import { type FileStore, makeFileStore, staleAfterMs } from '../../src/files.ts'
import { test as base, expect } from '../support/database.ts'

const test = base.extend<{ dir: string; files: FileStore }>({
  dir: async ({}, use) => {
    const root = await mkdtemp(join(tmpdir(), 'verify-'))
    await use(join(root, 'attachments'))
    await rm(root, { recursive: true, force: true })
  },
  files: async ({ dir }, use) => use(makeFileStore(dir)),
})

const soon = () => Date.now() + staleAfterMs + 1000
const deps = { signal: new AbortController().signal, onProgress: () => {} }

async function stored(files: FileStore, id: number, bytes: Uint8Array = randomBytes(100)): Promise<KnownFile> {
  const { path, checksum, bytes: sizeBytes } = await files.put(bytes, 'jpg')
  return { filePath: path, checksum, sizeBytes, attachmentIds: [id] }
}

test('files that are what their rows say are sound', async ({ files }) => {
  const known = [await stored(files, 1), await stored(files, 2)]
  const steps: number[][] = []
  const found = await verifyFiles(files, known, { ...deps, now: soon(), onProgress: (...step) => steps.push(step) })
  expect(found).toEqual({ checked: 2, bytes: 200, missing: [], corrupt: [], orphaned: [], temporary: [] })
  expect(steps).toEqual([
    [1, 2],
    [2, 2],
  ])
})

test('missing, shortened and altered files are told apart, with the attachments that name them', async ({ dir, files }) => {
  const [gone, short, altered] = [await stored(files, 1), await stored(files, 2), await stored(files, 3)]
  await rm(join(dir, gone.filePath))
  await writeFile(join(dir, short.filePath), randomBytes(99))
  await writeFile(join(dir, altered.filePath), randomBytes(100))
  const found = await verifyFiles(files, [gone, short, altered], { ...deps, now: soon() })
  expect(found.missing).toEqual([{ path: gone.filePath, attachment_ids: [1] }])
  const corrupt = Object.fromEntries(found.corrupt.map(file => [file.path, file.reason]))
  expect(Object.keys(corrupt).sort()).toEqual([short.filePath, altered.filePath].sort())
  expect(corrupt[short.filePath]).toBe('it has 99 bytes, expected 100')
  expect(corrupt[altered.filePath]).toMatch(/^its sha256 is [0-9a-f]{64}, expected [0-9a-f]{64}$/)
  expect(found.orphaned).toEqual([])
})

test('what cannot be read, and rows whose path leads elsewhere, are corrupt and do not end the check', async ({ dir, files }) => {
  const first = await stored(files, 1)
  await rm(join(dir, first.filePath))
  await mkdir(join(dir, first.filePath))
  const outside = { filePath: '../../etc/passwd', checksum: '', sizeBytes: 1, attachmentIds: [2] }
  const found = await verifyFiles(files, [first, outside, await stored(files, 3)], { ...deps, now: soon() })
  expect(found.checked).toBe(3)
  expect(found.corrupt.map(file => file.attachment_ids)).toEqual([[2], [1]])
})

test('files without a row and leftovers of writes are named, but not while they may belong to a running cycle', async ({ dir, files }) => {
  const orphan = await stored(files, 0)
  await writeFile(join(dir, 'tmp', 'half.part'), 'half')
  const young = await verifyFiles(files, [], { ...deps, now: Date.now() })
  expect([young.orphaned, young.temporary]).toEqual([[], []])
  const old = await verifyFiles(files, [], { ...deps, now: soon() })
  expect(old.orphaned).toEqual([{ path: orphan.filePath, bytes: 100 }])
  expect(old.temporary).toEqual([{ path: 'tmp/half.part', bytes: 4 }])
})

test('it stops when it is told to', async ({ files }) => {
  const known = [await stored(files, 1)]
  await expect(verifyFiles(files, known, { ...deps, now: soon(), signal: AbortSignal.abort() })).rejects.toThrow('abort')
})

test('the command holds the files against the database: exit 1 with what is wrong, 0 when all is sound', async ({ makeDatabase }) => {
  const { dataDir, database } = await makeDatabase('embedded')
  const dir = join(dataDir, 'attachments')
  const files = makeFileStore(dir)
  const bytes = [randomBytes(50), randomBytes(60)]
  const known = await Promise.all(bytes.map((one, index) => stored(files, index + 1, one)))
  const orphan = await stored(files, 0)
  const old = (Date.now() - staleAfterMs - 60_000) / 1000
  await utimes(join(dir, orphan.filePath), old, old)
  await database.db.execute(sql`insert into chats (account_id, external_id, thread_external_id, title) values ('default', 'c', 'c', 'c')`)
  await database.db.execute(sql`
    insert into messages (account_id, external_id, thread_external_id, chat_id, message_id, ts, ts_precision, is_outgoing, kind)
    select 'default', 'c/A', 'c', id, 'A', now(), 'minute', false, 'album' from chats`)
  for (const [position, { filePath, checksum, sizeBytes }] of known.entries()) {
    await database.db.execute(sql`
      insert into attachments (message_id, position, media_type, status, file_path, checksum, size_bytes)
      select id, ${position}, 'image/jpeg', 'saved', ${filePath}, ${checksum}, ${sizeBytes} from messages`)
  }
  await database.close()

  const run = async (options: { json?: boolean }) => {
    let printed = ''
    const stdout = new Writable({
      write(chunk, _encoding, done) {
        printed += chunk
        done()
      },
    })
    const stderr = new Writable({ write: (_chunk, _encoding, done) => done() })
    const io: Io = { stdout, stderr, env: { DATA_DIR: dataDir }, signal: deps.signal, isTty: false }
    return { status: await verify(options, io), printed }
  }
  const sound = await run({})
  expect(sound.status).toBe(0)
  expect(sound.printed).toBe(
    `orphaned   ${orphan.filePath} (100 bytes): no row names it; it may be removed\n2 files checked below ${dir}: 1 orphaned\n`,
  )
  await rm(join(dir, known[0]?.filePath ?? ''))
  await writeFile(join(dir, known[1]?.filePath ?? ''), 'x')
  const broken = await run({ json: true })
  expect(broken.status).toBe(1)
  expect(JSON.parse(broken.printed)).toMatchObject({
    checked: 2,
    missing: [{ path: known[0]?.filePath, attachment_ids: [1] }],
    corrupt: [{ path: known[1]?.filePath, attachment_ids: [2], reason: 'it has 1 bytes, expected 60' }],
    orphaned: [{ path: orphan.filePath }],
  })
})
