/** Bytes of pictures out of the page, and what becomes of them. */
import type { CDPSession } from 'playwright'
import type { Attachment } from '../model.ts'
import { makeRoom, makeTurns } from '../turns.ts'
import { conversationWorld } from './isolated-world.ts'
import { describeBlob, openBlob } from './page/blob.ts'
import type { ImageWanted, Pane, PictureRead } from './pane.ts'

/** `gone`: the URL was revoked (its row left the page, and it was not seen there) · `too_large`: nothing was transferred · `timeout` · `failed`: the page went away. */
export type BlobReason = 'gone' | 'too_large' | 'timeout' | 'failed'
export type BlobBytes = { ok: true; bytes: Buffer; type: string | null } | { ok: false; reason: BlobReason }

export interface BlobLimits {
  maxBytes: number
  timeoutMs: number
}

/** A picture of WhatsApp has a few MB; 32 MB is what `examineImage` takes too. */
export const blobLimits: BlobLimits = { maxBytes: 32 << 20, timeoutMs: 15_000 }

/** Bytes of one IO.read: base64 of it travels as one message. */
const pieceBytes = 1 << 20

/** Up to this size a picture travels in the answer itself: one question instead of six, each of which waits its turn on a busy page. */
const inlineBytes = 256 << 10

/**
 * Bytes of a `blob:` URL of the page's main frame. The Blob is read through the debugging connection (reference: measured, 6 ms for 500 KB,
 * against 1.9 s as an array) and released again. Never throws.
 */
export async function readBlob(cdp: CDPSession, blobUrl: string, limits: BlobLimits = blobLimits): Promise<BlobBytes> {
  if (!blobUrl.startsWith('blob:')) return { ok: false, reason: 'gone' }
  let timer: NodeJS.Timeout | undefined
  const state = { late: false }
  const timeout = new Promise<BlobBytes>(resolve => {
    timer = setTimeout(() => {
      state.late = true
      resolve({ ok: false, reason: 'timeout' })
    }, limits.timeoutMs)
  })
  try {
    return await Promise.race([transfer(cdp, blobUrl, limits.maxBytes, state), timeout])
  } finally {
    clearTimeout(timer)
  }
}

async function transfer(cdp: CDPSession, blobUrl: string, maxBytes: number, state: { late: boolean }): Promise<BlobBytes> {
  let objectId: string | undefined
  try {
    const opened = await conversationWorld(cdp).call(openBlob.toString(), blobUrl, maxBytes, inlineBytes)
    if (typeof opened.value === 'string' && opened.value.startsWith('data:')) return inlined(opened.value)
    objectId = opened.objectId
    if (!objectId) return { ok: false, reason: opened.value === 'too_large' ? 'too_large' : 'gone' }
    const [described, { uuid }] = await Promise.all([
      cdp.send('Runtime.callFunctionOn', { functionDeclaration: describeBlob.toString(), objectId, returnByValue: true }),
      cdp.send('IO.resolveBlob', { objectId }),
    ])
    const { size, type } = JSON.parse(String(described.result.value)) as { size: number; type: string }
    const bytes = await readStream(cdp, `blob:${uuid}`, state)
    if (bytes.byteLength !== size) return { ok: false, reason: 'failed' }
    return { ok: true, bytes, type: type === '' ? null : type }
  } catch {
    return { ok: false, reason: 'failed' }
  } finally {
    // Without this the browser keeps the bytes as long as the document lives.
    if (objectId) void cdp.send('Runtime.releaseObject', { objectId }).catch(() => {})
  }
}

/** `data:image/jpeg;base64,…`; without a type where the Blob has none. */
function inlined(url: string): BlobBytes {
  const [head = '', data = ''] = url.split(',', 2)
  const type = /^data:(.*?)(?:;base64)?$/.exec(head)?.[1] ?? ''
  // That is what a Blob without a type is called there.
  const named = type === '' || type === 'application/octet-stream' ? null : type
  return { ok: true, bytes: Buffer.from(data, 'base64'), type: named }
}

async function readStream(cdp: CDPSession, handle: string, state: { late: boolean }): Promise<Buffer> {
  const pieces: Buffer[] = []
  try {
    for (let eof = false; !eof && !state.late; ) {
      const piece = await cdp.send('IO.read', { handle, size: pieceBytes })
      pieces.push(Buffer.from(piece.data, piece.base64Encoded ? 'base64' : 'latin1'))
      eof = piece.eof
    }
  } finally {
    void cdp.send('IO.close', { handle }).catch(() => {})
  }
  return Buffer.concat(pieces)
}

export interface PictureStoreDeps {
  readBlob(url: string): Promise<BlobBytes>
  /** The bytes that are stored under this sha256: they need not come out of the page a second time. */
  kept?(checksum: string): Promise<Buffer | null>
  examine(
    bytes: Buffer,
  ): Promise<{ ok: true; mediaType: string; ext: string; width: number; height: number } | { ok: false; reason: string }>
  put(bytes: Buffer, ext: string): Promise<{ checksum: string; path: string; bytes: number; existed: boolean }>
  /** Told when storing failed (disk full, read-only): the messages are kept, the picture waits. */
  onFault?(error: Error): void
}

/** Pictures that are read at a time, and that are examined and stored at a time. */
const readAtOnce = 6
const storeAtOnce = 4
/** Bytes that wait to be stored: with more of them the reading waits. It must not wait long: the page keeps pictures of rows that went for a minute. */
const heldAtMostBytes = 48 << 20

/**
 * Reads, examines and stores pictures; the next ones are read while others are stored. Gives what became of each, and tells `onRead` before that whether
 * its bytes are here, or never will be; never throws for a picture's sake.
 */
export function makePictureStore(deps: PictureStoreDeps): Pane['store'] {
  const readers = makeTurns(readAtOnce)
  const storers = makeTurns(storeAtOnce)
  const room = makeRoom(heldAtMostBytes)
  const byHash = new Map<string, Promise<unknown>>()
  const storeNext = async (image: ImageWanted, onRead: (read: PictureRead) => void): Promise<Attachment> => {
    const read = await readers(async () => {
      await room.free()
      const one = await readOne(image, deps)
      room.add(sizeOf(one))
      return one
    })
    onRead(read.ok ? 'here' : read.reason === 'gone' ? 'gone' : 'never')
    try {
      return await storers(() => storeOne(image.position, read, deps))
    } finally {
      room.add(-sizeOf(read))
    }
  }
  return async (image, onRead) => {
    const { checksum } = image
    if (checksum === null) return storeNext(image, onRead)
    // The same picture once more: when it is stored it need not be read.
    const before = byHash.get(checksum) ?? Promise.resolve()
    const storing = before.catch(() => undefined).then(() => storeNext(image, onRead))
    byHash.set(checksum, storing)
    return storing.finally(() => {
      if (byHash.get(checksum) === storing) byHash.delete(checksum)
    })
  }
}

const sizeOf = (read: BlobBytes): number => (read.ok ? read.bytes.byteLength : 0)

async function readOne({ url, checksum }: ImageWanted, deps: PictureStoreDeps): Promise<BlobBytes> {
  // What cannot be looked up is read as any other picture.
  const kept = checksum === null ? null : await deps.kept?.(checksum).catch(() => null)
  return kept ? { ok: true, bytes: kept, type: null } : await deps.readBlob(url)
}

async function storeOne(position: number, read: BlobBytes, deps: PictureStoreDeps): Promise<Attachment> {
  if (!read.ok) return notSaved(position, read.reason === 'too_large' ? 'failed' : 'pending', reasons[read.reason])
  const image = await deps.examine(read.bytes)
  if (!image.ok) return { ...notSaved(position, 'failed', image.reason), sizeBytes: read.bytes.byteLength }
  try {
    const file = await deps.put(read.bytes, image.ext)
    const saved = { status: 'saved' as const, filePath: file.path, checksum: file.checksum, sizeBytes: file.bytes, reason: null }
    return { ...notSaved(position, 'pending', null), ...saved, mediaType: image.mediaType, width: image.width, height: image.height }
  } catch (error) {
    deps.onFault?.(error as Error)
    return notSaved(position, 'pending', `the file could not be stored (${codeOf(error)}); see the log`)
  }
}

const leftPage = 'the row left the page before its picture was read'

const reasons: Record<BlobReason, string> = {
  gone: leftPage,
  too_large: 'the picture is larger than is allowed',
  timeout: 'the page did not give the picture in time',
  failed: 'the page went away while the picture was read',
}

/** What the system said, by its name: `ENOSPC`, `EROFS`. */
function codeOf(error: unknown): string {
  const { code, cause } = error as { code?: string; cause?: { code?: string } }
  return cause?.code ?? code ?? 'unknown'
}

function notSaved(position: number, status: 'pending' | 'failed', reason: string | null): Attachment {
  const nothing = { filePath: null, checksum: null, sizeBytes: null, width: null, height: null, originalName: null, durationS: null }
  return { position, mediaType: 'image/*', status, ...nothing, reason }
}
