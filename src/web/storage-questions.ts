/** Questions to the page's IndexedDB: a limit of time for several together, faults said once, rows of an unknown form left out aloud. */
import type { Logger } from 'pino'
import type { Page } from 'playwright'
import type { z } from 'zod'
import { asEtlError } from '../errors.ts'
import { RawAnswer } from '../raw-storage.ts'
import type { StorageDoor } from './page/read-storage.ts'
import { askStorage } from './storage-world.ts'

export interface StorageDeps {
  page: Page
  log: Logger
  /** Limit of each of the witness's answers as a whole. */
  timeoutMs: number
}

/** What came back: `fault` null means that there is no database. */
export type StorageAnswer<T> = { value: T } | { fault: string | null }
type Reader<A> = (door: StorageDoor, arg: A) => string | Promise<string>
type Question = <A, S extends z.ZodType>(reader: Reader<A>, arg: A, shape: S) => Promise<StorageAnswer<z.infer<S>>>
/** The value; null for no database and after a fault, which is warned of. */
export type Ask = <A, S extends z.ZodType>(reader: Reader<A>, arg: A, shape: S) => Promise<z.infer<S> | null>

export interface StorageQuestions {
  /** Questions that share one limit, which starts now. */
  asking(): Question
  /** The same for who needs no reason. */
  asker(): Ask
  /** The rows that have the shape. */
  shaped<S extends z.ZodType>(rows: readonly unknown[], shape: S, store: string): z.infer<S>[]
  /** Says a problem once: it would come again with every chat. */
  warn(problem: string): void
}

const tooLong = 'reading took too long and was cut short'

export function storageQuestions({ page, log, timeoutMs }: StorageDeps): StorageQuestions {
  const said = new Set<string>()
  const warn = (problem: string): void => {
    if (said.has(problem)) return
    said.add(problem)
    log.warn(`IndexedDB of the page: ${problem}`)
  }

  const asking = (): Question => {
    const deadline = Date.now() + timeoutMs
    return async (reader, arg, shape) => {
      const left = deadline - Date.now()
      if (left <= 0) return { fault: tooLong }
      try {
        const answer = RawAnswer.parse(JSON.parse(await askStorage(page, reader, arg, left)))
        if (answer.state === 'absent') return { fault: null }
        if (answer.state === 'failed') return { fault: answer.why ?? 'the page gave no reason' }
        if (answer.late === true) warn(tooLong)
        return { value: shape.parse(answer) }
      } catch (thrown) {
        return { fault: asEtlError(thrown).message }
      }
    }
  }

  return {
    warn,
    asking,
    asker() {
      const question = asking()
      return async (reader, arg, shape) => {
        const answer = await question(reader, arg, shape)
        if ('value' in answer) return answer.value
        // A page that is gone is its session's business.
        if (answer.fault !== null && !page.isClosed()) warn(answer.fault)
        return null
      }
    },
    shaped(rows, shape, store) {
      const good = rows.map(row => shape.safeParse(row)).flatMap(parsed => (parsed.success ? [parsed.data] : []))
      if (good.length < rows.length) warn(`rows of ${store} have a form that is not known`)
      return good
    },
  }
}
