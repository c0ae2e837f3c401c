/** The second witness against the simulated account's own truth: both ways of addressing people, whole, in part, and in shapes that are not known. */
import { pino } from 'pino'
import type { Page } from 'playwright'
import { canonicalJid } from '../../src/parse/ids.ts'
import type { StoredMessage } from '../../src/parse/stored.ts'
import { storageWitness } from '../../src/web/storage.ts'
import type { Switches } from '../sim/app/switches.ts'
import type { SimChat } from '../sim/app/types.ts'
import { type Sim, startSim } from '../sim/server.ts'
import { expect, test } from '../support/chromium.ts'

const deleters: Record<string, StoredMessage['deletedBy']> = { me: 'owner', them: 'sender', admin: 'admin' }

async function withAccount(page: Page, switches: Partial<Switches>, act: (sim: Sim) => Promise<void>): Promise<void> {
  const latency = { bootMs: 10, pageMs: 1, subtitleMs: 1 }
  const sim = await startSim({ paired: true, switches, account: { chats: 4, messages: 60, older: 0 }, latency })
  try {
    const ready = sim.next('ready')
    await page.goto(sim.url)
    await ready
    await act(sim)
  } finally {
    await sim.close()
  }
}

const witnessOf = (page: Page) => storageWitness({ page, log: pino({ level: 'silent' }), timeoutMs: 30_000 })
const threadOf = (chat: SimChat, lids: boolean) => canonicalJid(chat.kind !== 'group' && lids && chat.lid ? chat.lid : chat.id)

for (const lids of [true, false]) {
  test(`threads by ${lids ? 'LID' : 'phone number'}: every chat is found by its ids, every row is as the account holds it`, async ({
    page,
  }) => {
    await withAccount(page, { idShape: lids ? 'bare' : 'packed', lidAuthors: lids }, async sim => {
      const witness = witnessOf(page)
      expect(await witness.probe()).toEqual({ level: 'full', because: null })
      const { chats, owner } = await witness.directory()
      const { account } = sim.scenario
      const told = new Set(sim.scenario.chats.flatMap(chat => chat.messages.map(message => message.kind)))
      expect([...told]).toEqual(expect.arrayContaining(['gif', 'album', 'call', 'poll', 'event', 'deleted', 'waiting', 'system']))
      expect(owner).toEqual({ phone: `${account.phone}@c.us`, lid: account.lid })
      const seconds = (at: string) => Math.floor(Date.parse(at) / 1000)
      const activities = sim.scenario.chats.map(chat => [threadOf(chat, lids), seconds(chat.activityAt)] as const)
      expect(Object.fromEntries(await witness.activities())).toEqual({
        ...Object.fromEntries(activities),
        'status@broadcast': expect.any(Number),
      })
      for (const chat of sim.scenario.chats) {
        const thread = threadOf(chat, lids)
        const stored = chats.get(thread)
        expect(stored, chat.title).toBeDefined()
        expect(stored!.participants.includes(account.lid) || stored!.participants.includes(`${account.phone}@c.us`)).toBe(false)
        if (chat.kind === 'group') expect(stored!.names).toContain(chat.title)
        const ids = chat.messages.map(message => message.id)
        if (ids.length > 0) {
          expect(await witness.chatOf(ids, [chat.title]), chat.title).toBe(thread)
          expect(await witness.chatOf(ids, []), chat.title).toBe(thread)
        }
        const rows = await witness.messages(thread, 0)
        for (const message of chat.messages) {
          expect(rows.get(message.id), `${chat.title} ${message.kind}`).toMatchObject({
            chatJid: thread,
            fromMe: message.direction === 'out',
            seconds: Math.floor(Date.parse(message.sentAt) / 1000),
            kind: message.kind,
            deletedBy: deleters[message.deletedBy ?? ''] ?? null,
            edited: message.edited,
            quotedId: message.quoted?.id ?? null,
            forwarded: message.forwarded > 0,
            forwardedMany: message.forwarded === 2,
            mentions: message.mentions.map(person =>
              (chat.kind === 'group' ? lids : thread.endsWith('lid')) ? person.lid : `${person.phone}@c.us`,
            ),
          })
          if (chat.kind === 'group' && message.kind !== 'system') {
            expect(rows.get(message.id)?.participant).toBe(lids ? message.sender.lid : `${message.sender.phone}@c.us`)
          }
        }
      }
      expect(await sim.checkStorage()).toEqual([])
    })
  })
}

const shapes: [Switches['idb'], string, RegExp][] = [
  ['none', 'none', /no database/],
  ['empty', 'partial', /no message is stored yet/],
  ['packed', 'none', /packed under short names/],
  ['broken', 'partial', /no store contact.*no index internalId|no index internalId.*no store contact/],
]
for (const [idb, level, because] of shapes) {
  test(`a database that is ${idb} is ${level}, says why, and is left as it was`, async ({ page }) => {
    await withAccount(page, { idb }, async sim => {
      const witness = witnessOf(page)
      const found = await witness.probe()
      expect(found.level).toBe(level)
      expect(found.because).toMatch(because)
      await witness.directory()
      const chat = sim.scenario.chats.find(one => one.kind === 'group' && one.messages.length > 5)!
      await witness.chatOf(
        chat.messages.map(message => message.id),
        [chat.title],
      )
      const rows = await witness.messages(canonicalJid(chat.id), 0)
      if (idb === 'broken') expect(chat.messages.every(message => rows.get(message.id)?.chatJid === canonicalJid(chat.id))).toBe(true)
      expect(await sim.checkStorage()).toEqual([])
    })
  })
}
