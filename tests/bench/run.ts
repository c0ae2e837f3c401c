/** One `sync` of the built program, with what it took from the moment that the page showed its chats. */
import type { Account } from '../e2e/account.ts'
import { expect } from '../e2e/account.ts'

export interface Run {
  chats: { listed: number; opened: number; skipped_unchanged: number }
  messages: { seen: number; inserted: number }
  attachments: { saved: number; deduplicated: number; bytes: number }
  /** Seconds from the page's own word that its chats are there (told by the simulator) to the end of the cycle as the database has it. */
  overReady: number
  /** Seconds of these that the rate limits held it up. */
  waited: number
}

/** Runs `sync --json` to its end; the cycle has to be complete. */
export async function sync(account: Account, ...args: string[]): Promise<Run> {
  const ready = account.sim.next('ready')
  const { status, stdout, stderr } = await account.run('sync', '--json', ...args)
  expect(status, `${stdout}\n${stderr}`).toBe(0)
  const [run] = await account.rows<{ finished: number; waited: Record<string, number> | null }>(
    `select (extract(epoch from finished_at) * 1000)::float8 as finished, counts -> 'waited_ms' as waited
     from sync_runs order by started_at desc limit 1`,
  )
  const waited = Object.values(run?.waited ?? {}).reduce((sum, ms) => sum + ms, 0) / 1000
  return { ...(JSON.parse(stdout) as Run), overReady: ((run?.finished ?? Number.NaN) - (await ready).at) / 1000, waited }
}
