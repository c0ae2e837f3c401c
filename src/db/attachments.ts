/** Files of messages, the jobs that saved pictures give rise to, and what of a chat's pictures need not be read again. */
import { sql } from 'drizzle-orm'
import type { Attachment, AttachmentStatus } from '../model.ts'
import { type Queries, rowsOf } from './client.ts'
import type { ImageState, Saved } from './store.ts'
import { fromStored, toJson } from './text.ts'

/** An attachment with the row of its message. */
export interface AttachmentRow {
  messageRow: number
  attachment: Attachment
}

interface MergedAttachment {
  id: number
  checksum: string | null
  size_bytes: number | null
  status: AttachmentStatus
  stored_now: boolean
  on_disk: boolean
}

/**
 * Merges attachments: bytes that are saved stay saved, a larger picture replaces its thumbnail, a refusal stands until there are
 * bytes. Queues a job for every picture that was saved now.
 */
export async function mergeAttachments(tx: Queries, rows: readonly AttachmentRow[]): Promise<Pick<Saved, 'attachments' | 'jobs'>> {
  const counts = { saved: 0, deduplicated: 0, pending: 0, bytes: 0 }
  const once = new Map(rows.map(row => [`${row.messageRow}#${row.attachment.position}`, row]))
  if (once.size === 0) return { attachments: counts, jobs: 0 }
  const merged = await rowsOf<MergedAttachment>(
    tx,
    sql`with merged as materialized (
      select i.*, s, i.status = 'saved' and (s.id is null or s.status <> 'saved'
          or coalesce(i.width, 0)::bigint * coalesce(i.height, 0) > coalesce(s.width, 0)::bigint * coalesce(s.height, 0)) as stored_now,
        case when s.id is null or i.status = 'saved' then i.status
          when s.status in ('saved', 'failed') or i.status = 'metadata_only' then s.status
          when s.status = 'unavailable' and i.status = 'pending' then s.status
          else i.status end as new_status
      from jsonb_to_recordset(${toJson([...once.values()].map(toRow))}::text::jsonb) as i(message_id bigint, position integer, media_type text,
        status text, file_path text, checksum text, size_bytes bigint, width integer, height integer, original_name text, duration_s real, reason text)
      left join lateral (select * from attachments a where a.message_id = i.message_id and a.position = i.position offset 0) s on true
    ), valued as materialized (
      select m.message_id, m.position, m.new_status as status, m.stored_now, s,
        case when stored_now or (m.s).id is null or ((m.s).media_type like '%*' and m.media_type not like '%*') then m.media_type else (m.s).media_type end as media_type,
        case when stored_now then m.file_path else (m.s).file_path end as file_path,
        case when stored_now then m.checksum else (m.s).checksum end as checksum,
        case when stored_now then m.size_bytes else coalesce((m.s).size_bytes, m.size_bytes) end as size_bytes,
        case when stored_now then m.width else coalesce((m.s).width, m.width) end as width,
        case when stored_now then m.height else coalesce((m.s).height, m.height) end as height,
        coalesce((m.s).original_name, m.original_name) as original_name,
        coalesce((m.s).duration_s, m.duration_s) as duration_s,
        case when m.new_status = 'saved' then null when m.new_status = m.status then coalesce(m.reason, (m.s).reason) else (m.s).reason end as reason,
        coalesce((m.s).attempts, 0) + case when stored_now or (m.status in ('pending', 'failed') and m.new_status = m.status
          and (m.s).status is distinct from 'failed') then 1 else 0 end as attempts
      from merged m
    ), written as (
      insert into attachments (message_id, position, media_type, status, file_path, checksum, size_bytes, width, height, original_name, duration_s,
        reason, attempts, saved_at)
      select message_id, position, media_type, status, file_path, checksum, size_bytes, width, height, original_name, duration_s,
        reason, attempts, case when stored_now then now() end
      from valued v
      where (status, media_type, file_path, checksum, size_bytes, width, height, original_name, duration_s, reason, attempts) is distinct from
        ((v.s).status, (v.s).media_type, (v.s).file_path, (v.s).checksum, (v.s).size_bytes, (v.s).width, (v.s).height, (v.s).original_name,
         (v.s).duration_s, (v.s).reason, (v.s).attempts)
      order by message_id, position
      on conflict (message_id, position) do update set media_type = excluded.media_type, status = excluded.status, file_path = excluded.file_path,
        checksum = excluded.checksum, size_bytes = excluded.size_bytes, width = excluded.width, height = excluded.height,
        original_name = excluded.original_name, duration_s = excluded.duration_s, reason = excluded.reason, attempts = excluded.attempts,
        saved_at = coalesce(excluded.saved_at, attachments.saved_at)
      returning id, message_id, position
    )
    select coalesce((v.s).id, w.id) as id, v.checksum, v.size_bytes::float8 as size_bytes, v.status, v.stored_now,
      v.stored_now and exists (select from attachments a where a.checksum = v.checksum) as on_disk
    from valued v left join written w on w.message_id = v.message_id and w.position = v.position
    order by v.message_id, v.position`,
  )
  const fresh = new Set<string | null>()
  for (const { status, stored_now, on_disk, checksum, size_bytes } of merged) {
    if (status === 'pending') counts.pending++
    if (!stored_now) continue
    if (on_disk || fresh.has(checksum)) counts.deduplicated++
    else {
      counts.saved++
      counts.bytes += size_bytes ?? 0
    }
    fresh.add(checksum)
  }
  return {
    attachments: counts,
    jobs: await enqueue(
      tx,
      merged.filter(row => row.stored_now),
    ),
  }
}

async function enqueue(tx: Queries, saved: readonly MergedAttachment[]): Promise<number> {
  if (saved.length === 0) return 0
  const rows = saved.map(({ id, checksum }) => ({ id, checksum }))
  const jobs = await rowsOf(
    tx,
    sql`insert into extraction_jobs (attachment_id, checksum)
        select id, checksum from jsonb_to_recordset(${toJson(rows)}::text::jsonb) as x(id bigint, checksum text) order by id
        on conflict do nothing returning id`,
  )
  return jobs.length
}

function toRow({ messageRow, attachment }: AttachmentRow) {
  return {
    message_id: messageRow,
    position: attachment.position,
    media_type: attachment.mediaType,
    status: attachment.status,
    file_path: attachment.filePath,
    checksum: attachment.checksum,
    size_bytes: attachment.sizeBytes,
    width: attachment.width,
    height: attachment.height,
    original_name: attachment.originalName,
    duration_s: attachment.durationS,
    reason: attachment.reason,
  }
}

/** Pictures of a chat's messages since an instant. */
export async function imageState(queries: Queries, chatId: number, since: string): Promise<ImageState> {
  const rows = await rowsOf<{ message_id: string; position: number; status: AttachmentStatus }>(
    queries,
    sql`select m.message_id, a.position, a.status from attachments a join messages m on m.id = a.message_id
        where m.chat_id = ${chatId} and m.ts >= date_trunc('minute', ${since}::timestamptz) and a.status <> 'metadata_only'`,
  )
  const settled = rows.filter(row => row.status !== 'pending').map(row => `${fromStored(row.message_id)}#${row.position}`)
  const pending = rows.filter(row => row.status === 'pending').map(row => fromStored(row.message_id))
  return { settled: new Set(settled), pending: new Set(pending) }
}

/** Every stored file once, with the rows that name it. */
export async function storedFiles(
  queries: Queries,
): Promise<{ filePath: string; checksum: string; sizeBytes: number; attachmentIds: number[] }[]> {
  return rowsOf(
    queries,
    sql`select file_path as "filePath", min(checksum) as checksum, coalesce(max(size_bytes), 0)::float8 as "sizeBytes",
          json_agg(id order by id) as "attachmentIds"
        from attachments where status = 'saved' and file_path is not null group by file_path order by file_path`,
  )
}
