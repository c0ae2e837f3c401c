/** From rows of the page to messages, without a page: what stands in a row decides, and what does not stand there is not guessed. */
import { expect, test } from '@playwright/test'
import type { ParseContext } from '../../src/parse/context.ts'
import { parseConversation, parseItems, participantsOf } from '../../src/parse/message.ts'
import type { ParsedRow } from '../../src/parse/row.ts'
import type { RawConversation, RawItem, RawRow } from '../../src/raw.ts'

const context: ParseContext = {
  locale: 'en',
  zone: 'UTC',
  now: '2026-03-10T12:00:00Z',
  order: 'dmy',
  dir: 'ltr',
  chatTitle: 'Ada',
  ownName: null,
  openTop: false,
}

type Values = Record<string, string | string[]>

function row(fields: Values, more: Partial<RawRow> = {}): RawRow {
  const raw = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, { c: 0, v: [value].flat() }]))
  return { type: 'row', run: null, shell: false, geometry: null, fields: raw, ...more }
}
const day = (text: string): RawItem => ({ type: 'day', text })
const text = (id: string, stamp: string, more: Values = {}) => row({ id, stamp: `[${stamp}] Ada: `, text: 'hello', label: 'Ada:', ...more })
const picture = (id: string, time: string, more: Values = {}) => row({ id, time, image: '', tail: 'in', ...more })

const parse = (items: RawItem[], more: Partial<ParseContext> = {}) => parseItems(items, { ...context, ...more })
const times = (rows: ParsedRow[]) =>
  rows.map(one => (one.type === 'message' ? one.message.ts.slice(0, 16) : one.type === 'reject' ? one.reject.field : one.type))
const directions = (rows: ParsedRow[]) =>
  rows.map(one => (one.type === 'message' ? one.message.direction : one.type === 'reject' ? one.reject.field : one.type))

test.describe('time', () => {
  test('a stamp gives day and minute in the zone', () => {
    expect(times(parse([text('A', '8:46 pm, 9/3/2026')], { zone: 'America/Sao_Paulo' }))).toEqual(['2026-03-09T23:46'])
  })

  test('a row without a stamp takes the day of stamped neighbours in both directions', () => {
    expect(times(parse([picture('A', '08:00'), text('B', '08:10, 9/3/2026'), picture('C', '08:20')]))).toEqual([
      '2026-03-09T08:00',
      '2026-03-09T08:10',
      '2026-03-09T08:20',
    ])
  })

  test('a separator parts the days of neighbours', () => {
    expect(times(parse([text('A', '23:50, 8/3/2026'), day('Yesterday'), picture('B', '00:10')]))).toEqual([
      '2026-03-08T23:50',
      '2026-03-09T00:10',
    ])
  })

  test('Today, Yesterday, a weekday and a date above rows without stamps tell their day', () => {
    const items = [
      day('1/2/2026'),
      picture('A', '10:00'),
      day('Saturday'),
      picture('B', '10:00'),
      day('YESTERDAY'),
      picture('C', '10:00'),
      day('Today'),
      picture('D', '10:00'),
    ]
    expect(times(parse(items))).toEqual(['2026-02-01T10:00', '2026-03-07T10:00', '2026-03-09T10:00', '2026-03-10T10:00'])
  })

  test('a stamp outranks the separator above it, for separators go stale over midnight', () => {
    expect(times(parse([day('Today'), text('A', '22:00, 9/3/2026'), picture('B', '22:05')]))).toEqual([
      '2026-03-09T22:00',
      '2026-03-09T22:05',
    ])
  })

  test('a stale Today that runs into a proven later day is yesterday', () => {
    expect(
      times(parse([text('A', '09:00, 8/3/2026'), day('Today'), picture('B', '22:05'), day('Tuesday'), text('C', '00:10, 10/3/2026')])),
    ).toEqual(['2026-03-08T09:00', '2026-03-09T22:05', '2026-03-10T00:10'])
  })

  test('a Today that another separator follows is stale, and where nothing tells how old it is there is no day', () => {
    // Now it is Tuesday, 10 March: a page that counts from Monday calls its own day Today and the day after it by its weekday.
    const stale = [day('Today'), picture('B', '22:05'), day('Tuesday'), picture('C', '00:10')]
    expect(times(parse([text('A', '09:00, 8/3/2026'), ...stale]))).toEqual(['2026-03-08T09:00', '2026-03-09T22:05', '2026-03-10T00:10'])
    expect(times(parse(stale))).toEqual(['ts', '2026-03-10T00:10'])
  })

  test('a Today with a clock time that has not come yet is not today', () => {
    const late = { now: '2026-03-10T00:20:00Z' }
    expect(times(parse([text('A', '09:00, 8/3/2026'), day('Today'), picture('B', '23:50')], late))).toEqual([
      '2026-03-08T09:00',
      '2026-03-09T23:50',
    ])
    expect(times(parse([day('Today'), picture('B', '23:50')], late))).toEqual(['ts'])
    expect(times(parse([day('Today'), picture('B', '00:25')], late))).toEqual(['2026-03-10T00:25'])
  })

  test('one separator that its stamps contradict makes the others doubtful too', () => {
    const items = [
      text('A', '09:00, 7/3/2026'),
      day('Yesterday'),
      picture('B', '10:00'),
      day('Today'),
      text('C', '11:00, 9/3/2026'),
      picture('D', '12:00'),
    ]
    expect(times(parse(items))).toEqual(['2026-03-07T09:00', '2026-03-08T10:00', '2026-03-09T11:00', '2026-03-09T12:00'])
  })

  test('a separator in unknown words gives no day, and none is taken across it', () => {
    expect(times(parse([text('A', '09:00, 8/3/2026'), day('vanaf nou'), picture('B', '10:00')]))).toEqual(['2026-03-08T09:00', 'ts'])
  })

  test('rows above the first day that is known wait while more may be mounted, and are rejects once nothing can come', () => {
    const items = [picture('A', '10:00'), day('Today'), picture('B', '11:00')]
    expect(times(parse(items, { openTop: true }))).toEqual(['pending', '2026-03-10T11:00'])
    expect(times(parse(items))).toEqual(['ts', '2026-03-10T11:00'])
  })

  test('between stamps of two days without a separator no day is taken', () => {
    const items = [
      text('A', '22:00, 8/3/2026'),
      picture('B', '10:00'),
      text('C', '11:00, 9/3/2026'),
      picture('D', '12:00'),
      text('E', '13:00, 9/3/2026'),
    ]
    expect(times(parse(items))).toEqual(['2026-03-08T22:00', 'ts', '2026-03-09T11:00', '2026-03-09T12:00', '2026-03-09T13:00'])
  })

  test('an ambiguous date is refused while the order is not known, a clear one is not', () => {
    const rows = parse([text('A', '10:00, 4/5/2026'), day('Thursday'), text('B', '10:00, 13/5/2026')], { order: null, now: null })
    expect(times(rows)).toEqual(['ts', '2026-05-13T10:00'])
    expect(rows[0]).toMatchObject({ reject: { reason: 'ambiguous day/month' } })
  })
})

test.describe('direction', () => {
  test('the packed id outranks class, label and receipt', () => {
    const rows = parse([text('true_4477@c.us_AAAA', '10:00, 9/3/2026', { inOut: 'in', label: 'Ada:' })])
    expect(directions(rows)).toEqual(['out'])
  })

  test('class, label and receipt tell it, in this order', () => {
    const stamp = '[10:00, 9/3/2026] Ada: '
    const rows = parse([
      row({ id: 'A', stamp, text: 'x', inOut: 'out', label: 'Ada:' }),
      row({ id: 'B', stamp, text: 'x', label: 'You:' }),
      row({ id: 'C', stamp, text: 'x', receipt: ' Read ' }),
      row({ id: 'D', stamp, text: 'x', receiptIcon: 'msg-check' }),
      row({ id: 'E', stamp, text: 'x', label: 'Ada:' }),
      row({ id: 'F', stamp, text: 'x', author: 'Ada' }),
    ])
    expect(directions(rows)).toEqual(['out', 'out', 'out', 'out', 'in', 'in'])
  })

  test('a star is no receipt', () => {
    expect(directions(parse([row({ id: 'A', stamp: '[10:00, 9/3/2026] Ada: ', text: 'x', receipt: ' Starred ' })]))).toEqual(['direction'])
  })

  test('a contact whose name is another language\'s "You" stays a contact', () => {
    expect(directions(parse([row({ id: 'A', stamp: '[10:00, 9/3/2026] Tu: ', text: 'x', label: 'Tu:' })]))).toEqual(['in'])
  })

  test('in a language without a table a label counts as a name only where the stamp shows it too', () => {
    const items = [
      row({ id: 'A', stamp: '[10:00, 9/3/2026] Ada: ', text: 'x', label: 'Ada:' }),
      row({ id: 'B', stamp: '[10:01, 9/3/2026] Robin: ', text: 'x', label: 'Sina:' }),
    ]
    expect(directions(parse(items, { locale: 'fi' }))).toEqual(['in', 'direction'])
  })

  test('a run gives its direction to rows that say nothing', () => {
    const rows = parse([
      { ...picture('A', '10:00', { stamp: '[10:00, 9/3/2026] Ada: ' }), run: 1 },
      { ...row({ id: 'B', stamp: '[10:01, 9/3/2026] Ada: ', text: 'x' }), run: 1 },
      { ...row({ id: 'C', stamp: '[10:02, 9/3/2026] Robin: ', text: 'x' }), run: 2 },
    ])
    expect(directions(rows)).toEqual(['in', 'in', 'direction'])
  })

  test('a run that contradicts itself gives nothing', () => {
    const stamp = '[10:00, 9/3/2026] Ada: '
    const rows = parse([
      row({ id: 'A', stamp, text: 'x', label: 'You:' }, { run: 1 }),
      row({ id: 'B', stamp, text: 'x', label: 'Ada:' }, { run: 1 }),
      row({ id: 'C', stamp, text: 'x' }, { run: 1 }),
    ])
    expect(directions(rows)).toEqual(['out', 'in', 'direction'])
  })

  test('tails have the other name in right-to-left panels', () => {
    const item = row({ id: 'A', stamp: '[10:00, 9/3/2026] Ada: ', text: 'x', tail: 'out' })
    expect(directions(parse([item]))).toEqual(['out'])
    expect(directions(parse([item], { dir: 'rtl' }))).toEqual(['in'])
  })

  test('the place of the bubble tells it where nothing else does, the other way round in right-to-left panels', () => {
    const at = (left: number, right: number) => row({ id: 'A', stamp: '[10:00, 9/3/2026] Ada: ', text: 'x' }, { geometry: { left, right } })
    expect(directions(parse([at(62, 400)]))).toEqual(['in'])
    expect(directions(parse([at(400, 67)]))).toEqual(['out'])
    expect(directions(parse([at(68, 400)], { dir: 'rtl' }))).toEqual(['out'])
    expect(directions(parse([at(100, 120)]))).toEqual(['direction'])
  })

  test('in a flat list a row without a tail goes on where the one above left off, but not across a separator', () => {
    const stamp = '[10:00, 9/3/2026] Ada: '
    const first = row({ id: 'A', stamp, text: 'x', tail: 'in' })
    const next = row({ id: 'B', stamp, text: 'x' })
    expect(directions(parse([first, next]))).toEqual(['in', 'in'])
    expect(directions(parse([first, day('Today'), next]))).toEqual(['in', 'direction'])
  })

  test("the owner's name in the stamp is the last resort, and none where the chat bears it too", () => {
    const item = row({ id: 'A', stamp: '[10:00, 9/3/2026] Robin: ', text: 'x' })
    expect(directions(parse([item], { ownName: 'Robin' }))).toEqual(['out'])
    expect(directions(parse([item], { ownName: 'Robin', chatTitle: 'Robin' }))).toEqual(['direction'])
  })
})

test.describe('kinds', () => {
  const kindOf = (fields: Values, more: Partial<ParseContext> = {}) => {
    const [parsed] = parse([day('Today'), row({ id: 'A', time: '10:00', tail: 'in', ...fields })], more)
    return parsed?.type === 'message' ? parsed.message.kind : parsed?.type
  }
  const cases: [string, Values][] = [
    ['text', { text: 'hi' }],
    ['text', { bigEmoji: ['😂', '😂'] }],
    ['image', { image: '' }],
    ['image', { buttonLabels: ['Open picture'] }],
    ['video', { video: '', image: '' }],
    ['gif', { gif: '', video: '' }],
    ['audio', { audio: '', voice: '' }],
    ['voice', { voice: 'ptt-status', image: '' }],
    ['document', { document: '', text: 'a caption' }],
    ['sticker', { imageAlt: 'Sticker with a cat', anyImage: '' }],
    [
      'album',
      { album: '', image: '', tiles: ['{"url":null,"offered":false,"video":false}', '{"url":null,"offered":false,"video":false}'] },
    ],
    ['call', { call: 'ic-phone-callback-filled' }],
    ['contact', { contact: '' }],
    ['location', { location: '' }],
    ['poll', { poll: '', text: 'Where?' }],
    ['event', { event: '' }],
    ['deleted', { deleted: '' }],
    ['deleted', { notice: 'This message was deleted 10:00' }],
    ['waiting', { notice: 'Waiting for this message. This may take a while.' }],
    ['unknown', { mediaFrame: '' }],
    ['unknown', { notice: 'Open this message on your phone' }],
    ['unknown', { viewOnce: '', text: 'Open this message on your phone' }],
    ['unknown', { stamp: '[10:00, 10/3/2026] Ada: ', cardLines: 'Two tickets' }],
    ['unknown', { system: '', notice: 'Ada left' }],
  ]
  for (const [kind, fields] of cases) {
    test(`${Object.keys(fields).join(' + ')} is ${kind}`, () => {
      expect(kindOf(fields)).toBe(kind)
    })
  }

  test('a text that quotes the words of a notice is a text', () => {
    expect(kindOf({ text: 'This message was deleted', notice: 'This message was deleted' })).toBe('text')
    expect(kindOf({ text: 'Waiting for this message', notice: 'Waiting for this message' })).toBe('text')
    expect(kindOf({ text: 'Sticker', imageAlt: 'Sticker', image: '' })).toBe('image')
  })

  test('a notice is none, whatever it says; what has the tail or the receipt of a message is no notice, whatever it looks like', () => {
    expect(parse([row({ id: 'A', time: '10:00', system: '', notice: 'Ada left' })]).map(one => one.type)).toEqual(['notMessage'])
    for (const sign of ['tail', 'receiptIcon', 'label', 'inOut'])
      expect(parse([row({ id: 'A', time: '10:00', system: '', [sign]: 'in' })]).map(one => one.type)).not.toEqual(['notMessage'])
  })

  test('plain words without any sign of a message are a notice; a grouped sticker beside its own row is none either', () => {
    expect(parse([row({ id: 'A', notice: 'Ada created group' })]).map(one => one.type)).toEqual(['notMessage'])
    expect(
      parse([row({ id: 'grouped-sticker--A-B', time: '10:00', anyImage: '', receiptIcon: 'msg-check' })]).map(one => one.type),
    ).toEqual(['notMessage'])
  })

  test('a shell is a shell, not a deleted or an empty message', () => {
    expect(parse([row({ id: 'A' }, { shell: true })])).toEqual([{ type: 'shell' }])
  })

  test('an id of no known form is a reject', () => {
    expect(parse([row({ id: 'true_nonsense', stamp: '[10:00, 9/3/2026] Ada: ', text: 'x', label: 'Ada:' })])[0]).toMatchObject({
      type: 'reject',
      reject: { field: 'id' },
    })
  })
})

test.describe('what a message carries', () => {
  const message = (fields: Values, more: Partial<ParseContext> = {}) => {
    const [parsed] = parse([row({ id: 'A', stamp: '[10:00, 9/3/2026] Ada: ', label: 'Ada:', ...fields })], more)
    return parsed?.type === 'message' ? parsed.message : null
  }

  test('the label of a receipt outranks the name of its icon', () => {
    const own = { stamp: '[10:00, 11/07/2026] Robin: ', label: 'Você:', text: 'x' }
    expect(message({ ...own, receipt: ' Entregue ', receiptIcon: 'wds-ic-read' }, { locale: 'pt' })?.status).toBe('delivered')
    expect(message({ ...own, receiptIcon: 'msg-dblcheck' }, { locale: 'pt' })?.status).toBe('delivered')
    expect(message({ ...own, receipt: [' Starred ', ' Lida '], receiptIcon: 'wds-ic-read' }, { locale: 'pt' })?.status).toBe('read')
  })

  test("others' messages have no status", () => {
    expect(message({ text: 'x', inOut: 'in', receipt: ' Read ' })?.status).toBeNull()
  })

  test('only the word beside the time marks an edit', () => {
    expect(message({ text: 'x', metaWords: ['Edited'] })?.edited).toBe(true)
    expect(message({ text: 'Edited', metaWords: ['AI'] })?.edited).toBe(false)
  })

  test('a sum of reactions is given to one emoji, or to each where it leaves no choice', () => {
    expect(message({ text: 'x', reactions: 'reaction 🙏. View reactions' })?.reactions).toEqual([{ emoji: '🙏', count: 1 }])
    expect(message({ text: 'x', reactions: 'Reactions ❤ 2 in total. View reactions' })?.reactions).toEqual([{ emoji: '❤', count: 2 }])
    const shapes = ['👍🏽', '🇧🇷', '👩‍🚀', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', '1️⃣', '❤️‍🔥']
    expect(message({ text: 'x', reactions: `Reactions ${shapes.join(', ')} 6 in total` })?.reactions).toEqual(
      shapes.map(emoji => ({ emoji, count: 1 })),
    )
    expect(message({ text: 'x', reactions: 'Reactions 👍, ❤ 4 in total', reactionEmoji: ['👍', '❤'] })?.reactions).toEqual([
      { emoji: '👍', count: null },
      { emoji: '❤', count: null },
    ])
    expect(message({ text: 'x', reactions: 'r', reactionEmoji: ['👍', '❤'], reactionTotal: '2' })?.reactions.map(one => one.count)).toEqual(
      [1, 1],
    )
  })

  test('an album of four tiles and "+4" has seven items; those that are not drawn wait', () => {
    const tile = '{"url":"blob:x","offered":false,"video":false}'
    const album = message({ album: '', tiles: [tile, tile, tile, tile], albumMore: '4' })
    expect(album?.albumSize).toBe(7)
    expect(album?.attachments.map(one => [one.position, one.status, one.reason === null])).toEqual([
      [0, 'pending', true],
      [1, 'pending', true],
      [2, 'pending', true],
      [3, 'pending', true],
      [4, 'unavailable', false],
      [5, 'unavailable', false],
      [6, 'unavailable', false],
    ])
  })

  test('a document names its file and type, its bytes are not kept', () => {
    expect(message({ document: '', fileName: 'Lease (v2).pdf' })?.attachments).toMatchObject([
      { mediaType: 'application/pdf', status: 'metadata_only', originalName: 'Lease (v2).pdf' },
    ])
  })

  test('an unsaved member is known by the number in stamp or author block, a saved one by the id, else by name', () => {
    expect(
      message({ id: 'A', stamp: '[10:00, 9/3/2026] +55 11 90000-0001: ', author: 'Bea', authorPhone: '+55 11 90000-0001', text: 'x' }),
    ).toMatchObject({
      senderId: '5511900000001@c.us',
      senderName: 'Bea',
    })
    expect(message({ id: 'false_1203630@g.us_AAAA_99887766@lid', author: 'Ada', text: 'x' })?.senderId).toBe('99887766@lid')
    expect(message({ author: 'Ada', text: 'x' })?.senderId).toBe('Ada')
    expect(message({ id: 'false_447700900001@c.us_AAAA', text: 'x' })).toMatchObject({
      senderId: '447700900001@c.us',
      chatJid: '447700900001@c.us',
      messageId: 'AAAA',
    })
  })

  test('the author of a run is the author of its rows without an author block', () => {
    const rows = parse([
      row(
        { id: 'A', stamp: '[10:00, 9/3/2026] +55 11 90000-0001: ', text: 'x', author: 'Bea', authorPhone: '+55 11 90000-0001' },
        { run: 3 },
      ),
      row({ id: 'B', time: '10:01', image: '' }, { run: 3 }),
    ])
    expect(rows[1]).toMatchObject({ message: { senderName: 'Bea', senderId: '5511900000001@c.us' } })
  })

  test('rows without an id get one that lasts and tells equal rows apart', () => {
    const same = () => row({ stamp: '[10:00, 9/3/2026] Ada: ', label: 'Ada:', text: 'ok' })
    const ids = (rows: ParsedRow[]) => rows.map(one => (one.type === 'message' ? one.message.messageId : one.type))
    const first = ids(parse([same(), same()]))
    expect(first[0]).toMatch(/^x-[0-9a-f]{20}$/)
    expect(new Set(first).size).toBe(2)
    expect(ids(parse([same(), same()]))).toEqual(first)
    expect(ids(parse([same()], { chatTitle: 'Bea' }))).not.toEqual(first.slice(0, 1))
  })
})

test('a chat is known by the ids of its rows and by its members', () => {
  const raw: RawConversation = {
    open: true,
    title: '\u202aOur group\u202c',
    subtitle: 'Ada, +55 11 90000-0001, You',
    lang: 'en',
    dir: 'ltr',
    banner: { shape: 'none', text: '' },
    items: [text('false_1203630@g.us_AAAA_99887766@lid', '10:00, 9/3/2026')],
    scroll: { top: 0, height: 0, client: 0 },
    fields: {},
  }
  expect(parseConversation(raw, context)).toMatchObject({
    title: 'Our group',
    chatJid: '1203630@g.us',
    isGroup: true,
    participants: ['Ada', '+55 11 90000-0001'],
  })
})

test('a subtitle that is no list of members names nobody', () => {
  expect(participantsOf('online', 'en')).toEqual([])
  expect(participantsOf('last seen today at 10:00, 9 March', 'en')).toEqual([])
  expect(participantsOf('Zaklifa, Você', 'pt')).toEqual(['Zaklifa'])
})
