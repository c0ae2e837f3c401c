/** `purge`: removes messages and files for good, and leaves tombstones so that no cycle brings them back. */
import { type Config, loadConfig } from '../config.ts'
import { storedFiles } from '../db/attachments.ts'
import { type Database, openDatabase } from '../db/client.ts'
import { migrationStatus } from '../db/migrate.ts'
import { namedChats, type Purgeable, type PurgeScope, purgeable, purgeMessages } from '../db/purge.ts'
import { exitStatuses, SchemaError, UsageError } from '../errors.ts'
import { makeFileStore } from '../files.ts'
import { readLock } from '../lock.ts'
import { defaultAccount } from '../model.ts'
import { chosenChats } from './chosen-chats.ts'
import type { Io } from './io.ts'
import { type SweptFiles, sweepFiles } from './sweep-files.ts'
import { formatTable } from './table.ts'

export interface PurgeOptions {
  olderThan?: number
  chat?: string[]
  dryRun?: boolean
  yes?: boolean
  json?: boolean
}

const DAY = 24 * 60 * 60 * 1000
const MINUTE = 60 * 1000

/** Purges, once it is confirmed, and prints what went. Exit status 0; 64 where it is not said what or nobody can confirm. */
export async function purge(options: PurgeOptions, io: Io): Promise<number> {
  const { olderThan, chat = [], dryRun = false, yes = false } = options
  if (olderThan === undefined && chat.length === 0) {
    throw new UsageError('expected what to purge: --older-than DAYS, --chat NAME_OR_ID, or both (the older messages of these chats)')
  }
  if (!dryRun && !yes && !io.ask) {
    throw new UsageError('nobody can be asked here whether to remove messages for good: add --yes, or look first with --dry-run')
  }
  const config = loadConfig(io.env)
  const database = await openDatabase({ url: config.db.url, dataDir: config.dataDir, signal: io.signal })
  try {
    await refuseOtherSchema(database)
    const now = Date.now()
    const scope: PurgeScope = {
      accountId: defaultAccount,
      chatIds: chat.length === 0 ? null : chosenChats(await namedChats(database.db, defaultAccount), chat),
      // At a whole minute the times that the page shows and the exact ones agree on what is older.
      olderThan: olderThan === undefined ? null : iso(Math.floor((now - olderThan * DAY) / MINUTE) * MINUTE),
      now: iso(now),
    }
    const chats = await purgeable(database.db, scope)
    const before = await sweep(database, config, true)
    if (dryRun) {
      io.stdout.write(
        options.json ? toJsonLine({ dry_run: true, chats, orphaned: before }) : `${describe(chats, before)}Dry run: nothing was removed.\n`,
      )
      return exitStatuses.complete
    }
    if (!yes) {
      io.stderr.write(describe(chats, before))
      const answer = (await io.ask?.('Remove this for good? [y/N] ')) ?? ''
      if (!/^y(es)?$/i.test(answer.trim())) {
        io.stderr.write('nothing was removed\n')
        return exitStatuses.failed
      }
    }
    // What came while somebody was thinking goes too.
    const removed = await purgeMessages(
      database,
      { ...scope, now: iso(Date.now()) },
      {
        signal: io.signal,
        onBatch: gone => {
          if (io.isTty) io.stderr.write(`${gone} messages removed so far\n`)
        },
      },
    )
    const files = await sweep(database, config, false)
    await database.maintain()
    io.stdout.write(
      options.json
        ? toJsonLine({ dry_run: false, chats, removed: { ...removed, files: files.files, bytes: files.bytes }, files_left: files.left })
        : `removed ${total({ ...removed, ...files })}\n${leftBehind(files)}`,
    )
    return exitStatuses.complete
  } finally {
    await database.close()
  }
}

/** Files that no row names. While somebody reads, a file may be on disk before its row: then only those go that nobody wanted lately. */
async function sweep(database: Database, config: Config, dryRun: boolean): Promise<SweptFiles> {
  const reader = await readLock(config.browser.profileDir)
  const known = (await storedFiles(database.db)).map(file => file.filePath)
  const keptMs = reader?.held ? Math.max(60 * MINUTE, 2 * config.pace.cycleBudgetMs) : 0
  return sweepFiles(makeFileStore(config.attachmentsDir), new Set(known), { unusedSince: Date.now() - keptMs, dryRun })
}

async function refuseOtherSchema(database: Database): Promise<void> {
  const { pending, unknown } = await migrationStatus(database)
  if (unknown > 0) throw new SchemaError('the database was used by a newer version of whatsapp-etl: purge with that one.')
  if (pending > 0) throw new SchemaError(`${pending} migration(s) are not applied yet: run \`whatsapp-etl migrate\` first.`)
}

function describe(chats: readonly Purgeable[], orphaned: SweptFiles): string {
  const rows = chats.map(chat => [chat.title, chat.externalId, chat.messages, chat.attachments, chat.files, chat.bytes])
  const table = formatTable({ columns: ['chat', 'id', 'messages', 'attachments', 'files', 'bytes'], rows })
  const sum = (key: 'messages' | 'attachments' | 'files' | 'bytes') => chats.reduce((all, chat) => all + chat[key], 0)
  const sums = { messages: sum('messages'), attachments: sum('attachments'), files: sum('files'), bytes: sum('bytes') }
  const others = orphaned.files > 0 ? `and ${counted(orphaned.files, 'file')} (${orphaned.bytes} bytes) that no row names\n` : ''
  return `${chats.length > 0 ? table : ''}${counted(chats.length, 'chat')}: ${total(sums)}\n${others}${leftBehind(orphaned)}`
}

function total({ messages, attachments, files, bytes }: Pick<Purgeable, 'messages' | 'attachments' | 'files' | 'bytes'>): string {
  return `${counted(messages, 'message')}, ${counted(attachments, 'attachment')}, ${counted(files, 'file')} (${bytes} bytes)`
}

function leftBehind({ left }: SweptFiles): string {
  if (left === 0) return ''
  return `${counted(left, 'file')} that no row names ${left === 1 ? 'stays' : 'stay'} for now: a worker is running and may be about to use them. Purge again later.\n`
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}

function toJsonLine({ chats, ...rest }: { chats: readonly Purgeable[] } & Record<string, unknown>): string {
  const told = chats.map(({ chatId: _, externalId, title, ...counts }) => ({ external_id: externalId, title, ...counts }))
  return `${JSON.stringify({ ...rest, chats: told })}\n`
}

function iso(epochMs: number): string {
  return new Date(epochMs).toISOString()
}
