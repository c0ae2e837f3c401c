import { spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, truncate, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test as base, expect } from '@playwright/test'
import { type FileStore, makeFileStore, staleAfterMs } from '../../src/files.ts'

const test = base.extend<{ dir: string; store: FileStore }>({
  dir: async ({}, use) => {
    const root = await mkdtemp(join(tmpdir(), 'files-'))
    await use(join(root, 'attachments'))
    await rm(root, { recursive: true, force: true })
  },
  store: async ({ dir }, use) => use(makeFileStore(dir)),
})

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

async function paths(store: FileStore): Promise<string[]> {
  const found: string[] = []
  for await (const file of store.list()) found.push(file.path)
  return found
}

test('bytes lie at the path that their checksum gives, for their owner alone', async ({ dir, store }) => {
  const bytes = randomBytes(1000)
  const checksum = sha256(bytes)
  const path = `sha256/${checksum.slice(0, 2)}/${checksum.slice(2, 4)}/${checksum}.jpg`
  expect(await store.put(bytes, 'jpg')).toEqual({ checksum, path, bytes: 1000, existed: false })
  expect((await readFile(join(dir, path))).equals(bytes)).toBe(true)
  expect((await stat(join(dir, path))).mode & 0o777).toBe(0o600)
  for (let folder = dirname(join(dir, path)); folder.length >= dir.length; folder = dirname(folder)) {
    expect((await stat(folder)).mode & 0o777).toBe(0o700)
  }
  expect(await readdir(join(dir, 'tmp'))).toEqual([])
})

test('the same bytes again are one file, which is not written again but counts as new', async ({ dir, store }) => {
  const bytes = randomBytes(1000)
  const first = await store.put(bytes, 'png')
  await utimes(join(dir, first.path), 1000, 1000)
  const before = await stat(join(dir, first.path))
  expect(await store.put(Buffer.from(bytes), 'png')).toEqual({ ...first, existed: true })
  const after = await stat(join(dir, first.path))
  expect(after.ino).toBe(before.ino)
  expect(after.mtimeMs).toBeGreaterThan(before.mtimeMs)
  expect(await paths(store)).toEqual([first.path])
})

test('a file that was cut short is written anew', async ({ dir, store }) => {
  const bytes = randomBytes(1000)
  const { path } = await store.put(bytes, 'png')
  await truncate(join(dir, path), 500)
  expect(await store.put(bytes, 'png')).toMatchObject({ path, existed: false })
  expect((await readFile(join(dir, path))).equals(bytes)).toBe(true)
})

test('many writers of the same bytes leave one whole file, from one store and from several', async ({ dir, store }) => {
  const bytes = randomBytes(200_000)
  const stores = [store, makeFileStore(dir), makeFileStore(dir)]
  const files = await Promise.all(Array.from({ length: 30 }, (_, index) => stores[index % 3]?.put(bytes, 'jpg')))
  expect(new Set(files.map(file => file?.path)).size).toBe(1)
  expect(files.filter(file => file?.existed === false).length).toBeLessThanOrEqual(3)
  expect((await readFile(join(dir, files[0]?.path ?? ''))).equals(bytes)).toBe(true)
  expect(await paths(store)).toEqual([files[0]?.path])
})

test('what a crashed write left is removed, what is being written now is not', async ({ dir }) => {
  await mkdir(join(dir, 'tmp'), { recursive: true })
  for (const name of ['old.part', 'new.part']) await writeFile(join(dir, 'tmp', name), 'half')
  const old = (Date.now() - staleAfterMs - 60_000) / 1000
  await utimes(join(dir, 'tmp', 'old.part'), old, old)
  await makeFileStore(dir).put(randomBytes(10), 'jpg')
  expect(await readdir(join(dir, 'tmp'))).toEqual(['new.part'])
})

test('opening gives the bytes back, and nothing that lies outside', async ({ dir, store }) => {
  const bytes = randomBytes(100)
  const { path } = await store.put(bytes, 'gif')
  const file = await store.open(path)
  expect((await file.readFile()).equals(bytes)).toBe(true)
  await file.close()
  await writeFile(join(dir, '..', 'secret'), 'not yours')
  const outside = [
    '../secret',
    `sha256/../../secret`,
    join(dir, '..', 'secret'),
    path.replace('sha256/', 'sha256//'),
    `${path}\0`,
    '',
    'sha256',
    path.replaceAll('/', '\\'),
  ]
  for (const wrong of outside) await expect(store.open(wrong), wrong).rejects.toThrow('no file of the attachment store')
})

test('links that lead out of the store are not followed', async ({ dir, store }) => {
  const { path } = await store.put(randomBytes(100), 'gif')
  const hash = 'ab'.repeat(32)
  await mkdir(join(dir, '..', 'elsewhere'))
  await writeFile(join(dir, '..', 'elsewhere', `${hash}.jpg`), 'not yours')
  await mkdir(join(dir, 'sha256', 'ab'), { recursive: true })
  await symlink(join(dir, '..', 'elsewhere'), join(dir, 'sha256', 'ab', 'ab'))
  await expect(store.open(`sha256/ab/ab/${hash}.jpg`)).rejects.toThrow('no file of the attachment store')
  const inside = path.replace(/[^/]*$/, `${path.slice(7, 9)}${path.slice(10, 12)}${'0'.repeat(60)}.jpg`)
  await symlink(join(dir, '..', 'elsewhere', `${hash}.jpg`), join(dir, inside))
  await expect(store.open(inside)).rejects.toMatchObject({ code: 'ELOOP' })
})

test('a link where a file belongs is replaced, what it leads to is left alone', async ({ dir, store }) => {
  const bytes = randomBytes(64)
  const { path } = await store.put(bytes, 'jpg')
  const victim = join(dir, '..', 'victim')
  await writeFile(victim, randomBytes(64))
  const before = await readFile(victim)
  await rm(join(dir, path))
  await symlink(victim, join(dir, path))
  expect(await store.put(bytes, 'jpg')).toMatchObject({ existed: false })
  expect((await readFile(victim)).equals(before)).toBe(true)
  expect((await readFile(join(dir, path))).equals(bytes)).toBe(true)
})

test('hashing again tells what is there now', async ({ dir, store }) => {
  const bytes = randomBytes(3_000_000)
  const { path, checksum } = await store.put(bytes, 'jpg')
  expect(await store.hash(path)).toEqual({ checksum, bytes: 3_000_000 })
  await writeFile(join(dir, path), 'something else')
  expect(await store.hash(path)).toEqual({ checksum: sha256(Buffer.from('something else')), bytes: 14 })
  await rm(join(dir, path))
  expect(await store.hash(path)).toBeNull()
  expect(await store.hash(`sha256/00/00/${'0'.repeat(64)}.jpg`)).toBeNull()
})

test('listing names stored and temporary files in order, and no others', async ({ dir, store }) => {
  const stored = await Promise.all(Array.from({ length: 20 }, () => store.put(randomBytes(20), 'jpg')))
  await writeFile(join(dir, 'tmp', 'x.part'), 'half')
  await writeFile(join(dir, 'notes.txt'), 'of the owner')
  await writeFile(join(dir, 'sha256', 'notes.txt'), 'of the owner')
  expect(await paths(store)).toEqual([...stored.map(file => file.path).sort(), 'tmp/x.part'])
})

test('a store that was never written to is empty and makes nothing', async ({ dir, store }) => {
  expect(await paths(store)).toEqual([])
  await expect(stat(dir)).rejects.toMatchObject({ code: 'ENOENT' })
})

test('removing removes once', async ({ store }) => {
  const { path } = await store.put(randomBytes(20), 'jpg')
  expect(await store.remove(path)).toBe(true)
  expect(await store.remove(path)).toBe(false)
  expect(await paths(store)).toEqual([])
  await expect(store.remove('../x')).rejects.toThrow('no file of the attachment store')
})

test('an extension that is a path is refused', async ({ store }) => {
  for (const ext of ['', '../x', 'jpg/../../x', 'JPG', 'a'.repeat(9)])
    await expect(store.put(randomBytes(1), ext)).rejects.toThrow('extension')
})

test('a place that cannot be written to is named, with what to do, and works once it is mended', async ({ dir }) => {
  await writeFile(dir, 'a file where the directory should be')
  const store = makeFileStore(dir)
  await expect(store.put(randomBytes(10), 'jpg')).rejects.toMatchObject({
    code: 'retryable',
    message: expect.stringMatching(/attachments \((ENOTDIR|EEXIST)\).*ATTACHMENTS_DIR/),
  })
  await rm(dir)
  expect(await store.put(randomBytes(10), 'jpg')).toMatchObject({ existed: false })
})

test('a full disk and a read-only one are told apart, lose nothing and leave no half file', async ({ dir }) => {
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', dirname(dir)]).status === 0
  test.skip(!mounted, 'only an administrator can mount a small disk')
  try {
    const store = makeFileStore(dir)
    const small = randomBytes(60_000)
    const { path } = await store.put(small, 'jpg')
    await expect(store.put(randomBytes(400_000), 'jpg')).rejects.toMatchObject({
      code: 'retryable',
      message: expect.stringMatching(/ENOSPC.*free some space/),
    })
    expect(await paths(store)).toEqual([path])
    expect(await store.put(randomBytes(60_000), 'jpg')).toMatchObject({ existed: false })
    expect(spawnSync('mount', ['-o', 'remount,ro', dirname(dir)]).status).toBe(0)
    await expect(store.put(randomBytes(10), 'jpg')).rejects.toMatchObject({
      code: 'retryable',
      message: expect.stringMatching(/EROFS.*read-only/),
    })
    expect(await store.put(small, 'jpg')).toMatchObject({ path, existed: true })
  } finally {
    spawnSync('umount', [dirname(dir)])
  }
})
