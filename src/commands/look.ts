/** What the worker asks of its database for `/health`, `/readyz` and the gauges: bounded in time, and last known while there is no answer. */
import { EtlError } from '../errors.ts'
import type { HealthFacts } from '../http/health.ts'
import type { Job, RunRecord } from './job.ts'
import { within } from './within.ts'

/** What the database said last. */
export type Known = { record: RunRecord } & Pick<HealthFacts, 'condition' | 'account'>

/** How long it may take to answer. */
const answerMs = 5000

export const nothingKnown: Known = {
  record: { lastSuccessfulSyncAt: null, lastRun: null, incompleteInARow: 0 },
  condition: null,
  account: null,
}

/** Asks for everything at once. What is not answered in time, or not at all, is as it was; `job` null = it is still being opened. */
export async function look(job: Job | null, known: Known): Promise<{ postgres: HealthFacts['postgres'] } & Known> {
  const away = (problem: string) => ({ ...known, postgres: { ready: false, latencyMs: null, problem } })
  if (job === null) return away('the worker is still connecting')
  const ping = within(answerMs, job.ping())
  const record = within(answerMs, job.latest())
  const account = within(
    answerMs,
    record.then(({ lastRun }) => job.account?.(`${lastRun?.startedAt} ${lastRun?.status}`)),
  )
  const condition = within(answerMs, Promise.resolve(job.condition?.()))
  await Promise.allSettled([ping, record, account, condition])
  try {
    return {
      postgres: { ready: true, latencyMs: Math.round(await ping), problem: null },
      record: await record,
      condition: (await condition.catch(() => null)) ?? known.condition,
      account: (await account.catch(() => null)) ?? known.account,
    }
  } catch (error) {
    return away(error instanceof EtlError ? error.message : 'it does not answer')
  }
}
