/**
 * Eras × locales × IndexedDB, end to end: the built program reads the simulated account into an empty embedded database, and the rows
 * are compared with the account. Always: eleven of them, among which every era, every state of IndexedDB and digits of two languages' own;
 * `TEST_FULL=1`: all of them.
 */
import { type Digits, type Locale, locales } from '../sim/app/locales.ts'
import type { Profile } from '../sim/app/switches.ts'
import { expectedRows } from '../sim/truth.ts'
import { expect, test } from './account.ts'
import { matrixAccount } from './matrix-account.ts'
import { differences, type Idb, type Stored, storedQuery } from './matrix-truth.ts'

interface Written {
  locale: Locale
  digits?: Digits
}

const eras: readonly Profile[] = ['E2', 'E3', 'E4', 'E5', 'E6', 'E7']
const states: readonly Idb[] = ['full', 'partial', 'none']
/** Every locale, and two in digits that its language has besides its own. */
const written: readonly Written[] = [
  ...locales.map(locale => ({ locale })),
  { locale: 'ar', digits: 'arabext' },
  { locale: 'hi', digits: 'deva' },
]

const full = process.env.TEST_FULL === '1'
test.describe.configure({ timeout: 600_000 })
/** Every kind of message in a chat with one person or in a group, in turns: rows of the two are not alike. */
const turn = (n: number): 'direct' | 'group' => (n % 2 === 0 ? 'direct' : 'group')
const all = eras.flatMap((profile, era) => states.flatMap(idb => written.map((one, n) => ({ profile, idb, kinds: turn(era + n), ...one }))))
const spread = written
  .map((one, n) => ({
    profile: eras[n % eras.length] as Profile,
    idb: states[(n + Math.floor(n / eras.length)) % states.length] as Idb,
    kinds: turn(n + Math.floor(n / eras.length)),
    ...one,
  }))
  .filter(({ digits }, n) => n < 9 || digits !== undefined)

for (const { profile, idb, kinds, locale, digits } of full ? all : spread) {
  test(`${profile}, ${locale}${digits ? ` (${digits})` : ''}, IndexedDB ${idb}: every message is stored once and right`, async ({
    makeAccount,
  }) => {
    const now = new Date()
    const scenario = matrixAccount(now, kinds)
    const account = await makeAccount('embedded', { profile, switches: { locale, idb, ...(digits && { digits }) }, scenario })
    const { status, stdout, stderr } = await account.run('sync', '--json')
    expect({ status, result: status === 0 ? JSON.parse(stdout) : stderr }).toMatchObject({
      status: 0,
      result: { status: 'complete', incomplete: [], messages: { rejected: 0 } },
    })
    const since = new Date(now.getTime() - 30 * 24 * 60 * 60 * 1000)
    const expected = expectedRows(account.sim.scenario, { since })
    expect(differences(await account.rows<Stored>(storedQuery), expected, { profile, locale, idb })).toEqual([])
  })
}
