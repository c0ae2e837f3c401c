/** How the account's chats stand, as the database has it: asked for every chat at once, and kept for a while. */

import type { Database } from '../db/client.ts'
import { recorded } from '../db/completeness.ts'
import { longestPause, type Vitals, vitals } from '../db/vitals.ts'
import { type Judged, judgeChats } from '../sync/completeness.ts'

/** Instants ISO 8601 UTC. */
export interface AccountFacts extends Vitals {
  asOf: string
  judged: Judged
  /** The longest time that passed between two messages in a window's length before the newest, seconds; null where that tells nothing. */
  usualPauseS: number | null
}

interface Options {
  accountId: string
  lookbackDays: number
  now?: () => number
}

const DAY = 24 * 60 * 60 * 1000
/** /health may be asked by anybody, as often as they like. */
const keptMs = 15_000

/** Gives the facts. Another `run` than before (a cycle has begun or ended) is asked for at once; who asks while somebody does gets the same answer. */
export function accountFacts(
  database: Database,
  { accountId, lookbackDays, now = Date.now }: Options,
): (run: string) => Promise<AccountFacts> {
  let kept: { run: string; until: number; facts: Promise<AccountFacts> } | null = null
  let pause: { of: string; seconds: number | null } | null = null
  const before = (instant: number) => new Date(instant - lookbackDays * DAY).toISOString()

  /** Looks at every message, so once for every cycle that may have brought some. */
  const usualPause = async ({ lastEnded, newestTs }: Vitals) => {
    if (lastEnded === null || newestTs === null) return null
    if (pause?.of !== lastEnded.id) {
      pause = { of: lastEnded.id, seconds: await longestPause(database.db, accountId, before(Date.parse(newestTs))) }
    }
    return pause.seconds
  }
  const ask = async (): Promise<AccountFacts> => {
    const asOf = new Date(now()).toISOString()
    const since = before(now())
    const judged = judgeChats(await recorded(database.db, accountId), since, asOf)
    const signs = await vitals(database.db, accountId, since)
    return { ...signs, asOf, judged, usualPauseS: await usualPause(signs) }
  }
  return run => {
    if (kept === null || kept.run !== run || kept.until < now()) {
      const facts = ask()
      const asked = { run, until: now() + keptMs, facts }
      kept = asked
      facts.catch(() => {
        if (kept === asked) kept = null
      })
    }
    return kept.facts
  }
}
