/** What is watched and read between two cycles, on a page that is told what to show. */
import { expect, test } from '@playwright/test'
import { makeBetween } from '../../src/commands/between.ts'
import { type EtlError, LoginRequired, PageHung, Retryable, SelectorDrift } from '../../src/errors.ts'
import { makeLogger } from '../../src/log.ts'
import type { ChatListing } from '../../src/model.ts'
import { seenOf } from '../../src/sync/news.ts'
import { watchLive } from '../../src/sync/watch-live.ts'

function listing(title: string, preview: string): ChatListing {
  const flags = { unread: 0, pinned: false, muted: false, archived: false, isSelf: false, isGroup: null }
  return { position: 0, title, community: null, preview, timeLabel: null, ...flags }
}
const row = (title: string, preview: string) => ({ listing: listing(title, preview), activity: null })

interface Change {
  list: boolean
  conversation: boolean
  forMs: number
}

function deferred<T>() {
  let resolve: (value: T) => void = () => {}
  const promise = new Promise<T>(done => {
    resolve = done
  })
  return { promise, resolve }
}

/** Watches a page that holds `rows` and changes when it is told to; `read` says what each reading comes to. A reading sees what is `open`. */
function given(read: (titles: string[]) => Promise<number> = async () => 0) {
  const state = {
    rows: [row('Ana', 'a'), row('Bea', 'b')],
    open: null as ChatListing | null,
    /** Whether the open conversation shows news again after each reading. */
    restless: false,
    rests: 0,
    readings: [] as string[][],
    errors: [] as EtlError[],
    pauses: [] as number[],
  }
  const ending = new AbortController()
  let change = deferred<Change>()
  let asked = deferred<void>()
  const done = watchLive(
    {
      page: {
        changed: signal => {
          asked.resolve()
          return Promise.race([
            change.promise,
            new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(new Error('ended')), { once: true })),
          ])
        },
        rows: async () => state.rows,
        changedChat: async () => state.open,
        rest: async () => void state.rests++,
      },
      read: async chats => {
        const titles = chats.map(({ title }) => title)
        state.readings.push(titles)
        if (!state.restless) state.open = null
        return { failed: await read(titles) }
      },
      unreadPolicy: 'open',
      onFailed: error => state.errors.push(error),
      now: () => 0,
      pause: async ms => void state.pauses.push(ms),
      random: () => 1,
    },
    seenOf(state.rows),
    ending.signal,
  )
  return {
    state,
    done,
    ending,
    /** Resolves once it waits for a change. */
    waits: () => asked.promise,
    /** The page changes; resolves once what follows is over and it waits again, or the watch has ended. */
    async changes(what: { list?: boolean; conversation?: boolean }) {
      await asked.promise
      const former = change
      change = deferred<Change>()
      asked = deferred<void>()
      former.resolve({ list: false, conversation: false, forMs: 0, ...what })
      await Promise.race([asked.promise, done])
    },
  }
}

test('what came while the cycle ran is read at once, what comes later when it comes, and nothing twice', async () => {
  const { state, changes, waits, ending, done } = given()
  state.rows = [row('Bea', 'news'), row('Ana', 'a')]
  await waits()
  expect(state.readings).toEqual([['Bea']])
  await changes({ list: true })
  expect(state.readings).toEqual([['Bea']])
  state.rows = [row('Ana', 'more'), row('Bea', 'too')]
  await changes({ list: true })
  expect(state.readings).toEqual([['Bea'], ['Ana', 'Bea']])
  ending.abort()
  expect(await done).toBe('told')
})

test('a poll that ends without a change looks at nothing', async () => {
  const { state, changes, waits, ending, done } = given()
  await waits()
  state.rows = [row('Ana', 'news'), row('Bea', 'b')]
  await changes({})
  expect(state.readings).toEqual([])
  ending.abort()
  expect(await done).toBe('told')
})

test('rows of the open conversation that changed are read by the row of their chat as it is now', async () => {
  const { state, changes, ending, done } = given()
  state.open = listing('Bea', 'long ago')
  await changes({ conversation: true })
  expect(state.readings).toEqual([['Bea']])
  state.open = listing('Bea', 'long ago')
  state.rows = [row('Bea', 'news'), row('Ana', 'a')]
  await changes({ list: true, conversation: true })
  expect(state.readings).toEqual([['Bea'], ['Bea']])
  await changes({ conversation: true })
  expect(state.readings).toHaveLength(2)
  ending.abort()
  await done
})

test('a conversation that never comes to rest is read a few times for each change, not for ever', async () => {
  const { state, changes, ending, done } = given()
  state.open = listing('Bea', 'long ago')
  state.restless = true
  await changes({ conversation: true })
  expect(state.readings).toEqual([['Bea'], ['Bea'], ['Bea']])
  await changes({ conversation: true })
  expect(state.readings).toHaveLength(6)
  ending.abort()
  await done
})

test('the page is brought to rest before the first look and after each reading, not while nothing is read', async () => {
  const { state, changes, waits, ending, done } = given()
  await waits()
  await changes({ list: true })
  expect(state.rests).toBe(1)
  state.rows = [row('Ana', 'news'), row('Bea', 'b')]
  await changes({ list: true })
  expect(state.rests).toBe(2)
  ending.abort()
  await done
})

test('a reading that fails is tried again after growing pauses, and left to the next cycle after the fourth', async () => {
  const { state, done } = given(async () => {
    throw new Retryable('the database is away')
  })
  state.rows = [row('Ana', 'news'), row('Bea', 'b')]
  expect(await done).toBe('fault')
  expect(state.readings).toEqual([['Ana'], ['Ana'], ['Ana'], ['Ana']])
  expect(state.pauses).toEqual([2000, 4000, 8000])
  expect(state.errors).toHaveLength(4)
})

test('one chat that fails among others is left to the next cycle; where all fail it slows down', async () => {
  const { state, changes, ending, done } = given(async () => 1)
  state.rows = [row('Ana', '1'), row('Bea', '1')]
  await changes({ list: true })
  expect([state.readings, state.pauses]).toEqual([[['Ana', 'Bea']], []])
  state.rows = [row('Ana', '2'), row('Bea', '1')]
  await changes({ list: true })
  expect([state.readings.length, state.pauses]).toEqual([2, [2000]])
  ending.abort()
  await done
})

test('a page that is not understood asks for a cycle at once, an account that is logged out waits for the next one', async () => {
  for (const [error, why] of [
    [new SelectorDrift('not understood', 'e7', ['text']), 'cycle'],
    [new LoginRequired(), 'fault'],
  ] as const) {
    const { state, done } = given(async () => {
      throw error
    })
    state.rows = [row('Ana', 'news')]
    expect(await done).toBe(why)
    expect(state.readings).toHaveLength(1)
  }
})

const log = makeLogger({ level: 'silent', pretty: false })
const config = (between: 'live' | 'close') => ({
  sync: { lookbackDays: 30, intervalMinutes: 10, unreadPolicy: 'open' as const, deepReadMs: null, between },
})

test('a cycle waits for the reading in hand, and ends it when the grace is over', async () => {
  const events: string[] = []
  let finish: () => void = () => {}
  const watch = async (ending: AbortSignal, stop: AbortSignal) => {
    await new Promise<void>(resolve => {
      finish = resolve
      ending.addEventListener('abort', () => events.push('told to end'), { once: true })
      stop.addEventListener('abort', () => events.push('stopped'), { once: true })
      stop.addEventListener('abort', () => resolve(), { once: true })
    })
    events.push('over')
  }
  const parts = { config: config('live'), keeper: { rest: async () => {}, abandon: () => {} }, pairing: () => false, watch, log }
  const patient = makeBetween(parts, new AbortController().signal)
  patient.begin('complete', () => {})
  const ended = patient.end().then(() => events.push('cycle'))
  await Promise.resolve()
  finish()
  await ended
  expect(events.splice(0)).toEqual(['told to end', 'over', 'cycle'])
  const impatient = makeBetween({ ...parts, graceMs: 0 }, new AbortController().signal)
  impatient.begin('incomplete', () => {})
  await impatient.end().then(() => events.push('cycle'))
  expect(events).toEqual(['told to end', 'stopped', 'over', 'cycle'])
})

test('a reading that does not end even then hangs on its page, whose browser is given up', async () => {
  const abandoned: unknown[] = []
  let lost: () => void = () => {}
  const keeper = {
    rest: async () => {},
    abandon(reason: unknown) {
      abandoned.push(reason)
      lost()
    },
  }
  const watch = () => new Promise<void>(resolve => (lost = resolve))
  const parts = { config: config('live'), keeper, pairing: () => false, watch, log, graceMs: 0, hungMs: 0 }
  const between = makeBetween(parts, new AbortController().signal)
  between.begin('complete', () => {})
  await between.end()
  expect(abandoned).toEqual([expect.any(PageHung)])
})

test('nothing is watched after a cycle that failed or was stopped, nor once the worker stops; a fault of the watch holds up no cycle', async () => {
  let watched = 0
  const worker = new AbortController()
  const watch = async () => {
    watched++
    throw new Error('no page')
  }
  const between = makeBetween(
    { config: config('live'), keeper: { rest: async () => {}, abandon: () => {} }, pairing: () => false, watch, log },
    worker.signal,
  )
  for (const how of ['failed', 'drift', 'login_required', null] as const) between.begin(how, () => {})
  await between.end()
  expect(watched).toBe(0)
  between.begin('complete', () => {})
  await between.end()
  expect(watched).toBe(1)
  worker.abort()
  between.begin('complete', () => {})
  await between.end()
  expect(watched).toBe(1)
})

test('where no browser shall run between two cycles it is closed after each, however it ended, but not while somebody pairs', async () => {
  let pairing = true
  let rests = 0
  const watch = async () => expect(true, 'nothing is watched').toBe(false)
  const keeper = { rest: async () => void rests++, abandon: () => {} }
  const between = makeBetween({ config: config('close'), keeper, pairing: () => pairing, watch, log }, new AbortController().signal)
  between.begin('login_required', () => {})
  await between.end()
  expect(rests).toBe(0)
  pairing = false
  for (const how of ['login_required', 'failed', 'complete', 'drift'] as const) {
    between.begin(how, () => {})
    await between.end()
  }
  expect(rests).toBe(4)
})
