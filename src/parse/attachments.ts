/** Drafts of a message's attachments, and where the page holds the bytes of its pictures. */
import type { Attachment, AttachmentStatus, MessageKind } from '../model.ts'
import type { RawRow } from '../raw.ts'
import { all, one } from './fields.ts'
import { asciiDigits } from './fold.ts'
import { parseRowId } from './ids.ts'

/** A picture as a mounted row shows it: `url` null = no bytes here yet, `offered` = the page has a download button for it. */
export interface ShownPicture {
  messageId: string
  position: number
  url: string | null
  offered: boolean
}

interface Tile {
  url: string | null
  offered: boolean
  video: boolean
}

function tilesOf(row: RawRow, kind: MessageKind): Tile[] {
  const values = isTiled(row, kind) ? all(row.fields, 'tiles') : all(row.fields, 'picture').slice(0, 1)
  return values.map(value => JSON.parse(value) as Tile)
}

/** Rows of several items: albums, and a film that came with a picture. */
function isTiled(row: RawRow, kind: MessageKind): boolean {
  return kind === 'album' || (kind === 'video' && all(row.fields, 'tiles').length > 1)
}

/** The pictures that a row of this kind shows, films left out. `messageId`: the row's own. */
export function shownPictures(row: RawRow, kind: MessageKind, messageId: string): ShownPicture[] {
  if (kind !== 'image' && kind !== 'unknown' && !isTiled(row, kind)) return []
  return tilesOf(row, kind).flatMap(({ url, offered, video }, position) => (video ? [] : [{ messageId, position, url, offered }]))
}

/** Number of items of an album: the id's own count, else the tiles, of which the last may stand for several ("+4" is the fourth and three more). */
export function albumSize(row: RawRow, kind: MessageKind): number | null {
  if (!isTiled(row, kind)) return null
  const named = /^album-.+-(\d+)$/.exec(one(row.fields, 'id') ?? '')?.[1]
  if (named) return Number(named)
  const more = one(row.fields, 'albumMore')
  const tiles = all(row.fields, 'tiles').length
  if (more !== null && tiles > 0) return tiles - 1 + Number(asciiDigits(more))
  return tiles > 0 ? tiles : parseRowId(one(row.fields, 'id') ?? '').items.length || null
}

const types: Readonly<Record<string, string>> = {
  pdf: 'application/pdf',
  zip: 'application/zip',
  txt: 'text/plain',
  csv: 'text/csv',
  xml: 'application/xml',
  json: 'application/json',
  doc: 'application/msword',
  xls: 'application/vnd.ms-excel',
  ppt: 'application/vnd.ms-powerpoint',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  mp4: 'video/mp4',
  mp3: 'audio/mpeg',
  m4a: 'audio/mp4',
  ogg: 'audio/ogg',
}
const families: Partial<Record<MessageKind, string>> = {
  sticker: 'image/webp',
  video: 'video/*',
  gif: 'video/*',
  voice: 'audio/ogg',
  audio: 'audio/*',
}

/** What the row says of its files. Pictures are `pending` until their bytes are stored; other media are `metadata_only`. */
export function draftsOf(row: RawRow, kind: MessageKind, facts: { fileName: string | null; durationS: number | null }): Attachment[] {
  const draft = (position: number, mediaType: string, status: AttachmentStatus, reason: string | null = null): Attachment => ({
    position,
    mediaType,
    status,
    filePath: null,
    checksum: null,
    sizeBytes: null,
    width: null,
    height: null,
    originalName: facts.fileName,
    durationS: facts.durationS,
    reason,
  })
  const waiting = (position: number, tile: Tile | undefined): Attachment =>
    tile?.video
      ? draft(position, 'video/*', 'metadata_only')
      : draft(position, 'image/*', 'pending', tile?.url ? null : 'the page has not downloaded it yet')
  if (kind === 'image') return [waiting(0, tilesOf(row, kind)[0])]
  if (isTiled(row, kind)) {
    const tiles = tilesOf(row, kind)
    const size = Math.max(albumSize(row, kind) ?? 0, tiles.length)
    return Array.from({ length: Math.min(size, 100) }, (_, position) =>
      position < tiles.length
        ? waiting(position, tiles[position])
        : draft(position, 'image/*', 'unavailable', 'the page draws only the first items of an album'),
    )
  }
  if (kind === 'document') {
    const extension = /\.([A-Za-z0-9]{1,5})$/.exec(facts.fileName ?? '')?.[1]?.toLowerCase() ?? ''
    return [draft(0, types[extension] ?? 'application/octet-stream', 'metadata_only')]
  }
  if (kind === 'unknown')
    return all(row.fields, 'mediaFrame').length > 0
      ? [draft(0, 'application/octet-stream', 'pending', 'not downloaded; the page does not show its type')]
      : []
  const family = families[kind]
  return family ? [draft(0, family, 'metadata_only')] : []
}
