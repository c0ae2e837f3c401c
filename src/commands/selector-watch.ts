/** What a process knows of how well the page is understood: the last report, in the metrics too, and snapshots of a page that is not. */
import type { Config } from '../config.ts'
import type { SelectorReport } from '../drift.ts'
import type { Logger } from '../log.ts'
import { countSelectors, type Metrics } from '../metrics.ts'
import { writeSnapshot } from '../snapshots.ts'
import type { Session } from '../web/session.ts'
import { structureOf } from '../web/snapshot.ts'
import { version } from './version.ts'

export interface SelectorWatch {
  /** Null before the first cycle that could tell. */
  latest(): SelectorReport | null
  note(report: SelectorReport): void
  /** Writes the structure of the session's page into a file and gives its path; null where the page or the disk does not give it. */
  snapshot(session: Session | undefined, drift: { set: string; fields: readonly string[]; build: string | null }): Promise<string | null>
}

export function watchSelectors({ dataDir }: Pick<Config, 'dataDir'>, { log, metrics }: { log: Logger; metrics: Metrics }): SelectorWatch {
  let latest: SelectorReport | null = null
  return {
    latest: () => latest,
    note(report) {
      latest = report
      countSelectors(metrics, report)
    },
    async snapshot(session, drift) {
      if (!session) return null
      try {
        const structure = await structureOf(session.page)
        return await writeSnapshot(dataDir, { ...drift, structure, version: version(), at: new Date().toISOString() })
      } catch (error) {
        log.warn({ err: error }, 'the structure of the page could not be written down')
        return null
      }
    },
  }
}
