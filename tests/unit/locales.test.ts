import assert from 'node:assert/strict'
import { expect, test } from '@playwright/test'
import fc from 'fast-check'
import { shippedLocales } from '../../src/parse/intl.ts'
import { isYouLabel, labelsOf, statusOf, tabledLanguages } from '../../src/parse/locales.ts'

test.describe('statusOf', () => {
  test('reads the receipt labels of the reference, with their surrounding spaces and in any case', () => {
    const labels = {
      ' Sent ': 'sent',
      ' Delivered ': 'delivered',
      ' Read ': 'read',
      ' Pending ': 'pending',
      ' Enviada ': 'sent',
      ' Entregue ': 'delivered',
      ' Lida ': 'read',
      ' Pendente ': 'pending',
      ' Entregado ': 'delivered',
      ' Leído ': 'read',
      ' Terkirim ': 'sent',
      ' Disampaikan ': 'delivered',
      ' Dibaca ': 'read',
      ' Tertunda ': 'pending',
      ' Прочитано ': 'read',
      ' Consegnato ': 'delivered',
      ' Letto ': 'read',
      ' In attesa ': 'pending',
      ' PLAYED ': 'played',
      'read\u00a0': 'read',
    }
    for (const [label, status] of Object.entries(labels)) expect(statusOf(label), label).toBe(status)
  })

  test('names no status for any other text', () => {
    for (const label of ['', ' ', 'Starred', 'Read more', 'You:', 'Delivered to', 'toString', '__proto__'])
      expect(statusOf(label), label).toBeNull()
  })

  test('never means two statuses by one word', () => {
    const seen = new Map<string, string>()
    for (const language of tabledLanguages) {
      for (const [status, words] of Object.entries(labelsOf(language).status)) {
        for (const word of words) {
          assert.equal(seen.get(word.toLowerCase()) ?? status, status, `${language}: ${word}`)
          seen.set(word.toLowerCase(), status)
          assert.equal(statusOf(` ${word} `), status, word)
        }
      }
    }
  })
})

test.describe('isYouLabel', () => {
  test('knows own bubbles by the words of the reference, whatever colon follows', () => {
    for (const [label, locale] of [
      ['You:', 'en'],
      ['Você:', 'pt-BR'],
      ['Tú:', 'es-MX'],
      ['Anda:', 'id'],
      ['Вы:', 'ru'],
      ['Tu:', 'it'],
      ['את/ה:', 'he'],
      ['YOU :', 'en'],
      ['\u202aVocê\u202c:', 'pt'],
      ['You：', 'zh-CN'],
      ['You', 'de'],
    ] as const) {
      expect(isYouLabel(label, locale), label).toBe(true)
      expect(isYouLabel(label), label).toBe(true)
    }
  })

  test('takes no name for it, and with a locale no word of another language', () => {
    for (const label of ['', ':', 'Ana:', 'Youssef:', 'You Tu:', 'Your:', 'Bayou:']) expect(isYouLabel(label), label).toBe(false)
    for (const label of ['Tu:', 'Du:', 'Sen:', 'Anda:']) expect(isYouLabel(label, 'en-GB'), label).toBe(false)
  })
})

test.describe('labelsOf', () => {
  test('merges English into every locale, the own words first', () => {
    expect(labelsOf('pt-BR').you.slice(0, 1)).toEqual(['Você'])
    for (const locale of [...shippedLocales, 'xx', '', 'not a locale']) {
      const labels = labelsOf(locale)
      for (const word of ['You', 'Quoted message', 'Edited', 'Forwarded', 'Today', 'Yesterday'])
        assert.ok(Object.values(labels).flat().includes(word), `${locale}: ${word}`)
      assert.ok(labels.status.read.includes('Read'))
    }
  })

  test('says which words are from a source and which are derived', () => {
    expect(labelsOf('ru').sources.today).toEqual(['page'])
    expect(labelsOf('it').sources.you).toEqual(['note'])
    expect(labelsOf('de').sources).toMatchObject({ you: ['unverified'], today: ['derived'] })
    expect(labelsOf('sw')).toMatchObject({ known: false, sources: { today: ['derived'], yesterday: ['derived'] } })
    expect(labelsOf('sw').today[0]).toBe('leo')
    expect(labelsOf('xx')).toMatchObject({ known: false, sources: {} })
  })

  test('takes old and regional tags for the language they name', () => {
    for (const [tag, language] of [
      ['pt_BR', 'pt'],
      ['zh-Hans', 'zh'],
      ['iw', 'he'],
      ['in', 'id'],
      ['es-419', 'es'],
      ['EN-gb', 'en'],
    ] as const)
      expect(labelsOf(tag).you, tag).toEqual(labelsOf(language).you)
  })

  test('holds no word twice, none with outer spaces or a colon at its end', () => {
    for (const language of tabledLanguages) {
      const labels = labelsOf(language)
      for (const [field, words] of Object.entries({ ...labels, ...labels.status })) {
        if (!Array.isArray(words)) continue
        assert.equal(new Set(words).size, words.length, `${language}.${field}`)
        for (const word of words) assert.match(word, /^\S(?:.*[^\s:])?$/, `${language}.${field}`)
      }
    }
  })

  test('never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        labelsOf(text)
        statusOf(text)
        isYouLabel(text, text)
      }),
    )
  })
})
