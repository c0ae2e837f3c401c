import { execFile } from 'node:child_process'
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { sql } from 'drizzle-orm'
import { rowsOf } from '../../src/db/client.ts'
import { expect, onBoth, test } from '../support/database.ts'

const run = promisify(execFile)
const root = join(import.meta.dirname, '..', '..')

test('the migrations are what the schema says: generating them again gives nothing new', async () => {
  // Below the project, because drizzle-kit takes paths relative to it only.
  const folder = await mkdtemp(join(root, 'test-results', 'drizzle-'))
  await cp(join(root, 'drizzle'), folder, { recursive: true })
  const kit = join(root, 'node_modules', 'drizzle-kit', 'bin.cjs')
  const out = join('test-results', folder.slice(folder.lastIndexOf('drizzle-')))
  await run(process.execPath, [kit, 'generate', '--dialect', 'postgresql', '--schema', './src/db/schema.ts', '--out', out], { cwd: root })
  const migrations = async (dir: string) => (await readdir(dir)).filter(name => name.endsWith('.sql')).sort()
  expect(await migrations(folder)).toEqual(await migrations(join(root, 'drizzle')))
  await rm(folder, { recursive: true })
})

onBoth('the tables have the columns of the contract', async ({ database }) => {
  const columns = await rowsOf<{ name: string }>(
    database.db,
    sql`select table_name || '.' || column_name as name from information_schema.columns where table_schema = 'public'`,
  )
  const names = columns.map(column => column.name)
  const contract = {
    messages:
      'id platform external_id thread_external_id sender_id recipient_ids content_snippet ts is_outgoing source_app is_agent_channel exclude_from_automation has_attachments',
    attachments: 'id message_id source media_type file_path checksum size_bytes width height original_name position status attempts',
    sync_state: 'source last_seen_ts last_successful_sync_at',
    extractions: 'attachment_id provenance',
    extraction_jobs: 'id attachment_id status',
    chats: 'id external_id',
    sync_runs: 'id status',
    events: 'id type data',
  }
  const wanted = Object.entries(contract).flatMap(([table, list]) => list.split(' ').map(column => `${table}.${column}`))
  expect(names).toEqual(expect.arrayContaining(wanted))
})
