/** `verify`: hashes every stored attachment again and holds the files against the rows. Changes nothing. */
import { loadConfig } from '../config.ts'
import { storedFiles } from '../db/attachments.ts'
import { openDatabase } from '../db/client.ts'
import { migrationStatus } from '../db/migrate.ts'
import { exitStatuses, SchemaError } from '../errors.ts'
import { type FileStore, makeFileStore, staleAfterMs } from '../files.ts'
import type { Io } from './io.ts'

/** A file as the rows know it. */
export interface KnownFile {
  filePath: string
  checksum: string
  sizeBytes: number
  attachmentIds: number[]
}

/** What is wrong with the files; every list is in the order of the paths. `corrupt` also names what cannot be read. */
export interface Verified {
  checked: number
  bytes: number
  missing: { path: string; attachment_ids: number[] }[]
  corrupt: { path: string; attachment_ids: number[]; reason: string }[]
  /** Files that no row names, and what writes that never ended left. */
  orphaned: { path: string; bytes: number }[]
  temporary: { path: string; bytes: number }[]
}

interface VerifyDeps {
  now: number
  signal: AbortSignal
  onProgress(done: number, of: number): void
}

/** Hashes each known file once, then looks for files that nobody knows. */
export async function verifyFiles(
  files: FileStore,
  known: readonly KnownFile[],
  { now, signal, onProgress }: VerifyDeps,
): Promise<Verified> {
  const found: Verified = { checked: 0, bytes: 0, missing: [], corrupt: [], orphaned: [], temporary: [] }
  const ordered = [...known].sort((a, b) => (a.filePath < b.filePath ? -1 : 1))
  for (const row of ordered) {
    signal.throwIfAborted()
    const named = { path: row.filePath, attachment_ids: row.attachmentIds }
    try {
      const actual = await files.hash(row.filePath)
      found.bytes += actual?.bytes ?? 0
      const reason = actual && whatIsWrong(row, actual)
      if (actual === null) found.missing.push(named)
      else if (reason) found.corrupt.push({ ...named, reason })
    } catch (error) {
      found.corrupt.push({ ...named, reason: `it cannot be read: ${(error as NodeJS.ErrnoException).code ?? (error as Error).message}` })
    }
    onProgress(++found.checked, ordered.length)
  }
  const paths = new Set(known.map(row => row.filePath))
  for await (const { path, kind, bytes, modifiedAt } of files.list()) {
    signal.throwIfAborted()
    // A file is on disk before its row: one that is new may be of a cycle that runs now.
    if (now - modifiedAt < staleAfterMs) continue
    if (kind === 'temp') found.temporary.push({ path, bytes })
    else if (!paths.has(path)) found.orphaned.push({ path, bytes })
  }
  return found
}

function whatIsWrong(row: KnownFile, actual: { checksum: string; bytes: number }): string | null {
  if (actual.bytes !== row.sizeBytes) return `it has ${actual.bytes} bytes, expected ${row.sizeBytes}`
  return actual.checksum === row.checksum ? null : `its sha256 is ${actual.checksum}, expected ${row.checksum}`
}

/** Prints what `verifyFiles` found. Exit status 1 when anything is missing or corrupt; orphaned files are only named. */
export async function verify(options: { json?: boolean }, io: Io): Promise<number> {
  const config = loadConfig(io.env)
  const database = await openDatabase({ url: config.db.url, dataDir: config.dataDir, signal: io.signal })
  try {
    const { pending, unknown } = await migrationStatus(database)
    if (unknown > 0) throw new SchemaError('the database was used by a newer version of whatsapp-etl: verify with that one.')
    if (pending > 0) throw new SchemaError(`${pending} migration(s) are not applied yet: run \`whatsapp-etl migrate\` first.`)
    const found = await verifyFiles(makeFileStore(config.attachmentsDir), await storedFiles(database.db), {
      now: Date.now(),
      signal: io.signal,
      onProgress: (done, of) => {
        if (io.isTty && (done % 25 === 0 || done === of)) io.stderr.write(`\r${done} of ${of} files${done === of ? '\n' : ''}`)
      },
    })
    io.stdout.write(options.json ? `${JSON.stringify(found)}\n` : describeFound(found, config.attachmentsDir))
    return found.missing.length + found.corrupt.length > 0 ? exitStatuses.failed : exitStatuses.complete
  } finally {
    await database.close()
  }
}

function describeFound(found: Verified, dir: string): string {
  const of = (ids: number[]) => `attachment${ids.length === 1 ? '' : 's'} ${ids.join(', ')}`
  const count = (files: unknown[], what: string) => (files.length > 0 ? [`${files.length} ${what}`] : [])
  const summary = [
    ...count(found.missing, 'missing'),
    ...count(found.corrupt, 'corrupt'),
    ...count(found.orphaned, 'orphaned'),
    ...count(found.temporary, 'left by broken writes'),
  ]
  const lines = [
    ...found.missing.map(file => `missing    ${file.path} (${of(file.attachment_ids)})`),
    ...found.corrupt.map(file => `corrupt    ${file.path} (${of(file.attachment_ids)}): ${file.reason}`),
    ...found.orphaned.map(file => `orphaned   ${file.path} (${file.bytes} bytes): no row names it; it may be removed`),
    ...found.temporary.map(file => `temporary  ${file.path} (${file.bytes} bytes): removed by the next cycle that stores a picture`),
    `${found.checked} files checked below ${dir}: ${summary.length > 0 ? summary.join(', ') : 'all sound'}`,
  ]
  return `${lines.join('\n')}\n`
}
