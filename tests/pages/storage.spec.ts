/** The second witness in a real browser, over databases that the test filled itself. */
import { Writable } from 'node:stream'
import { pino } from 'pino'
import type { Page } from 'playwright'
import { makeStorageDoor } from '../../src/web/page/read-storage.ts'
import { readStorageArrivals } from '../../src/web/page/read-storage-arrivals.ts'
import { findInKeys, findInThreads, firstKeys } from '../../src/web/page/read-storage-chat.ts'
import { probeStorage } from '../../src/web/page/read-storage-probe.ts'
import { readStoragePerson, readStorageTable } from '../../src/web/page/read-storage-table.ts'
import { readStoragePrefix, readStorageThread } from '../../src/web/page/read-storage-thread.ts'
import { storageWitness } from '../../src/web/storage.ts'
import { test as base, expect } from '../support/chromium.ts'
import { fillStorage, forbidden, messageRow, stores } from '../support/model-storage.ts'
import { type Served, serve } from '../support/serve.ts'

const test = base.extend<{ served: Served; tab: Page; lines: string[] }>({
  served: async ({}, use) => {
    const served = await serve('<!doctype html><title>x</title>')
    await use(served)
    await served.close()
  },
  tab: async ({ page, served }, use) => {
    await page.goto(served.url)
    await use(page)
  },
  lines: async ({}, use) => {
    await use([])
  },
})

const witnessOf = (page: Page, lines: string[] = [], timeoutMs = 20_000) => {
  const stream = new Writable({
    write: (line, _, done) => {
      lines.push(String(line))
      done()
    },
  })
  return storageWitness({ page, log: pino({ level: 'debug' }, stream), timeoutMs })
}

const start = 1_760_000_000
const ada = '5511900000001@c.us'
const adaLid = '100000000000001@lid'
const bo = '5511900000002@c.us'
const boLid = '100000000000002@lid'
const me = '5511900000099@c.us'
const meLid = '100000000000099@lid'
const group = '120363000000000001@g.us'

/** People, chats and a group of a build that keys chats by LID. */
const people = {
  chat: [
    { id: adaLid, t: start + 50, unreadCount: -1, archive: false, endOfHistoryTransferType: 0 },
    { id: group, t: start + 60, unreadCount: 2, archive: true, endOfHistoryTransferType: 1 },
    { id: 'status@broadcast', t: start },
  ],
  contact: [
    { id: adaLid, phoneNumber: ada, pushname: 'ada l.' },
    { id: ada, name: 'Ada Example' },
    { id: boLid, phoneNumber: { user: '5511900000002', server: 'c.us', _serialized: bo }, pushname: 'Bo' },
    { id: meLid, phoneNumber: me },
    { id: '100000000000003@lid', phoneNumber: '5511900000003@c.us' },
    { id: '100000000000004@lid', phoneNumber: '5511900000003@c.us' },
  ],
  'group-metadata': [{ id: group, subject: 'Garden' }],
  participant: [{ groupId: group, participants: [adaLid, boLid, meLid], admins: [{ id: { user: '100000000000001', server: 'lid' } }] }],
}

test('a page without the database is none, and no database comes of asking', async ({ tab }) => {
  const lines: string[] = []
  const witness = witnessOf(tab, lines)
  expect(await witness.probe()).toEqual({ level: 'none', because: 'the page has no database named model-storage' })
  const directory = await witness.directory()
  expect([directory.chats.size, directory.phones.size, directory.names.size]).toEqual([0, 0, 0])
  expect(await witness.chatOf(['A'], ['Ada'])).toBeNull()
  expect((await witness.messages(adaLid, 0)).size).toBe(0)
  expect(await tab.evaluate(async () => (await indexedDB.databases()).length)).toBe(0)
  expect(lines.filter(line => line.includes('warn'))).toEqual([])
})

test('a database of 2026: capability, people, the chat of some ids, its messages', async ({ tab }) => {
  const lines: string[] = []
  await tab.evaluate(own => localStorage.setItem('last-wid-md', JSON.stringify(own)), '5511900000099:12@c.us')
  await fillStorage(
    tab,
    stores({
      ...people,
      message: [
        messageRow(false, adaLid, '3EB0AA01', start),
        messageRow(true, adaLid, '3EB0AA02', start + 1, { ack: 3, latestEditMsgKey: 'true_x_y' }),
        messageRow(false, ada, '3EB0AA00', start - 5, { type: 'ptt', duration: 7 }),
        messageRow(false, group, '3EB0GG01', start + 2, {
          participant: boLid,
          author: { user: '100000000000002', server: 'lid' },
          type: 'image',
        }),
        messageRow(false, group, '3EB0GG03', start + 4, {
          participant: adaLid,
          author: { server: 'lid', user: '100000000000001', $1: 'renamed' },
          type: 'image',
          associationType: 1,
          parentMsgKey: { fromMe: false, remote: { server: 'g.us', user: '120363000000000001' }, id: '3EB0GG01', participant: adaLid },
          mentionedJidList: [bo, { server: 'lid', user: '100000000000001' }],
        }),
        messageRow(false, group, '3EB0GG02', start + 3, { participant: adaLid, type: 'brand_new_thing' }),
      ],
    }),
  )
  const witness = witnessOf(tab, lines)
  expect(await witness.probe()).toEqual({ level: 'full', because: null })

  const directory = await witness.directory()
  expect(directory.owner).toEqual({ phone: me, lid: meLid })
  expect([...directory.phones]).toEqual([
    [adaLid, ada],
    [boLid, bo],
    [meLid, me],
  ])
  expect(directory.names.get(adaLid)).toBe('Ada Example')
  expect(directory.names.get(group)).toBe('Garden')
  expect(directory.chats.get(adaLid)).toEqual({
    jid: adaLid,
    phone: ada,
    lid: adaLid,
    isGroup: false,
    names: ['Ada Example', 'ada l.'],
    lastActivity: start + 50,
    unread: -1,
    archived: false,
    history: 'phone_has_more',
    participants: [],
  })
  expect(directory.chats.get(group)).toMatchObject({ isGroup: true, archived: true, history: 'complete', participants: [ada, bo] })

  expect(await witness.chatOf(['3EB0GG01', '3EB0GG02'], ['Garden'])).toBe(group)
  expect(await witness.chatOf(['3EB0GG01', '3EB0GG02'], ['Ada Example']), 'the title leads nowhere').toBe(group)
  expect(await witness.chatOf(['3EB0AA00', '3EB0AA01', '3EB0AA02'], [])).toBe(adaLid)
  expect(await witness.chatOf(['NOWHERE'], ['Garden'])).toBeNull()

  const own = await witness.messages(adaLid, start - 100)
  expect([...own.keys()].sort()).toEqual(['3EB0AA00', '3EB0AA01', '3EB0AA02'])
  expect(own.get('3EB0AA02')).toMatchObject({ fromMe: true, seconds: start + 1, kind: 'text', status: 'read', edited: true })
  expect(own.get('3EB0AA00')).toMatchObject({ chatJid: ada, kind: 'voice', durationS: 7 })
  const shared = await witness.messages(group, 0)
  expect(shared.get('3EB0GG01')).toMatchObject({ participant: boLid, kind: 'image', fromMe: false })
  expect(shared.get('3EB0GG02')?.kind).toBeNull()
  expect(shared.get('3EB0GG03')).toMatchObject({ participant: adaLid, albumId: '3EB0GG01', mentions: [bo, adaLid] })
  expect(lines.filter(line => !line.includes('model-storage'))).toEqual([])
})

test('a database of 2021: phone numbers, no internalId, ids as objects', async ({ tab }) => {
  const old = (own: boolean, id: string, t: number) => ({
    id: `${own}_${ada}_${id}`,
    t,
    from: { server: 'c.us', user: '5511900000001', _serialized: ada },
    to: { server: 'c.us', user: '5511900000099', _serialized: me },
    type: 'chat',
    msgRowOpaqueData: { _data: forbidden, iv: forbidden, _keyId: 1 },
  })
  const specs = stores({ chat: [{ id: ada, t: start }], contact: [{ id: ada, name: 'Ada' }] })
  specs.message = { key: 'id', rows: [old(false, 'AA1', start), old(true, 'AA2', start + 9), old(false, 'AA0', start - 1_000)] }
  await fillStorage(tab, specs)
  const witness = witnessOf(tab)
  expect(await witness.probe()).toEqual({ level: 'partial', because: 'store message has no index internalId' })
  expect([...(await witness.messages(ada, start - 10)).values()].map(one => [one.messageId, one.fromMe, one.seconds])).toEqual([
    ['AA2', true, start + 9],
    ['AA1', false, start],
  ])
  expect(await witness.chatOf(['AA1', 'AA2'], ['Ada'])).toBe(ada)
})

test('nothing secret and no text crosses over, whatever is asked', async ({ tab }) => {
  await fillStorage(
    tab,
    stores({ ...people, message: [messageRow(false, adaLid, 'A1', start, { latestEditMsgKey: forbidden, from: adaLid })] }),
  )
  const lines: string[] = []
  const crossed: string[] = []
  const context = tab.context()
  const plain = context.newCDPSession.bind(context)
  context.newCDPSession = async target => {
    const session = await plain(target)
    const send = session.send.bind(session) as (method: string, params?: unknown) => Promise<unknown>
    session.send = (async (method: string, params?: unknown) => {
      const answer = await send(method, params)
      crossed.push(JSON.stringify(answer))
      return answer
    }) as typeof session.send
    return session
  }
  const witness = witnessOf(tab, lines)
  await witness.probe()
  await witness.directory()
  await witness.chatOf(['A1'], ['Ada Example'])
  await witness.chatOf(['A1'], [])
  expect((await witness.messages(adaLid, 0)).size).toBe(1)
  expect(crossed.join('\n')).toContain('A1')
  expect(crossed.join('\n')).not.toContain(forbidden)
  expect(lines.join('\n')).not.toContain(forbidden)
})

test('the page can change and delete its database meanwhile, and sees nobody write', async ({ tab }) => {
  await fillStorage(tab, stores({ ...people, message: [messageRow(false, adaLid, 'A1', start)] }))
  // What the page itself would notice: its own globals are wrapped.
  await tab.evaluate(() => {
    const seen: string[] = []
    Object.assign(window, { seen })
    for (const name of ['open', 'deleteDatabase', 'databases'] as const) {
      const real = IDBFactory.prototype[name] as (...args: unknown[]) => unknown
      Object.assign(IDBFactory.prototype, {
        [name](this: IDBFactory, ...args: unknown[]) {
          seen.push(name)
          return real.apply(this, args)
        },
      })
    }
  })
  const before = await tab.evaluate(() => Object.getOwnPropertyNames(window).sort().join())
  const witness = witnessOf(tab)
  await witness.probe()
  expect((await witness.messages(adaLid, 0)).size).toBe(1)
  const seen = () => tab.evaluate(() => (window as unknown as { seen: string[] }).seen)
  expect(await seen()).toEqual([])
  expect(await tab.evaluate(() => Object.getOwnPropertyNames(window).sort().join())).toBe(before)
  await tab.evaluate(() => indexedDB.databases())
  expect(await seen(), 'a reader in the world of the page would have been seen').toEqual(['databases'])
  const reading = Promise.all([witness.directory(), witness.messages(adaLid, 0)])
  const gone = tab.evaluate(
    () =>
      new Promise<string>(resolve => {
        const request = indexedDB.deleteDatabase('model-storage')
        request.onsuccess = () => resolve('deleted')
        request.onerror = () => resolve('failed')
      }),
  )
  expect(await gone).toBe('deleted')
  await reading
  expect(await tab.evaluate(async () => (await indexedDB.databases()).length)).toBe(0)
})

test('columns packed under short names are not read, and said', async ({ tab }) => {
  const specs = stores(people)
  specs.message = { key: 'a', rows: [{ a: 'false_1@c.us_X', b: start, c: 'chat', d: 1, e: 2 }] }
  await fillStorage(tab, specs)
  const witness = witnessOf(tab)
  const { level, because } = await witness.probe()
  expect(level).toBe('partial')
  expect(because).toContain('store message has the key a instead of id')
  expect(because).toContain('packed under short names')
  expect((await witness.messages('1@c.us', 0)).size).toBe(0)
})

test('a walk backwards goes on past old rows that stand between newer ones, and ends after many', async ({ tab }) => {
  const rows = [
    ...Array.from({ length: 700 }, (_, n) => messageRow(false, adaLid, `OLD${n}`, start - 10_000)),
    messageRow(false, adaLid, 'NEW1', start),
    ...Array.from({ length: 150 }, (_, n) => messageRow(false, adaLid, `MID${n}`, start - 10_000)),
    messageRow(false, adaLid, 'NEW2', start + 1),
  ]
  await fillStorage(tab, stores({ ...people, message: rows }))
  expect([...(await witnessOf(tab).messages(adaLid, start)).keys()].sort()).toEqual(['NEW1', 'NEW2'])
})

test('two chats that hold the same ids are no answer', async ({ tab }) => {
  const rows = [ada, bo].flatMap(thread => ['S1', 'S2'].map(id => messageRow(true, thread, id, start)))
  await fillStorage(tab, stores({ message: rows }))
  const witness = witnessOf(tab)
  expect(await witness.chatOf(['S1', 'S2'], [])).toBeNull()
  expect((await witness.messages(ada, 0)).get('S1')?.chatJid).toBe(ada)
  expect((await witness.messages(bo, 0)).get('S1')?.chatJid).toBe(bo)
})

test('a database that does not open is none after the limit, and is let go when it opens at last', async ({ tab }) => {
  await fillStorage(tab, stores({ ...people, message: [messageRow(false, adaLid, 'A1', start)] }))
  // The page holds it and wants another version: everybody who asks now has to wait.
  await tab.evaluate(
    () =>
      new Promise<void>(resolve => {
        const first = indexedDB.open('model-storage')
        first.onsuccess = () => {
          const second = indexedDB.open('model-storage', 200)
          second.onblocked = () => resolve()
          second.onsuccess = () => second.result.close()
          Object.assign(window, { held: first.result })
        }
      }),
  )
  const lines: string[] = []
  const witness = witnessOf(tab, lines, 1_500)
  expect(await witness.probe()).toEqual({ level: 'none', because: 'it could not be looked at: the database did not open in time' })
  expect((await witness.messages(adaLid, 0)).size).toBe(0)
  expect(lines.filter(line => line.includes('did not open in time')).length, 'said once').toBe(1)
  const gone = await tab.evaluate(
    () =>
      new Promise<string>(resolve => {
        ;(window as unknown as { held: IDBDatabase }).held.close()
        const request = indexedDB.deleteDatabase('model-storage')
        request.onsuccess = () => resolve('deleted')
      }),
  )
  expect(gone).toBe('deleted')
})

test('what came since a mark is told whatever its own time, from both ends of the history, without what is not drawn', async ({ tab }) => {
  const live = 1_000_000_000
  const base = [
    messageRow(false, adaLid, 'H1', start + 1, { rowId: 999_960_010 }),
    messageRow(false, adaLid, 'H2', start + 2, { rowId: 999_960_012 }),
    messageRow(true, adaLid, 'L1', start + 9, { rowId: live + 4 }),
  ]
  await fillStorage(tab, stores({ ...people, message: base }))
  const lines: string[] = []
  const witness = witnessOf(tab, lines)
  const first = await witness.arrivals(null)
  expect(first).toEqual({ rows: [], mark: { live: live + 4, oldest: 999_960_010, newest: 999_960_012 } })
  expect(await witness.arrivals(first!.mark)).toEqual(first)

  const more = [
    messageRow(true, adaLid, 'L2', start - 500, { rowId: live + 5 }),
    messageRow(false, group, 'L3', start + 11, { rowId: live + 6, participant: boLid, type: 'image' }),
    messageRow(false, group, 'L4', start + 11, {
      rowId: live + 7,
      participant: boLid,
      type: 'image',
      associationType: 1,
      parentMsgKey: `false_${group}_L3`,
    }),
    messageRow(false, group, 'L5', start + 12, { rowId: live + 8, type: 'gp2' }),
    messageRow(false, group, 'L6', start + 12, { rowId: live + 9, type: 'reaction' }),
    messageRow(false, ada, 'H3', start - 900, { rowId: 999_960_013 }),
    messageRow(false, adaLid, 'H0', start - 800, { rowId: 999_960_009 }),
  ]
  await fillStorage(tab, stores({ ...people, message: [...base, ...more] }))
  const ts = (seconds: number) => new Date(seconds * 1000).toISOString()
  const second = await witness.arrivals(first!.mark)
  expect(second).toEqual({
    rows: [
      { chatJid: group, messageId: 'L3', ts: ts(start + 11) },
      { chatJid: adaLid, messageId: 'L2', ts: ts(start - 500) },
      { chatJid: ada, messageId: 'H3', ts: ts(start - 900) },
      { chatJid: adaLid, messageId: 'H0', ts: ts(start - 800) },
    ],
    mark: { live: live + 9, oldest: 999_960_009, newest: 999_960_013 },
  })
  expect(await witness.arrivals(second!.mark)).toEqual({ rows: [], mark: second!.mark })
  // Before there was any history all of it is new.
  expect((await witness.arrivals({ ...second!.mark, oldest: null, newest: null }))?.rows.map(row => row.messageId)).toEqual([
    'H3',
    'H2',
    'H1',
    'H0',
  ])

  const { message, ...rest } = stores({ ...people, message: base })
  await fillStorage(tab, { ...rest, message: { ...message!, indexes: ['internalId'] } })
  expect(await witness.arrivals(first!.mark)).toBeNull()
  expect(lines.filter(line => line.includes('warn'))).toEqual([])
})

test('a page that is gone knows nothing, without an error', async ({ tab }) => {
  await fillStorage(tab, stores({ ...people, message: [messageRow(false, adaLid, 'A1', start)] }))
  const lines: string[] = []
  const witness = witnessOf(tab, lines)
  await tab.close()
  expect((await witness.probe()).level).toBe('none')
  expect((await witness.directory()).chats.size).toBe(0)
  expect(await witness.chatOf(['A1'], ['Ada Example'])).toBeNull()
  expect((await witness.messages(adaLid, 0)).size).toBe(0)
  expect(lines).toEqual([])
})

test('every transaction is readonly, nothing is opened with a version, and what is gone since it was listed is not made anew', async ({
  tab,
}) => {
  // In the world of the page, where the calls can be watched.
  const read = (reader: string, arg: unknown) =>
    tab.evaluate(`(${reader})((${makeStorageDoor})(10_000), ${JSON.stringify(arg)})`) as Promise<string>
  const readers: [string, unknown][] = [
    [`${probeStorage}`, { stores: ['message', 'chat'], samples: 5 }],
    [`${readStorageTable}`, { store: 'contact', after: null, max: 100, chunk: 2 }],
    [`${readStoragePerson}`, { jid: adaLid }],
    [`${readStorageThread}`, { thread: adaLid, sinceSeconds: 0, before: null, older: 0, slack: 9, max: 100, chunk: 2 }],
    [`${readStoragePrefix}`, { prefix: `false_${adaLid}_`, sinceSeconds: 0, after: null, max: 100, chunk: 2 }],
    [`${findInThreads}`, { ids: ['A1'], threads: [adaLid], depth: 10, chunk: 5 }],
    [`${findInKeys}`, { ids: ['A1'], after: null, max: 10, chunk: 5 }],
    [`${firstKeys}`, { prefixes: [`false_${adaLid}_`] }],
    [`${readStorageArrivals}`, { after: { live: 0, oldest: 0, newest: 0 }, max: 100, chunk: 2 }],
  ]
  await fillStorage(tab, stores({ ...people, message: [1, 2, 3].map(n => messageRow(false, adaLid, `A${n}`, start + n)) }))
  await tab.evaluate(() => {
    const calls: string[] = []
    Object.assign(window, { calls })
    const [open, transaction, close] = [IDBFactory.prototype.open, IDBDatabase.prototype.transaction, IDBDatabase.prototype.close]
    IDBFactory.prototype.open = function (...args) {
      calls.push(`open ${args.join()}`)
      return open.apply(this, args)
    }
    IDBDatabase.prototype.transaction = function (...args) {
      calls.push(args[1] ?? 'readonly')
      return transaction.apply(this, args)
    }
    IDBDatabase.prototype.close = function () {
      calls.push('close')
      close.apply(this)
    }
  })
  const calls = () => tab.evaluate(() => (window as unknown as { calls: string[] }).calls.splice(0))
  for (const [reader, arg] of readers) {
    expect(JSON.parse(await read(reader, arg)), reader).toMatchObject({ state: 'read', late: false })
    const made = await calls()
    expect([made[0], made.at(-1)]).toEqual(['open model-storage', 'close'])
    expect(new Set(made.slice(1, -1)), reader).toEqual(new Set(['readonly']))
  }
  await tab.evaluate(
    () =>
      new Promise<void>(resolve => {
        IDBFactory.prototype.databases = () => Promise.resolve([{ name: 'model-storage', version: 1 }])
        indexedDB.deleteDatabase('model-storage').onsuccess = () => resolve()
      }),
  )
  for (const [reader, arg] of readers) expect(JSON.parse(await read(reader, arg)), reader).toEqual({ state: 'absent' })
  await tab.reload()
  expect(await tab.evaluate(() => indexedDB.databases())).toEqual([])
})
