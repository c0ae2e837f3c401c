/** One file of a message, as the API serves it. */
import { sql } from 'drizzle-orm'
import type { AttachmentStatus } from '../model.ts'
import { type Queries, rowsOf } from './client.ts'
import { fromStored } from './text.ts'

/** `filePath` and `checksum` (sha256, hex) are null unless `saved`. */
export interface StoredAttachment {
  id: number
  mediaType: string
  status: AttachmentStatus
  filePath: string | null
  checksum: string | null
  sizeBytes: number | null
  name: string | null
}

/** The attachment with this number in an account; null when there is none. */
export async function attachment(queries: Queries, accountId: string, id: number): Promise<StoredAttachment | null> {
  const [row] = await rowsOf<StoredAttachment>(
    queries,
    sql`select a.id::float8 as id, a.media_type as "mediaType", a.status, a.file_path as "filePath", a.checksum, a.size_bytes::float8 as "sizeBytes",
          coalesce(a.original_name, m.file_name) as name
        from attachments a join messages m on m.id = a.message_id where a.id = ${id} and m.account_id = ${accountId}`,
  )
  return row ? { ...row, name: row.name === null ? null : fromStored(row.name) } : null
}
