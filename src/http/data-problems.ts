/** What is wrong with the database and with what reading brings: judged from what stands in the database, whatever the cycles say of themselves. */
import type { AccountStanding, DatabaseCondition, Problem } from './health.ts'

/** A database that takes no writes, or whose tables are not those of this version. */
export function conditionProblems(condition: DatabaseCondition | null): Problem[] {
  const problems: Problem[] = []
  if (condition === null) return problems
  const { readOnly, pending, unknown } = condition
  if (readOnly !== null) {
    const why = readOnly === 'standby' ? 'it is a standby that follows another server' : 'it is set to read-only'
    problems.push({
      code: 'database_read_only',
      message: `the database takes no writes: ${why}; nothing can be stored`,
      action:
        readOnly === 'standby'
          ? 'Point PG_URL at the primary server; the worker goes on by itself.'
          : 'Find out who set default_transaction_read_only (a full disk, a provider, an administrator) and why; the worker goes on by itself.',
    })
  }
  if (pending > 0) {
    problems.push({
      code: 'database_behind',
      message: `the database lacks ${pending} migration(s) of this version: it was replaced or restored while the worker runs`,
      action: 'Run `whatsapp-etl migrate`, or start the worker again, which does so too.',
    })
  }
  if (unknown > 0) {
    problems.push({
      code: 'database_ahead',
      message: `the database has ${unknown} migration(s) that this version does not know: a newer one uses it`,
      action: 'Run the newer version here too, or point PG_URL or DATA_DIR at another database.',
    })
  }
  return problems
}

/** A cycle that saw no chat at all where chats are stored, whatever it thought of that. */
export function nothingListed(account: AccountStanding | null): Problem | null {
  if (account?.lastEnded?.listed !== 0 || account.judged.chats.length === 0) return null
  return {
    code: 'nothing_listed',
    message: `the last cycle saw no chat, where ${account.judged.chats.length} are stored`,
    action: 'Look at WhatsApp on the phone and in a browser: if the chats are there, look for an update of whatsapp-etl.',
  }
}

/** Beyond a twentieth of a cycle's messages the page is read wrongly, beyond a hundred rows too much is missing. One odd row is neither. */
const rejectedShare = 0.05
const rejectedLeast = 10
const openMost = 100

const lookAtRejects =
  'The table rejects says which field failed and what the rows showed: `whatsapp-etl query "select field, reason, count(*) from rejects where resolved_at is null group by 1, 2"`. Look for an update; a selector set in SELECTORS_DIR is used at once.'

/** Rows that were not understood, over the threshold at which what is stored cannot be relied on. */
export function rejectsProblem(account: AccountStanding | null): Problem | null {
  if (account === null) return null
  const { lastEnded, openRejects } = account
  const { seen, rejected } = lastEnded ?? { seen: 0, rejected: 0 }
  if (rejected >= rejectedLeast && rejected > rejectedShare * seen) {
    return { code: 'rejects', message: `${rejected} of the ${seen} messages of the last cycle were not understood`, action: lookAtRejects }
  }
  if (openRejects < openMost) return null
  return { code: 'rejects', message: `${openRejects} rows of the window are not understood`, action: lookAtRejects }
}

/** Fewer of them are worth a look. */
export function openRejectsProblem(account: AccountStanding | null): Problem | null {
  if (account === null || account.openRejects < rejectedLeast || rejectsProblem(account) !== null) return null
  return { code: 'rejects_open', message: `${account.openRejects} rows of the window are not understood`, action: lookAtRejects }
}

/** So often in a row a reading may break off before it is told. */
const failuresTold = 3

/** Chats whose reading breaks off again and again. */
export function chatsFailing(account: AccountStanding | null): Problem | null {
  const broken = ['failed', 'not_opened', 'interrupted']
  const failing =
    account?.judged.chats.filter(({ failures, reason }) => failures >= failuresTold && reason !== null && broken.includes(reason)) ?? []
  if (failing.length === 0) return null
  return {
    code: 'chats_failing',
    message: `${failing.length} chat(s) could not be read ${failuresTold} times in a row or more; the others are not kept waiting by them`,
    action: 'See the log for the errors; `whatsapp-etl status` names the chats, and `whatsapp-etl sync --chat NAME` tries one at once.',
  }
}

const hour = 3600
/** A silence is told once it is three times the longest one that is usual, and longer than a day. */
const silenceTimes = 3
const silenceLeastS = 24 * hour

/** No message for much longer than ever: everything may be well, or reading stands still while its cycles say that they are complete. */
export function silenceProblem(account: AccountStanding | null, now: string): Problem | null {
  if (account?.newestTs == null || account.usualPauseS === null) return null
  const silentS = (Date.parse(now) - Date.parse(account.newestTs)) / 1000
  if (silentS <= Math.max(silenceLeastS, silenceTimes * account.usualPauseS)) return null
  const hours = (seconds: number) => `${Math.round(seconds / hour)} h`
  return {
    code: 'silent',
    message: `no message for ${hours(silentS)}; before that the longest silence was ${hours(account.usualPauseS)}`,
    action:
      'Look at WhatsApp on the phone: if nothing came there either, all is well. If something did, look for an update of whatsapp-etl.',
  }
}
