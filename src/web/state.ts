/** One look at the page: which of the application's states it is in (reference §2). */
import type { Page } from 'playwright'
import { classifyState } from '../parse/state.ts'
import { RawState } from '../raw.ts'
import { readState as readInPage } from './page/read-state.ts'
import { type CompiledSet, loadSelectorSets } from './selectors.ts'
import type { Look } from './session.ts'

let builtin: CompiledSet | undefined

/** Reads with `set`; without one, with the newest set that comes with the program (the signals of states hold in every era). */
export async function readState(page: Page, set?: CompiledSet): Promise<Look> {
  builtin ??= loadSelectorSets().sets[0] as CompiledSet
  const raw = RawState.parse(JSON.parse(await page.evaluate(readInPage, (set ?? builtin).plan)))
  return { state: classifyState(raw, raw.lang), raw }
}
