/** The observer in the page: what it notices, when it answers, and that it misses nothing between two questions. */
import { expect, test } from '@playwright/test'
import { rowsChanged, startWatching, stopWatching } from '../../src/web/row-watch.ts'
import { openTestSession } from '../support/open-session.ts'
import { type Served, serve } from '../support/serve.ts'

const page = `<!doctype html><html data-state="ready"><body>
  <div id="list"><div class="row"><span title="one">one</span></div></div>
  <div id="talk"><div class="row" data-id="1">hello</div></div>
  <p id="elsewhere">10:30</p></body></html>`
const parts = { list: ['#nowhere', '#list'], conversation: ['#talk'] }

let served: Served
test.beforeAll(async () => {
  served = await serve(page)
})
test.afterAll(() => served.close())

test('changes of the list and of the conversation are told apart; what changes elsewhere is not told', async () => {
  const { session, close } = await openTestSession(served.url)
  await startWatching(session, parts)
  const none = new AbortController().signal
  const change = (selector: string, text: string) =>
    session.page.evaluate(([at = '', said = '']) => document.querySelector(at)?.replaceChildren(said), [selector, text])
  for (const [id, told] of [
    ['list', { list: true, conversation: false }],
    ['talk', { list: false, conversation: true }],
  ] as const) {
    const answer = rowsChanged(session, parts, none)
    await change('#elsewhere', '10:31')
    await change(`#${id} .row`, 'two')
    expect(await answer).toMatchObject(told)
  }
  await stopWatching(session)
  await close()
})

test('what changes between two questions is told by the next one, once', async () => {
  const { session, close } = await openTestSession(served.url)
  await startWatching(session, parts)
  const stop = new AbortController()
  const first = rowsChanged(session, parts, stop.signal)
  await session.page.evaluate(() => document.querySelector('#list')!.append(document.createElement('div')))
  expect(await first).toMatchObject({ list: true })
  await session.page.evaluate(() => document.querySelector('#talk')!.replaceChildren())
  expect(await rowsChanged(session, parts, stop.signal)).toMatchObject({ list: false, conversation: true })
  // Nothing is left to tell: it waits, until it is told to stop.
  const waiting = rowsChanged(session, parts, stop.signal)
  stop.abort(new Error('told to stop'))
  await expect(waiting).rejects.toThrow('told to stop')
  await stopWatching(session)
  await close()
})

test('rows that change again and again are told of half a second after the first change', async () => {
  const { session, close } = await openTestSession(served.url)
  await startWatching(session, parts)
  const answer = rowsChanged(session, parts, new AbortController().signal)
  await session.page.evaluate(() => {
    let n = 0
    const timer = setInterval(() => {
      document.querySelector('#list span')!.setAttribute('title', `${n++}`)
      if (n > 100) clearInterval(timer)
    }, 20)
  })
  const { list, forMs } = await answer
  expect(list).toBe(true)
  expect(forMs).toBeGreaterThan(300)
  expect(forMs).toBeLessThan(1_500)
  await stopWatching(session)
  await close()
})

test('the page sees nothing of it among its own globals, and one that is loaded anew ends the question', async () => {
  const { session, close } = await openTestSession(served.url)
  const names = () => session.page.evaluate(() => Object.getOwnPropertyNames(globalThis))
  const before = await names()
  await startWatching(session, parts)
  const answer = rowsChanged(session, parts, new AbortController().signal)
  await session.page.evaluate(() => document.querySelector('#list')!.append(document.createElement('div')))
  await answer
  expect(await names()).toEqual(before)
  const ended = rowsChanged(session, parts, new AbortController().signal)
  const refused = expect(ended).rejects.toThrow()
  // The question takes three steps to get there; those that follow come after it.
  for (let step = 0; step < 3; step++) await session.cdp.send('Page.getFrameTree')
  await session.reload()
  await refused
  await close()
})
