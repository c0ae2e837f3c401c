/** The main job, end to end: real Chromium, the built program, both databases; the tables are compared with the account's own truth. */
import { join } from 'node:path'
import { expectedRows } from '../sim/truth.ts'
import { expect, kinds, test } from './account.ts'
import {
  attachmentsQuery,
  expectMessages,
  expectPictures,
  messagesQuery,
  type StoredAttachment,
  type StoredMessage,
} from './expectation.ts'

const pages = [
  { profile: 'E7', switches: { locale: 'en-GB' }, name: 'E7, English, day first' },
  { profile: 'E7', switches: { locale: 'pt-BR' }, name: 'E7, Portuguese' },
  { profile: 'E5', switches: { locale: 'en-US' }, name: 'E5, English, month first, 12 h' },
  { profile: 'E5', switches: { locale: 'pt-BR' }, name: 'E5, Portuguese' },
] as const

/** Read only by `npm run test:full`. */
const older = [
  { profile: 'E2', switches: { locale: 'pt-BR' }, name: 'E2, Portuguese' },
  { profile: 'E3', switches: { locale: 'en-US' }, name: 'E3, English, month first' },
  { profile: 'E4', switches: { locale: 'en-GB' }, name: 'E4, English, day first' },
  { profile: 'E6', switches: { locale: 'en-GB', archivedPanel: 'drawer' }, name: 'E6, English, archived chats in a drawer' },
] as const

const full = process.env.TEST_FULL === '1'

const never = ['receipt', 'key', 'input', 'played', 'presence', 'history_request', 'use_here'] as const

for (const [index, { profile, switches, name }] of [...pages, ...(full ? older : [])].entries()) {
  for (const kind of kinds.filter((_, at) => full || at === index % 2)) {
    test(`every message of the window is stored once and exactly (${name}; ${kind})`, async ({ makeAccount }) => {
      const account = await makeAccount(kind, { profile, switches, account: { seed: 40 + index } }, { firstStart: true })
      const first = await account.run('sync', '--json')
      expect(first.stderr).not.toMatch(/"level":"(?:warn|error)"/)
      const result = JSON.parse(first.stdout)
      expect(result).toMatchObject({ status: 'complete', incomplete: [], messages: { rejected: 0 } })
      expect(first.status).toBe(0)

      const expected = expectedRows(account.sim.scenario, { since: new Date(Date.now() - 30 * 24 * 60 * 60 * 1000) })
      expectMessages(await account.rows<StoredMessage>(messagesQuery), expected)
      expectPictures(await account.rows<StoredAttachment>(attachmentsQuery), expected, join(account.dataDir, 'attachments'))
      expect(result.messages).toMatchObject({ seen: expected.length, inserted: expected.length, updated: 0 })
      expect(account.sim.recorded.filter(one => (never as readonly string[]).includes(one.type))).toEqual([])
      expect(account.sim.recorded.filter(one => one.type === 'click').every(one => one.trusted)).toBe(true)

      const before = await account.rows<{ id: number; version: string }>('select id, xmin::text as version from messages order by id')
      const second = JSON.parse((await account.run('sync', '--json')).stdout)
      // Pictures that the page had not downloaded are fetched now; of the messages nothing changes.
      expect(second).toMatchObject({ status: 'complete', messages: { inserted: 0, updated: 0, rejected: 0 } })
      expect(second.chats.skipped_unchanged).toBeGreaterThan(second.chats.opened)
      expect(await account.rows('select id, xmin::text as version from messages order by id')).toEqual(before)
    })
  }
}
