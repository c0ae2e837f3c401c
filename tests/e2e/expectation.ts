/** Rows of the database against the truth of the scenario; nothing of our reader is involved in either side. */

import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from '@playwright/test'
import type { ExpectedRow } from '../sim/truth.ts'

/** Columns that the comparison reads, as the database gives them. */
export interface StoredMessage {
  external_id: string
  chat_id: number
  is_outgoing: boolean
  kind: string
  sender_id: string | null
  sender_name: string | null
  content_snippet: string | null
  ts: string
  is_edited: boolean
  is_deleted: boolean
  is_forwarded: boolean
  forwarded_many: boolean
  quoted_text: string | null
  reactions: { emoji: string; count: number | null }[]
  status: string | null
  file_name: string | null
  duration_s: number | null
  album_size: number | null
  has_attachments: boolean
}

export const messagesQuery = `
  select m.external_id, m.chat_id, m.is_outgoing, m.kind, m.sender_id, m.sender_name, m.content_snippet, m.ts::text as ts, m.is_edited, m.is_deleted,
         m.is_forwarded, m.forwarded_many, m.quoted_text, m.reactions, m.status, m.file_name, m.duration_s, m.album_size, m.has_attachments
  from messages m order by m.chat_id, m.ts, m.external_id`

export const attachmentsQuery = `
  select m.message_id, a.position, a.status, a.checksum, a.file_path, a.size_bytes::int as size_bytes, a.width, a.height, a.reason
  from attachments a join messages m on m.id = a.message_id order by m.message_id, a.position`

export interface StoredAttachment {
  message_id: string
  position: number
  status: string
  checksum: string | null
  file_path: string | null
  size_bytes: number | null
  width: number | null
  height: number | null
  reason: string | null
}

const idOf = (row: StoredMessage) => row.external_id.slice(row.external_id.lastIndexOf('/') + 1)

/** What of a message the page shows for certain, on both sides in the same words. */
function shownOf(row: StoredMessage) {
  return {
    direction: row.is_outgoing ? 'out' : 'in',
    kind: row.kind,
    text: row.content_snippet,
    minute: `${new Date(row.ts).toISOString().slice(0, 16)}:00.000Z`,
    edited: row.is_edited,
    deleted: row.is_deleted,
    forwarded: row.is_forwarded ? (row.forwarded_many ? 2 : 1) : 0,
    quotedText: row.quoted_text,
    reactions: [...row.reactions].map(one => one.emoji).sort(),
    status: row.is_outgoing ? row.status : null,
    fileName: row.file_name,
    durationS: row.duration_s,
    albumSize: row.album_size,
  }
}

function truthOf(row: ExpectedRow) {
  return {
    direction: row.direction,
    kind: row.kind,
    text: row.text,
    minute: row.minute,
    edited: row.edited,
    deleted: row.deleted,
    forwarded: row.forwarded,
    quotedText: row.quotedText,
    reactions: row.reactions.map(one => one.emoji).sort(),
    status: row.direction === 'out' ? row.status : null,
    fileName: row.fileName,
    durationS: row.durationS,
    albumSize: row.albumSize,
  }
}

/**
 * Every expected message once, with everything the page shows of it, and nothing else; `external_id` ends in `/` + the id.
 * Message ids of the account are all different; that each of its chats is one chat here is checked apart.
 */
export function expectMessages(stored: StoredMessage[], expected: ExpectedRow[]): void {
  const found = new Map(stored.map(row => [idOf(row), shownOf(row)]))
  const truth = new Map(expected.map(row => [row.messageId, truthOf(row)]))
  expect(truth.size, 'the account chooses every id once').toBe(expected.length)
  expect(found.size, 'no message is there twice').toBe(stored.length)
  expect(
    [...found.keys()].filter(id => !truth.has(id)),
    'rows that the account does not hold',
  ).toEqual([])
  expect(
    [...truth.keys()].filter(id => !found.has(id)),
    'messages that were lost',
  ).toEqual([])
  const wrong = [...truth].filter(([id, row]) => JSON.stringify(found.get(id)) !== JSON.stringify(row))
  expect(Object.fromEntries(wrong.map(([id]) => [id, found.get(id)]))).toEqual(Object.fromEntries(wrong))

  const chatOf = new Map(stored.map(row => [idOf(row), row.chat_id]))
  const pairs = new Set(expected.map(row => `${row.chatId} = ${chatOf.get(row.messageId)}`))
  expect(pairs.size, `each chat is one chat: ${[...pairs].join(', ')}`).toBe(new Set(expected.map(row => row.chatId)).size)
  expect(new Set(stored.map(row => row.chat_id)).size).toBe(pairs.size)
}

/** Every sound picture (stickers are other media, kept by their particulars) on disk byte for byte, one file per distinct picture; unsound ones failed with a reason. */
export function expectPictures(stored: StoredAttachment[], expected: ExpectedRow[], directory: string): void {
  const found = new Map(stored.map(row => [`${row.message_id}#${row.position}`, row]))
  for (const row of expected.filter(one => one.kind !== 'sticker')) {
    for (const [position, image] of row.images.entries()) {
      const name = `${row.chatTitle}/${row.messageId}#${position}`
      const attachment = found.get(`${row.messageId}#${position}`)
      if (!image.drawn) continue
      expect(attachment, name).toBeDefined()
      if (!image.downloaded) expect(attachment?.status, name).toBe('pending')
      else if (!image.sound && attachment?.status === 'failed') expect(attachment.reason, name).toBeTruthy()
      else {
        expect(attachment, `${name}: ${attachment?.reason ?? 'no reason'}`).toMatchObject({
          status: 'saved',
          checksum: image.sha256,
          size_bytes: image.size,
          width: image.width,
          height: image.height,
        })
        const bytes = readFileSync(join(directory, attachment?.file_path ?? ''))
        expect(createHash('sha256').update(bytes).digest('hex'), name).toBe(image.sha256)
      }
    }
  }
  const files = readdirSync(join(directory, 'sha256'), { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
  const distinct = new Set(stored.filter(row => row.status === 'saved').map(row => row.checksum))
  expect(files.length, 'one file per distinct picture, nothing else').toBe(distinct.size)
}
