/** What is kept of IndexedDB from one reading to the next, and when it is found out anew. */
import { expect, test } from '@playwright/test'
import { makeLogger } from '../../src/log.ts'
import type { Directory, StoredChat } from '../../src/parse/stored.ts'
import { makeRecords } from '../../src/web/records.ts'
import type { Witness } from '../../src/web/witness.ts'

const log = makeLogger({ level: 'silent', pretty: false })

/** A witness that knows the chats named here, by messages `m-NAME`. */
function given(...names: string[]) {
  const asked = { probes: 0, directories: 0 }
  const chats = new Set(names)
  const chat = (jid: string): StoredChat => ({ jid, phone: jid, lid: null, isGroup: false, participants: [] }) as unknown as StoredChat
  const witness: Witness = {
    async probe() {
      asked.probes++
      return { level: 'full', because: null } as Awaited<ReturnType<Witness['probe']>>
    },
    async directory() {
      asked.directories++
      const known = new Map([...chats].map(name => [name, chat(name)]))
      return { chats: known, phones: new Map(), names: new Map(), owner: { phone: null, lid: null } } as unknown as Directory
    },
    activities: async () => new Map(),
    arrivals: async () => null,
    chatOf: async ids => (ids[0] ?? '').slice(2),
    messages: async () => new Map(),
  }
  return { asked, chats, records: makeRecords(witness, log) }
}

test('what was found out is kept for the readings that follow, which count for themselves', async () => {
  const { asked, records } = given('ana')
  await records.open(['m-ana'], ['Ana'])
  records.totals().matched = { text: 7 }
  const later = records.again()
  expect((await later.open(['m-ana'], ['Ana'])).chat?.jid).toBe('ana')
  expect((await later.open(['m-ana'], ['Ana'])).chat?.jid).toBe('ana')
  expect([asked.probes, asked.directories, later.totals().matched]).toEqual([1, 1, {}])
})

test('a chat that is not among what was kept is looked for anew, once', async () => {
  const { asked, chats, records } = given('ana')
  await records.open(['m-ana'], ['Ana'])
  const later = records.again()
  chats.add('bea')
  expect((await later.open(['m-bea'], ['Bea'])).chat?.jid).toBe('bea')
  expect(asked.directories).toBe(2)
  for (let n = 0; n < 3; n++) expect((await later.open(['m-cleo'], ['Cleo'])).chat).toBeNull()
  expect(asked.directories).toBe(3)
  // A cycle finds it out at its beginning, and not again.
  const fresh = given('ana')
  expect((await fresh.records.open(['m-bea'], ['Bea'])).chat).toBeNull()
  expect(fresh.asked.directories).toBe(1)
})
