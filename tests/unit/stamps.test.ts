import assert from 'node:assert/strict'
import { expect, test } from '@playwright/test'
import fc from 'fast-check'
import type { DateOrder } from '../../src/model.ts'
import { isDay, type Wall } from '../../src/parse/calendar.ts'
import { shippedLocales } from '../../src/parse/intl.ts'
import { parseStamp, splitPrePlain } from '../../src/parse/stamps.ts'

const nbsp = '\u00a0'
const narrow = '\u202f'
const wall = (text: string): Wall => {
  const [year, month, day, hour, minute] = text.split(/[- :]/).map(Number)
  return { year: year!, month: month!, day: day!, hour: hour!, minute: minute! }
}

/** Every example of the reference §4.8, and the formats it names but has not seen. The order is what the session has calibrated. */
const examples: [stamp: string, locale: string, order: DateOrder | null, expected: string][] = [
  ['8:46 pm, 23/09/2022', 'en-GB', null, '2022-09-23 20:46'],
  ['4:26 pm, 03/02/2023', 'en-GB', 'dmy', '2023-02-03 16:26'],
  ['12:36, 02/08/2023', 'en', 'dmy', '2023-08-02 12:36'],
  ['19:46, 8/11/2023', 'en', 'mdy', '2023-08-11 19:46'],
  ['6:59 PM, 6/12/2023', 'en-US', 'mdy', '2023-06-12 18:59'],
  ['11.37, 9/10/2023', 'id', 'dmy', '2023-10-09 11:37'],
  ['22:43, 28/10/2023', 'es-CO', null, '2023-10-28 22:43'],
  [`11:15 a.${nbsp}m., 18/8/2024`, 'es-MX', null, '2024-08-18 11:15'],
  [`3:25 p.${nbsp}m., 18/8/2024`, 'es-MX', null, '2024-08-18 15:25'],
  ['17:32, 30/10/2024', 'pt-BR', null, '2024-10-30 17:32'],
  ['11:34 AM, 1/7/2025', 'en-US', 'mdy', '2025-01-07 11:34'],
  ['09.46, 30/7/2025', 'id', null, '2025-07-30 09:46'],
  ['17.41, 1/2/2026', 'id', 'dmy', '2026-02-01 17:41'],
  ['11:57 am, 17/09/2025', 'en-IN', null, '2025-09-17 11:57'],
  ['9:47 PM, 10/13/2025', 'en-US', null, '2025-10-13 21:47'],
  ['19:04, 16.10.2025', 'ru', null, '2025-10-16 19:04'],
  ['8:36 am, 16/12/2025', 'en-GB', null, '2025-12-16 08:36'],
  ['10:35 am, 20/10/2025', 'en-IN', null, '2025-10-20 10:35'],
  ['4:23 pm, 12/01/2026', 'en-GB', 'dmy', '2026-01-12 16:23'],
  ['7:54 PM, 3/9/2026', 'en-US', 'mdy', '2026-03-09 19:54'],
  ['13:52, 22/03/2026', 'en', null, '2026-03-22 13:52'],
  ['8:05 pm, 14/12/2025', 'en', null, '2025-12-14 20:05'],
  ['12:19, 10/05/2026', 'en', 'dmy', '2026-05-10 12:19'],
  ['01:15, 04/05/2026', 'pt', 'dmy', '2026-05-04 01:15'],
  ['13:57, 6/15/2026', 'en', null, '2026-06-15 13:57'],
  ['08:31, 6/23/2026', 'en', null, '2026-06-23 08:31'],
  ['15:56, 11/07/2026', 'pt', 'dmy', '2026-07-11 15:56'],
  ['13:38, 15/08/2026', 'pt', null, '2026-08-15 13:38'],
  ['12:33 a. m., 26/8/2026', 'es-AR', null, '2026-08-26 00:33'],
  ['10:30 AM, 8/28/2026', 'en', null, '2026-08-28 10:30'],
  ['23:24, 26/9/2026', 'es', null, '2026-09-26 23:24'],
  ['11:23, 27/8/2026', 'es', null, '2026-08-27 11:23'],
  ['15:33, 14/9/2026', 'es', null, '2026-09-14 15:33'],
  ['下午1:23, 2026年9月18日', 'zh-CN', null, '2026-09-18 13:23'],
  ['1:23 pm, 3/10/2026', 'en', 'dmy', '2026-10-03 13:23'],
  ['24:05, 18/09/2026', 'en', null, '2026-09-18 00:05'],
  ['13:23, 18-09-2026', 'nl', null, '2026-09-18 13:23'],
  ['दोपहर 1:23 बजे, 18/09/2026', 'hi', null, '2026-09-18 13:23'],
  ['रात 9:23 बजे, १८/०९/२०२६', 'hi', null, '2026-09-18 21:23'],
  ['1:23 م, ١٨/٩/٢٠٢٦', 'ar', null, '2026-09-18 13:23'],
  ['١٢:٠٣ ص, 18\u200f/9\u200f/2026', 'ar', null, '2026-09-18 00:03'],
  ['۱۳:۲۳, ۱۸/۹/۲۰۲۶', 'fa', null, '2026-09-18 13:23'],
  [`1:23 p.${narrow}m., 2026-09-05`, 'sv', null, '2026-09-05 13:23'],
  ['오후 1:23, 2026. 9. 5.', 'ko', null, '2026-09-05 13:23'],
  ['午後1:23, 2026/9/5', 'ja', null, '2026-09-05 13:23'],
  ['13:23, 2026. 09. 05.', 'hu', null, '2026-09-05 13:23'],
  ['1:23 pm, 18/9/26', 'en-GB', null, '2026-09-18 13:23'],
]

test.describe('parseStamp', () => {
  for (const [stamp, locale, order, expected] of examples) {
    test(`reads "${stamp}" (${locale}, ${order ?? 'order unknown'}) as ${expected}`, () => {
      expect(parseStamp(stamp, { locale, order })).toEqual({ ok: true, value: wall(expected) })
    })
  }

  test('reads every example with a locale it has never heard of', () => {
    for (const [stamp, , order, expected] of examples.filter(([stamp]) => !stamp.includes('/26'))) {
      for (const locale of ['xx', '', 'not a locale', 'tlh'])
        expect(parseStamp(stamp, { locale, order }), `${locale}: ${stamp}`).toEqual({ ok: true, value: wall(expected) })
    }
  })

  test('refuses to choose between day and month when the order is unknown', () => {
    for (const stamp of ['4:26 pm, 03/02/2023', '7:54 PM, 3/9/2026', '17.41, 1/2/2026', '10:00, 1.2.26']) {
      expect(parseStamp(stamp, { locale: 'en-US', order: null })).toEqual({ ok: false, reason: 'ambiguous day/month' })
    }
    expect(parseStamp('10:00, 03/03/2026', { locale: 'en', order: null })).toEqual({ ok: true, value: wall('2026-03-03 10:00') })
  })

  test('knows that a Kyrgyz date puts the day between year and month', () => {
    expect(parseStamp('10:00, 2026-18-09', { locale: 'ky', order: null })).toEqual({ ok: true, value: wall('2026-09-18 10:00') })
    expect(parseStamp('10:00, 2026-05-09', { locale: 'ky', order: null })).toEqual({ ok: false, reason: 'ambiguous day/month' })
    expect(parseStamp('10:00, 2026-05-09', { locale: 'ky', order: 'ydm' })).toEqual({ ok: true, value: wall('2026-09-05 10:00') })
  })

  test('refuses days and times that do not exist', () => {
    const stamps = [
      '25:00, 1/1/2026',
      '10:60, 1/1/2026',
      '10:00, 31/2/2026',
      '10:00, 29/2/2025',
      '10:00, 13/13/2026',
      '13:00 AM, 1/1/2026',
      '10:00 xyz, 1/1/2026',
      '10:00, 1/1/2026/3',
      '10:00, 1/1-2026',
      '10:00',
      '',
      ',',
      '1/1/2026',
      '10:00, 0/1/2026',
      '10:00, 5/6',
      '10:00, 123/4/2026',
      '10:00, 1/2/1970',
      '10:00, 13/1/1448',
      '10:00, 1/2/3',
    ]
    for (const stamp of stamps) expect(parseStamp(stamp, { locale: 'en', order: 'dmy' }).ok, stamp).toBe(false)
  })

  test('never throws, whatever stands in the attribute', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary' }), fc.string()),
        fc.oneof(fc.constantFrom(...shippedLocales), fc.string()),
        (text, locale) => {
          splitPrePlain(text)
          const parsed = parseStamp(text, { locale, order: 'dmy' })
          assert.ok(!parsed.ok || isDay(parsed.value))
        },
      ),
    )
  })

  test('reads 100 000 stamps in under 5 µs of processor time each', () => {
    const stamps = Array.from(
      { length: 1440 },
      (_, i) => `${Math.floor(i / 60)}:${String(i % 60).padStart(2, '0')}, ${(i % 28) + 1}/${(i % 12) + 1}/2026`,
    )
    parseStamp(stamps[0]!, { locale: 'pt-BR', order: 'dmy' })
    const rounds = [0, 1, 2].map(() => {
      const start = process.cpuUsage()
      for (let i = 0; i < 100_000; i++) parseStamp(stamps[i % stamps.length]!, { locale: 'pt-BR', order: 'dmy' })
      return process.cpuUsage(start).user / 100_000
    })
    expect(Math.min(...rounds)).toBeLessThan(5)
  })
})

test.describe('splitPrePlain', () => {
  test('splits at the first "] " and the last ": ", whatever the name holds', () => {
    expect(splitPrePlain('[8:46 pm, 23/09/2022] NAME: ')).toEqual({ stamp: '8:46 pm, 23/09/2022', name: 'NAME' })
    expect(splitPrePlain('[17.41, 1/2/2026] .: ')).toEqual({ stamp: '17.41, 1/2/2026', name: '.' })
    expect(splitPrePlain('[10:00, 1/2/2026] a: b] c  d: 🇧🇷: ')).toEqual({ stamp: '10:00, 1/2/2026', name: 'a: b] c  d: 🇧🇷' })
    expect(splitPrePlain('[10:00, 1/2/2026] NAME:')).toEqual({ stamp: '10:00, 1/2/2026', name: 'NAME' })
  })

  test('leaves the markers of list items alone', () => {
    for (const value of ['1. ', '12. ', '', '[', '[x]', '[10:00] NAME', 'x [10:00, 1/2/2026] NAME: '])
      expect(splitPrePlain(value), value).toBeNull()
  })

  test('gives any name back as it stood', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), name => {
        assert.deepEqual(splitPrePlain(`[10:00, 1/2/2026] ${name}: `), { stamp: '10:00, 1/2/2026', name })
      }),
    )
  })
})
