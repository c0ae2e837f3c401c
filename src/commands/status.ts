/** `status`: how far each chat's window is stored, and why not all of it where it is not; the last cycles, the session, what is stored. */

import { loadConfig } from '../config.ts'
import { asText, type NamedRecord, recordedQuery } from '../db/completeness.ts'
import { type Standing, standingQuery } from '../db/standing.ts'
import { exitStatuses, SchemaError } from '../errors.ts'
import type { SessionState } from '../metrics.ts'
import { defaultAccount } from '../model.ts'
import { type JudgedChat, judgeChats, remedies } from '../sync/completeness.ts'
import { askDatabase } from './ask-database.ts'
import { chosenChats } from './chosen-chats.ts'
import type { Io } from './io.ts'
import { formatTable } from './table.ts'
import { sessionAfter } from './worker-state.ts'

export interface StatusOptions {
  chat?: string[]
  all?: boolean
  json?: boolean
}

const DAY = 24 * 60 * 60 * 1000

/** Prints how it stands. Exit status 0 where every chat (or every one that was asked for) is complete, 2 where one is not or nothing is known. */
export async function status({ chat = [], all = false, json = false }: StatusOptions, io: Io): Promise<number> {
  const config = loadConfig(io.env)
  const text = `select (${asText(recordedQuery(defaultAccount))}) as recorded, (${asText(standingQuery(defaultAccount))}) as standing`
  const { rows } = await askDatabase(config, text, io).catch(withHint)
  const [record, standing] = rows[0] as [NamedRecord, Standing]
  const now = Date.now()
  const since = new Date(now - config.sync.lookbackDays * DAY).toISOString()
  const judged = judgeChats(record, since, new Date(now).toISOString())
  const wanted = chat.length === 0 ? null : new Set(chosenChats(record.chats, chat))
  const chats = wanted === null ? judged.chats : judged.chats.filter(({ id }) => id !== null && wanted.has(id))
  const complete = chats.every(each => each.complete) && (wanted !== null || judged.listComplete)
  const externalIds = new Map(record.chats.map(({ id, externalId }) => [id, externalId]))
  const report = { since, complete, listComplete: judged.listComplete, chats, standing, externalIds }
  io.stdout.write(json ? toJsonLine(report) : describe(report, all || wanted !== null))
  return complete ? exitStatuses.complete : exitStatuses.incomplete
}

/** Tables of another version lack what is asked for. */
function withHint(error: Error): never {
  if (!/does not exist/.test(error.message)) throw error
  throw new SchemaError(`the database is not that of this version (${error.message}): run \`whatsapp-etl migrate\` first.`, {
    cause: error,
  })
}

interface Report {
  since: string
  complete: boolean
  listComplete: boolean
  chats: readonly JudgedChat[]
  standing: Standing
  /** `chats.external_id` by `chats.id`. */
  externalIds: ReadonlyMap<number, string>
}

/** The session as the database knows it; a cycle that ended by itself since the last event was logged in. */
export function recordedSession({ session, lastRun }: Pick<Standing, 'session' | 'lastRun'>): {
  status: SessionState
  since: string | null
} {
  const later = lastRun !== null && (session === null || lastRun.startedAt > session.at)
  if (later && lastRun.status === 'login_required') {
    return { status: session?.type === 'session.expired' ? 'expired' : 'pairing', since: lastRun.finishedAt ?? lastRun.startedAt }
  }
  if (later && (lastRun.status === 'complete' || lastRun.status === 'incomplete')) {
    return { status: 'logged_in', since: session?.type === 'session.connected' ? session.at : lastRun.startedAt }
  }
  return { status: (session && sessionAfter[session.type]) ?? 'unknown', since: session?.at ?? null }
}

function countsOf(chats: readonly JudgedChat[]) {
  const incomplete: Record<string, number> = {}
  for (const { reason } of chats) if (reason !== null) incomplete[reason] = (incomplete[reason] ?? 0) + 1
  return { chats: chats.length, complete: chats.filter(({ complete }) => complete).length, incomplete }
}

function toJsonLine({ since, complete, listComplete, chats, standing, externalIds }: Report): string {
  const { lastRun, lastSuccessfulSyncAt, stored, openRejects } = standing
  const told = {
    status: complete ? 'complete' : 'incomplete',
    last_run: lastRun && {
      status: lastRun.status,
      trigger: lastRun.trigger,
      started_at: lastRun.startedAt,
      finished_at: lastRun.finishedAt,
      seconds: lastRun.seconds,
      error: lastRun.error,
      selector_set: lastRun.selectorSet,
    },
    last_successful_sync_at: lastSuccessfulSyncAt,
    session: recordedSession(standing),
    window_from: since,
    stored: { ...stored, newestTs: undefined, queuedJobs: undefined, newest_ts: stored.newestTs, queued_jobs: stored.queuedJobs },
    rejects_open: openRejects,
    coverage: { ...countsOf(chats), list_complete: listComplete },
    chats: chats.map(chat => ({
      id: chat.id,
      external_id: chat.id === null ? null : externalIds.get(chat.id),
      title: chat.title,
      complete: chat.complete,
      reason: chat.reason,
      action: chat.reason && remedies[chat.reason],
      covered_from: chat.from,
      from_edge: chat.fromEdge,
      covered_to: chat.until,
      to_edge: chat.untilEdge,
      gaps: chat.gaps,
      failures: chat.failures,
      retry_at: chat.retryAt,
      deep_read_at: chat.deepReadAt,
    })),
  }
  return `${JSON.stringify(told)}\n`
}

function describe({ since, listComplete, chats, standing }: Report, withComplete: boolean): string {
  const { lastRun, lastSuccessfulSyncAt, stored, openRejects } = standing
  const { status: session, since: from } = recordedSession(standing)
  const counts = countsOf(chats)
  const reasons = Object.entries(counts.incomplete).map(([reason, count]) => `${count} ${reason}`)
  const files = Object.entries(stored.attachments).map(([state, count]) => `${count} ${state}`)
  const lines = [
    ['last cycle', lastRun ? lastCycle(lastRun) : 'none yet'],
    ['last complete', lastSuccessfulSyncAt === null ? 'none yet' : whole(lastSuccessfulSyncAt)],
    ['session', `${session}${from === null ? '' : ` since ${whole(from)}`}`],
    [
      'stored',
      `${stored.messages} messages of ${stored.chats} chats${stored.newestTs === null ? '' : `, the newest of ${whole(stored.newestTs)}`}`,
    ],
    ['attachments', files.join(', ') || 'none'],
    ['not understood', openRejects === 0 ? 'nothing' : `${openRejects} ${openRejects === 1 ? 'row' : 'rows'}: see the table rejects`],
    [
      'window',
      `from ${whole(since)}: ${counts.complete} of ${counts.chats} chats complete${reasons.length > 0 ? ` (${reasons.join(', ')})` : ''}`,
    ],
    ...(listComplete
      ? []
      : [['chat list', lastRun ? 'not seen whole: there may be chats that are not named here' : 'not read yet: run sync or start']]),
  ]
  const shown = withComplete ? chats : chats.filter(({ complete }) => !complete)
  const table = shown.length === 0 ? '' : `\n${formatTable({ columns: heads, rows: shown.map(cells) })}`
  const left = chats.length - shown.length
  const more = left === 0 || shown.length === 0 ? '' : `and ${left} that ${left === 1 ? 'is' : 'are'} complete (--all)\n`
  return `${lines.map(([name = '', said = '']) => `${name.padEnd(15)} ${said}`).join('\n')}\n${table}${more}`
}

const heads = ['chat', 'id', 'known from', 'known until', 'gaps', 'reason', 'what to do']

function cells({ id, title, from, fromEdge, until, gaps, reason, retryAt }: JudgedChat): unknown[] {
  const edge = from === null ? null : `${whole(from)}${fromEdge === 'chat_start' ? ' (its start)' : ''}`
  const action = reason === null ? null : `${remedies[reason]}${retryAt === null ? '' : ` (not before ${whole(retryAt)})`}`
  return [title, id, edge, until && whole(until), gaps.length, reason ?? 'complete', action]
}

function lastCycle({ status, startedAt, seconds, error, trigger }: NonNullable<Standing['lastRun']>): string {
  const took = seconds === null ? '' : ` in ${seconds} s`
  return `${status}${took}${error === null ? '' : ` (${error})`}, started ${whole(startedAt)} by ${trigger}`
}

/** To the second. */
function whole(instant: string): string {
  return instant.replace(/\.\d+Z$/, 'Z')
}
