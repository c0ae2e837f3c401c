import assert from 'node:assert/strict'
import { expect, test } from '@playwright/test'
import fc from 'fast-check'
import { parseClock } from '../../src/parse/clock.ts'
import { shippedLocales } from '../../src/parse/intl.ts'

const examples: [text: string, locale: string, expected: string][] = [
  ['10:15 pm', 'en-GB', '22:15'],
  ['7:25 AM', 'en-US', '07:25'],
  ['08.23', 'id', '08:23'],
  ['3:25 p.\u00a0m.', 'es-MX', '15:25'],
  ['3:25\u202fp.\u202fm.', 'es', '15:25'],
  ['12:33 a. m.', 'es-AR', '00:33'],
  ['12:00 p. m.', 'es-AR', '12:00'],
  ['7:57', 'es-CO', '07:57'],
  ['24:05', 'en', '00:05'],
  ['00:00', 'pt', '00:00'],
  ['13 h 23', 'fr-CA', '13:23'],
  ['下午1:23', 'zh-CN', '13:23'],
  ['凌晨12:30', 'zh-CN', '00:30'],
  ['中午11:45', 'zh-CN', '11:45'],
  ['中午12:15', 'zh-CN', '12:15'],
  ['晚上11:59', 'zh-CN', '23:59'],
  ['下午1時23分', 'zh-TW', '13:23'],
  ['午後0:30', 'ja', '12:30'],
  ['午前0:30', 'ja', '00:30'],
  ['오후 1:23', 'ko', '13:23'],
  ['PM 1:23', 'ko', '13:23'],
  ['ÖÖ 8:03', 'tr', '08:03'],
  ['1:23 बजे', 'hi', '01:23'],
  ['सुबह 8:03 बजे', 'hi', '08:03'],
  ['दोपहर 1:23 बजे', 'hi', '13:23'],
  ['रात 12:30 बजे', 'hi', '00:30'],
  ['रात 3:30 बजे', 'hi', '03:30'],
  ['रात 9:00 बजे', 'hi', '21:00'],
  ['1:23 م', 'ar', '13:23'],
  ['١٢:٠٣ ص', 'ar', '00:03'],
  ['\u200f۱۳:۲۳', 'fa', '13:23'],
  ['1:23 ч. pm', 'bg', '13:23'],
  ['13:23 ч.', 'bg', '13:23'],
  ['du. 1:23', 'hu', '13:23'],
  ['kl. 13.23', 'da', '13:23'],
]

test.describe('parseClock', () => {
  for (const [text, locale, expected] of examples) {
    test(`reads "${text}" (${locale}) as ${expected}`, () => {
      const value = { hour: Number(expected.slice(0, 2)), minute: Number(expected.slice(3)) }
      expect(parseClock(text, locale)).toEqual({ ok: true, value })
      expect(parseClock(text, 'xx'), 'with an unknown locale').toEqual({ ok: true, value })
    })
  }

  test('refuses what is not a clock time', () => {
    for (const text of [
      '',
      '7',
      '1:2',
      '25:00',
      '10:60',
      '123:45',
      '10:455',
      'AM',
      '0:37/1:20',
      '13:00 am',
      '24:05 pm',
      'Photo 10:15',
      '10:15 pm am',
      'am 10:15 pm',
      '1:2:3',
      '10/15',
      '18.09.2026',
    ]) {
      expect(parseClock(text, 'en').ok, text).toBe(false)
    }
  })

  test('never throws and never leaves the day', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.stringMatching(/^\D{0,4}\d{1,3}\D\d{1,3}\D{0,6}$/)),
        fc.constantFrom(...shippedLocales),
        (text, locale) => {
          const parsed = parseClock(text, locale)
          assert.ok(!parsed.ok || (parsed.value.hour >= 0 && parsed.value.hour < 24 && parsed.value.minute < 60))
        },
      ),
    )
  })

  test('reads every minute of the day in every locale, with 12 and with 24 hours, as Intl writes it', () => {
    for (const locale of shippedLocales) {
      for (const hour12 of [true, false]) {
        const format = new Intl.DateTimeFormat(locale, { hour12, hour: 'numeric', minute: 'numeric', timeZone: 'UTC' })
        for (let minute = 0; minute < 1440; minute += 7) {
          const text = format.format(minute * 60_000)
          assert.deepEqual(
            parseClock(text, locale),
            { ok: true, value: { hour: Math.floor(minute / 60), minute: minute % 60 } },
            `${locale}: ${text}`,
          )
          assert.deepEqual(parseClock(text.toUpperCase(), 'xx'), parseClock(text, locale), `unknown locale: ${text}`)
        }
      }
    }
  })
})
