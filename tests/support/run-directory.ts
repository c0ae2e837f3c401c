/** What the worker processes of one run share: a directory that the run makes before its first test and takes away after its last. */
import { existsSync } from 'node:fs'
import { mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Called by Playwright (`globalSetup`); gives what it calls at the end. */
export default async function makeRunDirectory(): Promise<() => Promise<void>> {
  const dir = await mkdtemp(join(tmpdir(), 'whatsapp-etl-run-'))
  // Workers are started with this environment.
  process.env.TEST_RUN_DIR = dir
  return () => rm(dir, { recursive: true, force: true })
}

/**
 * A directory that the first worker to need it fills by `make`, and every other one finds. Where several need it at one moment each makes its own
 * and the first is kept. It is a pattern to be copied: nobody writes into it.
 */
export async function madeOnce(name: string, make: (dir: string) => Promise<void>): Promise<string> {
  const run = process.env.TEST_RUN_DIR
  if (run === undefined)
    throw new Error('TEST_RUN_DIR is not set: expected playwright.config.ts to name tests/support/run-directory.ts as globalSetup')
  const place = join(run, name)
  if (existsSync(place)) return place
  const draft = await mkdtemp(`${place}-`)
  await make(draft)
  await rename(draft, place).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error
    await rm(draft, { recursive: true, force: true })
  })
  return place
}
