import assert from 'node:assert/strict'
import { expect, test } from '@playwright/test'
import fc from 'fast-check'
import { phoneJid, samePhone } from '../../src/parse/phone.ts'

test.describe('phoneJid', () => {
  test('reads an international number in every spelling of the page', () => {
    for (const text of [
      '+5511900000001',
      '+55 11 90000-0001',
      '\u202a+55 11 90000-0001\u202c',
      '+55\u00a011\u00a090000\u20110001',
      '005511900000001',
      '+55 (11) 90000.0001',
      '＋55 11 90000 0001',
      '+٥٥ ١١ ٩٠٠٠٠ ٠٠٠١',
    ]) {
      expect(phoneJid(text), text).toBe('5511900000001@c.us')
    }
  })

  test('has none for masked numbers, short codes, local numbers and names', () => {
    for (const text of [
      '+55∙∙∙∙∙∙∙∙90',
      '+55 ** 90',
      '32665',
      '+911',
      '11 90000-0001',
      '+0511900000001',
      '+1234567890123456',
      'Ana +5511900000001',
      '',
      '+',
      'Ana',
      '~Ana',
    ])
      expect(phoneJid(text), text).toBeNull()
  })

  test('gives the digits back for every grouping', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[1-9]\d{7,14}$/),
        fc.array(fc.constantFrom('', ' ', '-', '\u00a0', '\u202f', '.')),
        (digits, gaps) => {
          const text = [...digits].map((digit, index) => digit + (gaps[index] ?? '')).join('')
          assert.equal(phoneJid(`+${text}`), `${digits}@c.us`)
          assert.ok(samePhone(`+${text}`, digits))
        },
      ),
    )
  })
})

test.describe('samePhone', () => {
  test('sees one number in its spellings', () => {
    for (const other of [
      '5511900000001',
      '+55 11 90000-0001',
      '0055 11 90000 0001',
      '5511900000001@c.us',
      '5511900000001:3@s.whatsapp.net',
    ])
      expect(samePhone('+5511900000001', other), other).toBe(true)
  })

  test("treats Brazil's ninth digit as optional, and only Brazil's", () => {
    expect(samePhone('+55 11 90000-0001', '+55 11 0000-0001')).toBe(false)
    expect(samePhone('+55 11 98000-0001', '+55 11 8000-0001')).toBe(true)
    expect(samePhone('551187654321@c.us', '+55 11 98765-4321')).toBe(true)
    expect(samePhone('+55 11 3000-0001', '+55 11 93000-0001')).toBe(false)
    expect(samePhone('+1 11 98765 4321', '+1 11 8765 4321')).toBe(false)
  })

  test('does not take different numbers, names or short codes for one', () => {
    expect(samePhone('+5511900000001', '+5511900000002')).toBe(false)
    expect(samePhone('Ana', 'Ana')).toBe(false)
    expect(samePhone('911', '911')).toBe(false)
    expect(samePhone('', '')).toBe(false)
    expect(samePhone('100000000000001@lid', '100000000000001@lid')).toBe(false)
  })
})
