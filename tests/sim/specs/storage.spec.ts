/** The databases of the page: shapes of the rows, their order, the secrets, and who else touched them. */
import type { Page } from '@playwright/test'
import { expect, test } from '../../support/chromium.ts'
import type { Switches } from '../app/switches.ts'
import type { Scenario } from '../app/types.ts'
import { chat, message } from '../message.ts'
import type { Sim } from '../server.ts'
import { ada, me, storedRows, talk, withSim } from './page.ts'

async function load(page: Page, sim: Sim): Promise<void> {
  const ready = sim.next('ready')
  await page.goto(sim.url)
  await ready
}

const bruno = { name: 'Bruno Caldas', phone: '5511900000222', lid: '100000000000022@lid', saved: false, phoneHidden: true }
const at = (minute: number) => new Date(Date.UTC(2026, 1, 3, 10, minute, 17)).toISOString()

function group(): Scenario {
  const id = (n: number) => `3A${String(n).padStart(18, '0')}`
  return {
    account: me,
    chats: [
      chat({
        id: '120363000000000777@g.us',
        title: 'Rowing',
        participants: [ada, bruno, me],
        messages: [
          message({ id: id(1), sender: ada, sentAt: at(1), text: 'one' }),
          message({ id: id(2), sender: me, direction: 'out', sentAt: at(2), text: 'two', edited: true, mentions: [bruno] }),
          message({
            id: id(3),
            sender: bruno,
            sentAt: at(3),
            text: 'three',
            quoted: { id: id(1), text: 'one', author: ada.name },
            forwarded: 2,
          }),
          message({ id: id(4), sender: bruno, sentAt: at(4), kind: 'deleted', deletedBy: 'admin' }),
          message({ id: id(5), sender: ada, sentAt: at(5), kind: 'call', callVideo: true, callMissed: true }),
          message({ id: id(6), sender: ada, sentAt: at(6), text: 'gone soon', disappearsAfterS: 86_400 }),
          message({ id: id(7), sender: ada, sentAt: at(7), kind: 'system', text: 'Ada Wintermoor added Bruno' }),
        ],
      }),
    ],
  }
}

test('message rows follow the order of time by their sort key, carry exact seconds and no text', async ({ page }) => {
  await withSim({ scenario: talk(6) }, async sim => {
    await load(page, sim)
    const rows = (await storedRows(page, 'message', 'internalId'))!.filter(row => row.viewMode !== 'HIDDEN' && row.type === 'chat')
    const truth = sim.scenario.chats[0]!.messages
    expect(rows.map(row => row.t)).toEqual(truth.map(item => Math.floor(Date.parse(item.sentAt) / 1000)))
    expect(rows[1]).toMatchObject({ id: `false_${ada.lid}_${truth[1]!.id}`, mediaKey: 'SIM-SECRET-NEVER-READ' })
    expect(rows.every(row => Number(row.rowId) < 1_000_000_000)).toBe(true)
    expect(JSON.stringify(rows)).not.toContain('number 1')
    const added = sim.next('storage', event => event.detail === 'open model-storage')
    const said = await sim.say(ada.name, { text: 'later' })
    await expect
      .poll(async () => (await storedRows(page, 'message'))!.find(row => String(row.id).includes(said.id))?.rowId)
      .toBeGreaterThan(999_999_999)
    await added
  })
})

test('keys of a group carry the author; edits, deletions, quotes, calls and mentions stand in columns', async ({ page }) => {
  await withSim({ scenario: group(), switches: { idShape: 'bare' } }, async sim => {
    await load(page, sim)
    const rows = (await storedRows(page, 'message'))!
    const [one, two, three, four, five, six, seven] = sim.scenario.chats[0]!.messages.map(
      item => rows.find(row => String(row.id).split('_')[2] === item.id)!,
    )
    const remote = '120363000000000777@g.us'
    expect(one!.id).toBe(`false_${remote}_3A000000000000000001_${ada.lid}`)
    expect(two!.id).toBe(`true_${remote}_3A000000000000000002_${me.lid}`)
    expect(two).toMatchObject({ latestEditSenderTimestampMs: expect.any(Number), ack: 3 })
    expect(JSON.stringify(two!.mentionedJidList)).toContain(bruno.lid)
    expect(three).toMatchObject({ quotedStanzaID: '3A000000000000000001', isForwarded: true, forwardingScore: 127 })
    expect(four).toMatchObject({ type: 'revoked', subtype: 'admin', revokeSender: ada.lid, revokeTimestamp: expect.any(Number) })
    expect(five).toMatchObject({ type: 'call_log', callOutcome: 'Missed', isVideoCall: true })
    expect(six).toMatchObject({ ephemeralDuration: 86_400, expiredTimestamp: Number(six!.t) + 86_400 })
    expect(seven).toMatchObject({ type: 'gp2', id: `false_${remote}_3A000000000000000007` })
    expect(rows.map(row => row.type)).toEqual(expect.arrayContaining(['protocol']))
    expect(new Set(rows.map(row => typeof row.to))).toEqual(new Set(['string', 'object']))
    expect(rows.every(row => typeof row.from === 'string' && !('fromMe' in row) && !('body' in row))).toBe(true)
    const contacts = (await storedRows(page, 'contact'))!
    expect(contacts.find(row => row.id === ada.lid)).toMatchObject({ phoneNumber: `${ada.phone}@c.us`, name: ada.name })
    expect(contacts.find(row => row.id === bruno.lid)).not.toHaveProperty('phoneNumber')
    expect(await storedRows(page, 'lid-pn-mapping')).toEqual([])
    expect(await storedRows(page, 'participant', 'participants')).toHaveLength(3)
  })
})

test('threads are kept by phone number while the ids of the page are, and by LID afterwards', async ({ page }) => {
  await withSim({ scenario: talk(2), switches: { idShape: 'packed', lidAuthors: false } }, async sim => {
    await load(page, sim)
    const before = (await storedRows(page, 'message'))!
    expect(before.every(row => /^(true|false)_447700900001@c\.us_/.test(String(row.id)))).toBe(true)
    sim.set({ idShape: 'bare', lidAuthors: true })
    await load(page, sim)
    const after = (await storedRows(page, 'message'))!
    expect(after.every(row => String(row.id).split('_')[1] === ada.lid)).toBe(true)
    expect(after.map(row => row.rowId).sort()).toEqual(before.map(row => row.rowId).sort())
  })
})

const shapes: [Switches['idb'], (page: Page) => Promise<void>][] = [
  ['none', async page => expect(await storedRows(page, 'message')).toBeNull()],
  ['empty', async page => expect(await storedRows(page, 'message', 'internalId')).toEqual([])],
  [
    'broken',
    async page => {
      expect(await storedRows(page, 'contact')).toBeNull()
      expect(await storedRows(page, 'message', 'internalId')).toBeNull()
      expect((await storedRows(page, 'message'))!.length).toBeGreaterThan(5)
    },
  ],
  [
    'packed',
    async page => {
      const rows = (await storedRows(page, 'message', 'internalId'))!
      expect(rows.every(row => 'id' in row && 'a' in row && !('t' in row) && !('type' in row) && !('from' in row))).toBe(true)
    },
  ],
  ['partial', async page => expect((await storedRows(page, 'message'))!.every(row => Number(row.rowId) % 3 !== 0)).toBe(true)],
  ['full', async page => expect((await storedRows(page, 'message', 'rowId'))!.length).toBeGreaterThan(6)],
]

test('the database takes the shape that the switch names, one after the other in one profile', async ({ page }) => {
  await withSim({ scenario: talk(6) }, async sim => {
    for (const [idb, look] of shapes) {
      sim.set({ idb })
      await load(page, sim)
      await look(page)
    }
    expect(sim.recorded.filter(event => event.type === 'console')).toEqual([])
  })
})

test('an account that was only looked at is left as it was; a write, a new database and a held connection are told', async ({ page }) => {
  await withSim({ scenario: talk(4) }, async sim => {
    await load(page, sim)
    await storedRows(page, 'message')
    expect(await sim.checkStorage()).toEqual([])
    // An isolated world is not seen by the page: only what it leaves behind is.
    const session = await page.context().newCDPSession(page)
    const { frameTree } = await session.send('Page.getFrameTree')
    const { executionContextId } = await session.send('Page.createIsolatedWorld', { frameId: frameTree.frame.id })
    const elsewhere = (expression: string) =>
      session.send('Runtime.evaluate', { contextId: executionContextId, expression, awaitPromise: true })
    await elsewhere(
      `new Promise(done => { const request = indexedDB.open('notes'); request.onsuccess = () => { request.result.close(); done(1) } })`,
    )
    await elsewhere(`new Promise(done => { const request = indexedDB.open('model-storage'); request.onsuccess = () => {
      globalThis.held = request.result
      const work = held.transaction('chat', 'readwrite')
      work.objectStore('chat').clear()
      work.oncomplete = () => done(1)
    } })`)
    expect(await sim.checkStorage()).toEqual(['create notes', 'write model-storage chat', 'blocked model-storage'])
    await elsewhere('held.close()')
  })
})

test('keys and settings hold only markers, and the own number', async ({ page }) => {
  await withSim({ scenario: talk(2) }, async sim => {
    await load(page, sim)
    const settings = await page.evaluate(() => ({ ...localStorage }))
    expect(settings['last-wid-md']).toBe(`"${me.phone}:1@c.us"`)
    expect(settings.WANoiseInfo).toBe('SIM-SECRET-NEVER-READ')
    const names = await page.evaluate(async () => (await indexedDB.databases()).map(found => found.name))
    expect(names.sort()).toEqual(['model-storage', 'signal-storage', 'wawc', 'wawc_db_enc'])
  })
})
