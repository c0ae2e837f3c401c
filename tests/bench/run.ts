/** One `sync` of the built program: what it took from the moment that the page showed its chats, and what it asked of the page. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Account } from '../e2e/account.ts'
import { expect } from '../e2e/account.ts'

/** What `process/count-questions.mjs` counted in the process. */
export interface Counts {
  /** Calls that ran a function in the page. */
  evaluates: number
  /** Other calls that the page answers: presses, counts of elements. */
  others: number
  /** Bytes of all answers, pictures included. */
  bytes: number
  /** Pictures whose bytes were read to their end, and the bytes. */
  pictureReads: number
  pictureBytes: number
  /** Peak of the node process' resident memory. */
  peakRssBytes: number
}

export interface Run {
  chats: { listed: number; opened: number; skipped_unchanged: number }
  messages: { seen: number; inserted: number }
  attachments: { saved: number; deduplicated: number; bytes: number }
  /** Seconds from the page's own word that its chats are there (told by the simulator) to the end of the cycle as the database has it. */
  overReady: number
  /** Seconds of these that the rate limits held it up. */
  waited: number
  counts: Counts
}

const preload = new URL('process/count-questions.mjs', import.meta.url).href

/** Environment of a program that is counted, into the file. */
export function counted(file: string): Record<string, string> {
  return { NODE_OPTIONS: `--import=${preload}`, BENCH_COUNTS: file }
}

/** Runs `sync --json` to its end; the cycle has to be complete. */
export async function sync(account: Account, ...args: string[]): Promise<Run> {
  const file = join(account.dataDir, 'counts.json')
  Object.assign(account.env, counted(file))
  const ready = account.sim.next('ready')
  const { status, stdout, stderr } = await account.run('sync', '--json', ...args)
  expect(status, `${stdout}\n${stderr}`).toBe(0)
  const [run] = await account.rows<{ finished: number; waited: Record<string, number> | null }>(
    `select (extract(epoch from finished_at) * 1000)::float8 as finished, counts -> 'waited_ms' as waited
     from sync_runs order by started_at desc limit 1`,
  )
  return {
    ...(JSON.parse(stdout) as Run),
    overReady: ((run?.finished ?? Number.NaN) - (await ready).at) / 1000,
    waited: Object.values(run?.waited ?? {}).reduce((sum, ms) => sum + ms, 0) / 1000,
    counts: JSON.parse(await readFile(file, 'utf8')) as Counts,
  }
}
