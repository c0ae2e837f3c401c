/** Where the readers of IndexedDB run: a world of the page that is not its own. */
import type { Page } from 'playwright'
import { inTime } from './ask.ts'
import { World } from './isolated-world.ts'
import { makeStorageDoor, type StorageDoor } from './page/read-storage.ts'

/** A page that is busy takes a moment to say that its time was up. */
const answerMs = 1_000

/** What `reader` answers, run with the door in front of it. Throws Retryable when there is no answer about `withinMs` later. */
export function askStorage<A>(
  page: Page,
  reader: (door: StorageDoor, arg: A) => string | Promise<string>,
  arg: A,
  withinMs: number,
): Promise<string> {
  // The door gives up first, so that what was read until then comes back.
  const source = `(${reader})((${makeStorageDoor})(${Math.floor(withinMs * 0.8)}), ${JSON.stringify(arg)})`
  return inTime(inIsolatedWorld(page, source), withinMs + answerMs)
}

/** The world of each page, found once per document. */
const worlds = new WeakMap<Page, Promise<World>>()

async function inIsolatedWorld(page: Page, expression: string): Promise<string> {
  let world = worlds.get(page)
  if (!world) {
    world = page
      .context()
      .newCDPSession(page)
      .then(session => new World(session, 'storage'))
    // A page that gives no session now may give one to the next question.
    world.catch(() => worlds.delete(page))
    worlds.set(page, world)
  }
  return (await world).evaluate(expression)
}
