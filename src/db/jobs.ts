/** The queue of pictures to be understood. */
import { sql } from 'drizzle-orm'
import type { ExtractionJob } from '../extraction.ts'
import { type Database, rowsOf } from './client.ts'
import type { ExtractionResult } from './store.ts'
import { toJson, toStored } from './text.ts'

/**
 * Takes due jobs, oldest first. Rows that another worker is taking are skipped; a job whose worker died is due again after the lease.
 */
export async function takeJobs(
  database: Database,
  { worker, limit, leaseMs = 600_000 }: { worker: string; limit: number; leaseMs?: number },
): Promise<ExtractionJob[]> {
  return database.transaction(tx =>
    rowsOf<ExtractionJob>(
      tx,
      sql`with due as (
            select id from extraction_jobs
            where status in ('queued', 'running') and run_after <= now()
            order by run_after, id limit ${limit} for update skip locked
          ), taken as (
            update extraction_jobs j set status = 'running', attempts = attempts + 1, locked_by = ${worker}, locked_at = now(),
              run_after = now() + ${leaseMs}::float8 * interval '1 millisecond'
            from due where j.id = due.id returning j.*
          )
          select t.id, t.attachment_id as "attachmentId", t.kind, t.attempts, a.file_path as "filePath", a.media_type as "mediaType", t.checksum,
            json_build_object('thread_external_id', m.thread_external_id, 'external_id', m.external_id) as provenance
          from taken t join attachments a on a.id = t.attachment_id join messages m on m.id = a.message_id
          order by t.id`,
    ),
  )
}

/**
 * Stores what was found and closes the job, in one transaction. A job that was given to another worker meanwhile is left alone. The picture
 * may have moved to another message since the job was taken: two chats that turned out to be one.
 */
export async function finishJob(database: Database, job: ExtractionJob, result: ExtractionResult): Promise<void> {
  await database.transaction(async tx => {
    const [closed] = await rowsOf<{ attachment_id: number }>(
      tx,
      sql`update extraction_jobs set status = 'done', finished_at = now(), locked_by = null, locked_at = null, last_error = null
          where id = ${job.id} and status = 'running' and attempts = ${job.attempts} returning attachment_id`,
    )
    if (!closed) return
    const content = result.content === null ? null : toStored(result.content)
    await tx.execute(
      sql`insert into extractions (attachment_id, job_id, kind, extractor, content, data, provenance)
          select a.id, ${job.id}, ${job.kind}, ${result.extractor}, ${content}, ${toJson(result.data ?? {})}::text::jsonb,
            jsonb_build_object('thread_external_id', m.thread_external_id, 'external_id', m.external_id)
          from attachments a join messages m on m.id = a.message_id where a.id = ${closed.attachment_id}`,
    )
  })
}

/** Puts a job back, due again after `delayMs`; given up as `failed` after its last attempt. */
export async function failJob(
  database: Database,
  job: ExtractionJob,
  error: string,
  { maxAttempts = 5, delayMs = 60_000 }: { maxAttempts?: number; delayMs?: number } = {},
): Promise<void> {
  const last = job.attempts >= maxAttempts
  await database.transaction(async tx => {
    await tx.execute(
      sql`update extraction_jobs set status = ${last ? 'failed' : 'queued'}, last_error = ${toStored(error)}, locked_by = null, locked_at = null,
            run_after = now() + ${delayMs}::float8 * interval '1 millisecond', finished_at = case when ${last}::boolean then now() end
          where id = ${job.id} and status = 'running' and attempts = ${job.attempts}`,
    )
  })
}

/** How many jobs wait. */
export async function queuedJobs(database: Database): Promise<number> {
  const [row] = await rowsOf<{ count: number }>(
    database.db,
    sql`select count(*)::int as count from extraction_jobs where status in ('queued', 'running')`,
  )
  return row?.count ?? 0
}
