/** The API, wired to the worker that it is a part of. */
import type { Config } from '../config.ts'
import { makeFileStore } from '../files.ts'
import type { Api, ApiSession, SessionStatus } from '../http/api.ts'
import { HttpError } from '../http/errors.ts'
import type { SessionState } from '../metrics.ts'
import { defaultAccount } from '../model.ts'
import type { Schedule } from '../schedule.ts'
import { makeThumbnails } from '../thumbnails.ts'
import { qrDataUrl } from '../web/qr.ts'
import type { Job } from './job.ts'
import type { WorkerState } from './worker-state.ts'

export interface ApiParts {
  config: Config
  version: string
  state: WorkerState
  /** Null until the database is open. */
  job(): Job | null
  schedule(): Schedule | null
  lastSuccessfulSyncAt(): Promise<string | null>
  /** ISO 8601 UTC. */
  now(): string
}

export function makeApi({ config, version, state, job, schedule, lastSuccessfulSyncAt, now }: ApiParts): Api {
  const store = makeFileStore(config.attachmentsDir)
  const thumbnails = makeThumbnails()
  const account: ApiSession = {
    accountId: defaultAccount,
    lookbackDays: config.sync.lookbackDays,
    reader: () => {
      const reader = job()?.reader
      if (reader) return reader
      throw new HttpError(503, 'database_not_ready', 'the worker is still connecting to its database; try again in a moment')
    },
    files: {
      open: path => store.open(path),
      thumbnail: thumbnails.of,
    },
    control: {
      status: () => ({ status: statusOf(state.facts.session.status), since: state.facts.session.since }),
      // Somebody who is logged in needs no code: a browser that rests between two cycles is left to rest.
      start: () => {
        if (state.facts.session.status !== 'logged_in') job()?.session?.attend()
      },
      qrCode: async () => {
        const code = job()?.session?.code() ?? null
        return code === null ? null : qrDataUrl(code)
      },
    },
    sync: {
      running: () => schedule()?.running ?? false,
      nextRunAt: () => schedule()?.nextRunAt ?? null,
      lastSuccessfulSyncAt,
      request: () => {
        const running = schedule()
        if (running === null || state.facts.draining) return 'closed' as const
        if (running.running) return 'running' as const
        return running.request() ? ('begun' as const) : ('closed' as const)
      },
    },
  }
  return { sessions: new Map([[defaultAccount, account]]), now, version }
}

/** In the words of the API; what is not known is not connected. */
function statusOf(status: SessionState): SessionStatus {
  return status === 'unknown' ? 'disconnected' : status
}
