/** Times and dates as `Intl` writes them in every form that a page may show, for the property tests. Independent of the parsers: only `Intl`. */
import fc from 'fast-check'

/** Runs per locale: more in the full matrix. The seed is fixed, so that a counterexample comes back. */
export const runs = (quick: number, full: number): { seed: number; numRuns: number } => ({
  seed: 20_261_121,
  numRuns: process.env.TEST_FULL === '1' ? full : quick,
})

/** Languages of WhatsApp, with regional forms whose dates, digits or clocks differ. */
export const locales: readonly string[] = (
  'af sq am ar ar-EG ar-AE az be bn bg ca zh-CN zh-HK zh-TW zh-Hans zh-Hant hr cs da nl en en-GB en-US en-AU en-CA en-IN en-IE en-ZA en-SG et fil fi ' +
  'fr fr-CA fr-CH ka de de-AT de-CH el gu ha he hi hu id ga it ja kn kk km rw ko ky lo lv lt mk ms ml mr nb fa pl pt-BR pt-PT pa ro ru sr si sk sl ' +
  'es es-AR es-MX es-ES es-CO es-US es-PA sw sv sv-FI ta te th tr uk ur uz vi zu'
).split(' ')

export const digitSystems = [
  '',
  'latn',
  'arab',
  'arabext',
  'deva',
  'beng',
  'thai',
  'mymr',
  'fullwide',
  'guru',
  'khmr',
  'adlm',
  'cakm',
  'nkoo',
] as const

export interface Form {
  hourCycle: 'h11' | 'h12' | 'h23' | 'h24'
  style: 'numeric' | '2-digit'
  year: 'numeric' | '2-digit'
  digits: (typeof digitSystems)[number]
  /** What the spaces of the clock are. */
  space: ' ' | '\u00a0' | '\u202f'
  letters: 'as' | 'upper' | 'lower'
  /** Whether direction marks stand around the parts. */
  marked: boolean
}

export const forms: fc.Arbitrary<Form> = fc.record(
  {
    hourCycle: fc.constantFrom('h11', 'h12', 'h23', 'h24'),
    style: fc.constantFrom('numeric', '2-digit'),
    year: fc.constantFrom('numeric', 'numeric', 'numeric', '2-digit'),
    digits: fc.constantFrom(...digitSystems),
    space: fc.constantFrom(' ', '\u00a0', '\u202f'),
    letters: fc.constantFrom('as', 'upper', 'lower'),
    marked: fc.boolean(),
  },
  { noNullPrototype: true },
)

/** Minutes since 1970 of the years that a chat can hold, with the borders of days, months and years more often than chance has them. */
export const minutes: fc.Arbitrary<number> = fc.oneof(
  fc.integer({ min: Date.UTC(2009, 1, 24) / 60_000, max: Date.UTC(2051, 11, 31) / 60_000 }),
  fc
    .record({
      year: fc.integer({ min: 2010, max: 2050 }),
      month: fc.integer({ min: 0, max: 11 }),
      /** The last days of the month before, the first ones, the 12th and 13th. */
      day: fc.constantFrom(-1, 0, 1, 2, 11, 12, 13),
      minute: fc.constantFrom(0, 1, 59, 60, 719, 720, 721, 779, 780, 1439),
    })
    .map(({ year, month, day, minute }) => Date.UTC(year, month, day, 0, minute) / 60_000),
  fc
    .constantFrom(2012, 2016, 2020, 2024, 2028, 2048)
    .chain(year => fc.integer({ min: 0, max: 1439 }).map(minute => Date.UTC(year, 1, 29, 0, minute) / 60_000)),
)

const formats = new Map<string, Intl.DateTimeFormat>()

function format(locale: string, digits: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify([locale, digits, options])
  let found = formats.get(key)
  if (!found) {
    // ICU writes Azerbaijani in other digits with the words of its placeholders in the text.
    const tag = digits === '' || locale === 'az' ? locale : `${locale}${locale.includes('-u-') ? '' : '-u'}-nu-${digits}`
    found = new Intl.DateTimeFormat(tag, options)
    formats.set(key, found)
  }
  return found
}

const dress = (text: string, { space, letters, marked }: Form): string => {
  const cased = letters === 'as' ? text : letters === 'upper' ? text.toUpperCase() : text.toLowerCase()
  const spaced = cased.replace(/\s/g, space)
  return marked ? `\u200e${spaced}\u200f` : spaced
}

export const clockOf = (locale: string, form: Form, zone: string, ms: number): string =>
  dress(format(locale, form.digits, { timeZone: zone, hour: 'numeric', minute: 'numeric', hourCycle: form.hourCycle }).format(ms), form)

const dateFormat = (locale: string, { digits, style, year }: Form, zone: string): Intl.DateTimeFormat =>
  format(locale, digits, { timeZone: zone, day: style, month: style, year })

export const dateOf = (locale: string, form: Form, zone: string, ms: number): string => {
  const text = dateFormat(locale, form, zone).format(ms)
  return form.marked ? `\u202b${text}\u202c` : text
}

/** Order of the parts that the form has in this locale: `dmy`, `mdy`, `ymd`, `ydm`. */
export const orderOf = (locale: string, form: Form): string =>
  dateFormat(locale, form, 'UTC')
    .formatToParts(0)
    .flatMap(({ type }) => (type === 'day' || type === 'month' || type === 'year' ? [type[0]] : []))
    .join('')
