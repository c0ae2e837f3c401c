/** What tests that inject faults share: a small account with pictures between the words, and what has to hold once the fault is over. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from '@playwright/test'
import type { Scenario } from '../sim/app/types.ts'
import { expectedRows } from '../sim/truth.ts'
import type { Running } from '../support/cli.ts'
import type { Kind } from '../support/database.ts'
import { running } from '../support/processes.ts'
import type { Account, MakeAccount } from './account.ts'
import {
  attachmentsQuery,
  expectMessages,
  expectPictures,
  messagesQuery,
  type StoredAttachment,
  type StoredMessage,
} from './expectation.ts'
import { account as accountOf, ada, bela, carl, direct, group, photo, said, talk } from './scene.ts'

const DAY = 24 * 60 * 60 * 1000

/** Four chats, pictures between the words. Each begins before the window, so that a reading ends at its edge and nowhere waits for more. */
export function scenario(): Scenario {
  const pictures = (from: number, hours: number) =>
    [0, 1, 2].map(n => said(ada, hours + n, { kind: 'image', text: null, images: [photo(from + n)] })).reverse()
  const before = () => said(ada, 45 * 24)
  return accountOf(
    direct(ada, [before(), ...talk(ada, 6, 30), ...pictures(1, 4)]),
    direct(bela, [before(), ...talk(bela, 6, 33), said(bela, 6, { kind: 'image', text: null, images: [photo(1)] })]),
    group('Choir on Tuesdays', 1, [ada, carl], [before(), ...talk(carl, 6, 40), ...pictures(10, 9)]),
    direct(carl, [before(), ...talk(carl, 6, 50)]),
  )
}

/** What the tables must hold now. */
export function expectedOf({ sim }: Account) {
  return expectedRows(sim.scenario, { since: new Date(Date.now() - 30 * DAY) })
}

export function profileOf(account: Account): string {
  return join(account.dataDir, 'whatsapp_profile')
}

/** Pid of the account's browser. */
export function browserOf(account: Account): number {
  return Number(
    readlinkSync(join(profileOf(account), 'SingletonLock'))
      .split('-')
      .at(-1),
  )
}

/** Resolves with the nth chat from now on that the page opens. */
export async function opened(account: Account, nth: number): Promise<void> {
  for (let n = 0; n < nth; n++) await account.sim.next('chat_opened')
}

/** The address that a worker says it listens on. */
export async function addressOf(worker: Running): Promise<string> {
  return (JSON.parse(await worker.line(/"HTTP server listening"/)) as { address: string }).address
}

export interface Health {
  http: number
  status: 'ok' | 'degraded' | 'down'
  last_successful_sync_at: string | null
  next_run_at: string | null
  postgres: { ready: boolean }
  problems: { code: string; message: string; action: string }[]
}

/** What `/health` of a worker says now. */
export async function healthAt(address: string): Promise<Health> {
  const answer = await fetch(new URL('/health', address))
  return { ...((await answer.json()) as Omit<Health, 'http'>), http: answer.status }
}

/** Rows and files are those of the account, each once. `attachments`: where the files lie. */
export async function expectTruth(account: Account, attachments = join(account.dataDir, 'attachments')): Promise<void> {
  const { messages, pictures } = await account.tables({ messages: messagesQuery, pictures: attachmentsQuery })
  expectMessages(messages as StoredMessage[], expectedOf(account))
  expectPictures(pictures as StoredAttachment[], expectedOf(account), attachments)
  expectWholeFiles(attachments)
}

/**
 * The fault is over and the worker has ended: no browser is left, no file is half written, rows and files are those of the account, and the
 * tables are column by column those of a run that nothing disturbed, over the same account on the other kind of database (`on`). `killed`: a
 * write may have been cut off, and what it left aside stays there for ten minutes.
 */
export async function expectUndisturbed(
  account: Account,
  makeAccount: MakeAccount,
  { attachments = join(account.dataDir, 'attachments'), on, killed = false }: { attachments?: string; on: Kind; killed?: boolean },
): Promise<void> {
  expect(running(profileOf(account)), 'no browser is left').toEqual([])
  if (!killed) expect(filesBelow(join(attachments, 'tmp')), 'no file is left half written').toEqual([])
  await expectTruth(account, attachments)
  const undisturbed = await makeAccount(on, { scenario: structuredClone(account.sim.scenario) })
  const { status, stderr } = await undisturbed.run('sync')
  expect(status, stderr).toBe(0)
  expect(await contentOf(account)).toEqual(await contentOf(undisturbed))
}

/** Every file in its place is what its name says: none was put there half written. */
export function expectWholeFiles(attachments: string): void {
  for (const entry of filesBelow(join(attachments, 'sha256'))) {
    const hash = createHash('sha256')
      .update(readFileSync(join(entry.parentPath, entry.name)))
      .digest('hex')
    expect(entry.name.split('.')[0], 'a file is what its name says').toBe(hash)
  }
}

function filesBelow(folder: string) {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
  } catch {
    return []
  }
}

/** Everything of the tables that two runs over the same account must have in common, whatever happened on the way: no row numbers, no times of ours. */
export async function contentOf(account: Account): Promise<Record<string, unknown[]>> {
  const utc = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
  const queries = {
    messages: `select external_id, thread_external_id, message_id, sender_id, sender_name, recipient_ids, content_snippet, ${utc('ts')} as ts,
        ts_precision, is_outgoing, source_app, kind, is_agent_channel, exclude_from_automation, has_attachments, is_edited, is_deleted,
        is_forwarded, forwarded_many, quoted_text, quoted_sender, quoted_message_id, reactions, status, file_name, duration_s, album_size, details
      from messages order by external_id`,
    attachments: `select m.external_id, a.source, a.position, a.media_type, a.status, a.file_path, a.checksum, a.size_bytes::int as size_bytes,
        a.width, a.height, a.original_name, a.reason
      from attachments a join messages m on m.id = a.message_id order by m.external_id, a.position`,
    chats: `select external_id, thread_external_id, jid, lid, title, community, is_group, is_self, archived, pinned, muted, unread, preview,
        participants, incomplete_reason from chats order by external_id`,
    jobs: `select j.checksum, j.kind, j.status, m.external_id from extraction_jobs j join attachments a on a.id = j.attachment_id
        join messages m on m.id = a.message_id order by m.external_id, a.position`,
    events: `select type, data ->> 'external_id' as external_id, count(*)::int as times from events
        where type in ('message.received', 'message.sent') group by 1, 2 order by 2, 1`,
    state: `select ${utc('last_seen_ts')} as last_seen_ts from sync_state`,
  }
  return account.tables(queries)
}
