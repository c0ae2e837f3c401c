/** Attachment files, stored once each under the sha256 of their bytes: `sha256/ab/cd/<hash>.<ext>` below one directory. */
import { createHash, randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { type FileHandle, lstat, mkdir, open, readdir, realpath, rename, rm, unlink, utimes } from 'node:fs/promises'
import { dirname, join, resolve, sep } from 'node:path'
import { EtlError, Retryable } from './errors.ts'
import { imageExtensions } from './model.ts'

/** A file as stored: `checksum` sha256 in lower-case hex, `path` below the store's directory with `/`, `existed` when nothing had to be written. */
export interface StoredFile {
  checksum: string
  path: string
  bytes: number
  existed: boolean
}

/** A file found in the store. `temp`: left by a write that never ended, or one going on now; `modifiedAt` (epoch ms) tells them apart. */
export interface ListedFile {
  path: string
  kind: 'stored' | 'temp'
  bytes: number
  modifiedAt: number
}

export interface FileStore {
  /** Stores bytes for good: when it resolves they are on disk. The same bytes again only make their file new. `ext` has no dot. */
  put(bytes: Uint8Array, ext: string): Promise<StoredFile>
  /** Opens a stored file for reading. Refuses paths outside the store; a missing file rejects with code ENOENT. */
  open(path: string): Promise<FileHandle>
  /** The bytes that are stored under this sha256 (lower-case hex), hashed again; null when no such file is there, or it is damaged. */
  bytesOf(checksum: string): Promise<Buffer | null>
  /** Hashes a stored file again, in pieces; null when it is not there. */
  hash(path: string): Promise<{ checksum: string; bytes: number } | null>
  /** Every file of the store in the order of its path. Files that are not the store's own are left out. */
  list(): AsyncGenerator<ListedFile>
  /** Removes a stored file; false when it was not there. */
  remove(path: string): Promise<boolean>
}

/** A write takes moments: what is older than this was left behind. Milliseconds. */
export const staleAfterMs = 10 * 60_000

const tempFolder = 'tmp'
const ownPath = /^(?:sha256\/([0-9a-f]{2})\/([0-9a-f]{2})\/(\1\2[0-9a-f]{60})\.[a-z0-9]{1,8}|tmp\/[\w.-]+\.part)$/

/** Where bytes of this sha256 (lower-case hex) lie below the store's directory. */
export function storedPath(checksum: string, ext: string): string {
  return `sha256/${checksum.slice(0, 2)}/${checksum.slice(2, 4)}/${checksum}.${ext}`
}

/** A store below `dir`, made (0700) with the first file. Leftovers of crashed writes go at the first `put`. */
export function makeFileStore(dir: string, { now = Date.now }: { now?: () => number } = {}): FileStore {
  const root = resolve(dir)
  const writing = new Map<string, Promise<StoredFile>>()
  let prepared: Promise<void> | null = null

  async function prepare(): Promise<void> {
    await makeDurably(join(root, tempFolder))
    for await (const file of listBelow(root, tempFolder)) {
      if (now() - file.modifiedAt > staleAfterMs) await rm(join(root, file.path), { force: true })
    }
  }

  async function store(bytes: Uint8Array, checksum: string, path: string): Promise<StoredFile> {
    const target = join(root, path)
    const present = await lstat(target).catch(orMissing)
    if (present?.isFile() && present.size === bytes.byteLength && (await stillThere(target, new Date(now())))) {
      return { checksum, path, bytes: bytes.byteLength, existed: true }
    }
    await makeDurably(dirname(target))
    await writeDurably(join(root, tempFolder, `${checksum}.${randomUUID()}.part`), target, bytes)
    return { checksum, path, bytes: bytes.byteLength, existed: false }
  }

  async function locate(path: string): Promise<string> {
    if (!ownPath.test(path)) throw outside(path)
    const [base, parent] = await Promise.all([realpath(root), realpath(dirname(join(root, path)))])
    // A folder replaced by a link would lead out of the store.
    if (!`${parent}${sep}`.startsWith(`${base}${sep}`)) throw outside(path)
    return join(root, path)
  }

  async function openOwn(path: string): Promise<FileHandle> {
    return open(await locate(path), constants.O_RDONLY | constants.O_NOFOLLOW)
  }

  return {
    async put(bytes, ext) {
      if (!/^[a-z0-9]{1,8}$/.test(ext)) throw new EtlError('internal', `"${ext}" is no file extension: expected 1 to 8 letters or digits.`)
      const checksum = createHash('sha256').update(bytes).digest('hex')
      const path = storedPath(checksum, ext)
      const others = writing.get(path)
      if (others) return others.then(file => ({ ...file, existed: true }))
      prepared ??= prepare()
      const task = prepared.then(() => store(bytes, checksum, path)).catch(error => Promise.reject(explain(error, root)))
      writing.set(path, task)
      try {
        return await task
      } catch (error) {
        prepared = null
        throw error
      } finally {
        writing.delete(path)
      }
    },
    open: openOwn,
    async bytesOf(checksum) {
      if (!/^[0-9a-f]{64}$/.test(checksum)) return null
      for (const ext of Object.values(imageExtensions)) {
        const file = await openOwn(storedPath(checksum, ext)).catch(orMissing)
        if (file === null) continue
        const bytes = await file.readFile().finally(() => file.close())
        if (createHash('sha256').update(bytes).digest('hex') === checksum) return bytes
      }
      return null
    },
    async hash(path) {
      const file = await openOwn(path).catch(orMissing)
      if (file === null) return null
      try {
        const hash = createHash('sha256')
        let bytes = 0
        for await (const piece of file.createReadStream({ autoClose: false, highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
          hash.update(piece)
          bytes += piece.byteLength
        }
        return { checksum: hash.digest('hex'), bytes }
      } finally {
        await file.close()
      }
    },
    async *list() {
      for (const folder of ['sha256', tempFolder]) {
        for await (const file of listBelow(root, folder)) if (ownPath.test(file.path)) yield file
      }
    },
    async remove(path) {
      const target = await locate(path).catch(orMissing)
      if (target === null) return false
      const gone = await unlink(target).then(() => true, orMissing)
      if (gone) await syncFolder(dirname(target))
      return gone === true
    },
  }
}

async function* listBelow(root: string, folder: string): AsyncGenerator<ListedFile> {
  const entries = (await readdir(join(root, folder), { withFileTypes: true }).catch(orMissing)) ?? []
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = `${folder}/${entry.name}`
    if (entry.isDirectory()) yield* listBelow(root, path)
    if (!entry.isFile()) continue
    const facts = await lstat(join(root, path)).catch(orMissing)
    const kind = folder === tempFolder ? ('temp' as const) : ('stored' as const)
    if (facts) yield { path, kind, bytes: facts.size, modifiedAt: facts.mtimeMs }
  }
}

/** Written whole beside its place, forced to disk, then renamed: a reader sees all of it or nothing, also after a power cut. */
async function writeDurably(temp: string, target: string, bytes: Uint8Array): Promise<void> {
  try {
    const file = await open(temp, 'wx', 0o600)
    try {
      await file.writeFile(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temp, target)
  } catch (error) {
    await rm(temp, { force: true }).catch(() => {})
    throw error
  }
  await syncFolder(dirname(target))
}

/** Makes a folder and those above it, for their owner alone, each forced to disk. (Node's own way hides EROFS behind ENOENT.) */
async function makeDurably(folder: string): Promise<void> {
  try {
    await mkdir(folder, { mode: 0o700 })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') return
    if (code !== 'ENOENT' || dirname(folder) === folder) throw error
    await makeDurably(dirname(folder))
    return makeDurably(folder)
  }
  await syncFolder(dirname(folder))
}

/** Marks a file as wanted now, for a purge goes by its age: the row that will name it is not stored yet. False when it has just gone. */
async function stillThere(path: string, at: Date): Promise<boolean> {
  return utimes(path, at, at).then(
    () => true,
    error => error.code !== 'ENOENT',
  )
}

/** Some file systems cannot sync a folder: they say so by these codes, and there is nothing else to be done. */
async function syncFolder(folder: string): Promise<void> {
  const unsupported = ['EINVAL', 'EPERM', 'EISDIR', 'ENOTSUP', 'EACCES']
  const handle = await open(folder, 'r').catch(error => (unsupported.includes(error.code) ? null : Promise.reject(error)))
  try {
    await handle?.sync().catch(error => (unsupported.includes(error.code) ? undefined : Promise.reject(error)))
  } finally {
    await handle?.close()
  }
}

function orMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null
  throw error
}

function outside(path: string): EtlError {
  return new EtlError('internal', `${JSON.stringify(path)} is no file of the attachment store.`)
}

const remedies: Partial<Record<string, string>> = {
  ENOSPC: 'the disk is full: free some space',
  EDQUOT: 'the disk quota is used up: free some space',
  EFBIG: 'no file may grow so large: raise the limit of this process (ulimit -f)',
  EROFS: 'the file system is read-only: mount it writable, or set ATTACHMENTS_DIR to another directory',
  EACCES: 'it may not be written: check who owns the directory, or set ATTACHMENTS_DIR to another one',
  EPERM: 'it may not be written: check who owns the directory, or set ATTACHMENTS_DIR to another one',
  ENOTDIR: 'something in its path is no directory: set ATTACHMENTS_DIR to another one',
}

function explain(error: NodeJS.ErrnoException, root: string): Error {
  const remedy = remedies[error.code ?? '']
  if (error instanceof EtlError || remedy === undefined) return error
  return new Retryable(`A picture could not be stored below ${root} (${error.code}): ${remedy}. The next cycle tries again.`, {
    cause: error,
  })
}
