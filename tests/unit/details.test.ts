/** What a kind carries, out of raw strings: everything that the page says and nothing that it does not. */
import { expect, test } from '@playwright/test'
import fc from 'fast-check'
import type { Direction, MessageKind } from '../../src/model.ts'
import { type DetailFacts, detailsOf } from '../../src/parse/details.ts'
import { parseRowId } from '../../src/parse/ids.ts'
import { labelsOf } from '../../src/parse/locales.ts'
import { coordinates } from '../../src/parse/location.ts'
import { linksOf } from '../../src/parse/text-details.ts'

type Values = Record<string, string | string[]>
const raw = (values: Values) => Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { c: 0, v: [value].flat() }]))
const details = (kind: MessageKind, values: Values, more: Partial<DetailFacts> & { locale?: string } = {}) => {
  const { locale = 'en', ...facts } = more
  return detailsOf(raw(values), { kind, direction: 'in', text: null, id: null, labels: labelsOf(locale), ...facts })
}

test('a row that says nothing has no details, of whatever kind', () => {
  const kinds: MessageKind[] = [
    'text',
    'image',
    'document',
    'deleted',
    'poll',
    'event',
    'contact',
    'location',
    'call',
    'unknown',
    'waiting',
  ]
  for (const kind of kinds) expect(details(kind, {}), kind).toEqual({})
})

test('what was typed is given only where it differs from what is shown, and never without a text', () => {
  expect(details('text', { typed: '*a*' }, { text: 'a' })).toEqual({ typed: '*a*' })
  expect(details('text', { typed: 'a' }, { text: 'a' })).toEqual({})
  expect(details('poll', { typed: '*a*', links: 'https://a.example' })).toEqual({})
})

test('people are named once, with the id in one spelling, without it where the page keeps none', () => {
  const mention = (name: string, id: string | null) => JSON.stringify({ name, id })
  const mentions = [
    mention('Ada', '5511900000001@c.us'),
    mention('\u2068Bo\u2069', '99:1@lid'),
    mention('Ada', '5511900000001@s.whatsapp.net'),
    mention('all', null),
  ]
  expect(details('text', { mentions }, { text: 'x' })).toEqual({
    mentions: [
      { name: 'Ada', id: '5511900000001@c.us' },
      { name: 'Bo', id: '99@lid' },
      { name: 'all', id: null },
    ],
  })
})

test('a link is an address of a known scheme, however it is broken up; what would run or leads nowhere is none', () => {
  const bad = [
    'javascript:alert(1)',
    ' JavaScript:x',
    'java\nscript:x',
    '\u0001javascript:x',
    'data:text/html,x',
    'vbscript:x',
    'blob:https://x',
    '#',
    '/a',
    'a.example',
    '',
  ]
  expect(linksOf(raw({ links: bad }))).toEqual([])
  expect(linksOf(raw({ links: ['https://b.example', 'mailto:a@b.example', 'ht\ntps://b.example', 'tel:+55 11'] }))).toEqual([
    'https://b.example',
    'mailto:a@b.example',
    'tel:+55 11',
  ])
})

test('the preview belongs to the first link of the site that it names, and to none where that is open', () => {
  const links = ['https://other.example/', 'https://www.trips.example/a', 'https://trips.example/b']
  const preview = (values: Values) => details('text', { previewTitle: 'T', links, ...values }, { text: 'x' }).linkPreview
  expect(preview({ previewSite: 'trips.example', previewDescription: 'D' })).toEqual({ title: 'T', description: 'D', url: links[1] })
  expect(preview({ previewSite: 'unknown.example' })).toEqual({ title: 'T', description: null, url: null })
  expect(preview({ previewSite: 'no host at all' })?.url).toBeNull()
  expect(preview({})?.url).toBeNull()
  expect(preview({ links: 'https://one.example/' })?.url).toBe('https://one.example/')
})

test.describe('who took a message back', () => {
  const by = (lines: string[], direction: Direction, locale = 'en', id: string | null = null) =>
    details('deleted', lines.length > 0 ? { deletedLines: lines } : {}, { direction, locale, id: id === null ? null : parseRowId(id) })
      .deletedBy

  test('the words of the notice tell it', () => {
    expect(by(['You deleted this message', '10:20'], 'out')).toBe('owner')
    expect(by(['You deleted this message as admin', '10:20'], 'in')).toBe('owner')
    expect(by(['Bo', 'This message was deleted', '10:20'], 'in')).toBe('sender')
    expect(by(['This message was deleted by an admin', '10:20'], 'in')).toBe('admin')
    expect(by(['This message was deleted by admin Cy', '10:20'], 'out')).toBe('admin')
    expect(by(['Mensagem apagada'], 'in', 'pt-BR')).toBe('sender')
  })

  test('words that only begin like a known notice tell nothing', () => {
    expect(by(['This message was deleted by somebody new'], 'in')).toBeUndefined()
  })

  test('without words only a 1:1 leaves no choice', () => {
    expect(by(['Tämä viesti poistettiin'], 'in', 'fi', 'false_5511900000001@c.us_3EB0AA')).toBe('sender')
    expect(by(['Poistit viestin'], 'out', 'fi', 'true_99@lid_3EB0AA')).toBe('owner')
    expect(by(['Tämä viesti poistettiin'], 'in', 'fi', 'false_1203@g.us_3EB0AA_99@lid')).toBeUndefined()
    expect(by(['Tämä viesti poistettiin'], 'in', 'fi', '3EB0AA')).toBeUndefined()
  })
})

test('a call: the icon tells picture or voice, a whole line whether it was missed', () => {
  const call = (icon: string, line: string, locale = 'en') =>
    details('call', { call: icon, callLines: ['Bo', line, '10:20'] }, { locale }).call
  expect(call('voice-call-incoming-filled', 'Missed voice call')).toEqual({ video: false, missed: true })
  expect(call('wds-ic-phone-call-made-filled', 'Voice call')).toEqual({ video: false, missed: false })
  expect(call('ic-videocam-callback-filled', 'Ligação de vídeo perdida', 'pt-BR')).toEqual({ video: true, missed: true })
  expect(call('miss', 'Missed video call')).toEqual({ video: true, missed: true })
  expect(call('voice-call-incoming-filled', 'Appel vocal en absence', 'fr')).toEqual({ video: false, missed: null })
  expect(call('something-new', 'words')).toBeUndefined()
})

test('pages of a document are the counted word that is neither its type nor its size', () => {
  const pages = (...fileFacts: string[]) => details('document', { fileFacts }).pages
  expect(pages('37 pages', 'PDF', '644 kB')).toBe(37)
  expect(pages('PDF', '1 página', '18 kB')).toBe(1)
  expect(pages('PDF', '٣٧ صفحة', '٦٤٤ ك.ب.')).toBe(37)
  expect(pages('PDF', '12ページ', '1.2 MB')).toBe(12)
  expect(pages('PDF', '12 页', '1.2 MB')).toBe(12)
  expect(pages('ZIP', '5 MB')).toBeUndefined()
  expect(pages('5 MB', 'ZIP')).toBeUndefined()
  expect(pages('7Z', '148 kB')).toBeUndefined()
  expect(pages('MP3', '5 МБ')).toBeUndefined()
})

test('votes are numbers in any script, and null where they are hidden', () => {
  const option = (text: string, votes: string | null) => JSON.stringify({ text, votes })
  const pollOptions = [option('a', '1 008'), option('b', '٣'), option('c', null)]
  expect(details('poll', { pollQuestion: 'q', pollOptions }).poll?.options.map(one => one.votes)).toEqual([1008, 3, null])
})

test.describe('places', () => {
  test('coordinates are read out of every form of a link to a map, and out of nothing else', () => {
    const at = { latitude: -23.55052, longitude: 46.633309 }
    for (const link of [
      'https://maps.google.com/maps?q=-23.55052%2C46.633309&z=17&hl=en',
      'https://www.google.com/maps/search/?api=1&query=-23.55052,46.633309',
      'https://maps.google.com/?q=loc:-23.55052,46.633309',
      'https://maps.google.com/maps?q=Caf%C3%A9%203,%204@-23.55052,46.633309',
      'https://www.google.com/maps/@-23.55052,46.633309,17z',
      'https://maps.googleapis.com/maps/api/staticmap?center=-23.55052%2C46.633309&size=270x150',
      'https://maps.googleapis.com/maps/api/staticmap?markers=color:red%7C-23.55052,46.633309',
    ])
      expect(coordinates(link), link).toEqual(at)
    for (const link of [
      'https://maps.google.com/maps?q=Bar%203,4',
      'https://maps.google.com/maps?q=91,0',
      'https://maps.google.com/maps?q=0,181',
      'no link',
      '',
    ])
      expect(coordinates(link), link).toBeNull()
  })

  test('every point of the earth comes back out of its link', () => {
    const degrees = (limit: number) => fc.integer({ min: -limit * 1e6, max: limit * 1e6 }).map(value => value / 1e6)
    fc.assert(
      fc.property(degrees(90), degrees(180), (latitude, longitude) => {
        // Written as the page does; a number without its exponent.
        const [lat, lng] = [latitude, longitude].map(value => value.toFixed(6))
        const found = coordinates(`https://maps.google.com/maps?q=${encodeURIComponent(`${lat},${lng}`)}`)
        expect(found?.latitude).toBeCloseTo(latitude, 6)
        expect(found?.longitude).toBeCloseTo(longitude, 6)
      }),
    )
  })

  test('a map without a link is a position that moves', () => {
    const map = 'https://maps.googleapis.com/maps/api/staticmap?center=1.5,2.5'
    expect(details('location', { locationMap: map }).location).toMatchObject({ latitude: 1.5, longitude: 2.5, live: true })
    expect(details('location', { locationMap: map, locationLinks: 'https://maps.google.com/maps?q=1.5,2.5' }).location?.live).toBe(false)
  })
})
