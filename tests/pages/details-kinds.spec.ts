/** Every kind of message by its structure, in every era, in a language of which no word is known (reference §5); and what each kind carries. */
import { expect, test } from '../support/chromium.ts'
import { type Era, eras, icon, metaLine, readRows, row, selectable, testid, text } from './rows.ts'

const blob = 'blob:https://web.whatsapp.com/1'
const thumb = (era: Era, inner: string, name = 'image-thumb') =>
  `<div role="button" tabindex="0" aria-label="Avaa kuva"${testid(era, name)} style="width: 330px; height: 200px;">${inner}</div>`
const picture = `<img draggable="true" src="data:image/jpeg;base64,AA=="><img draggable="true" src="${blob}">`
const player = (era: Era, file: string, canvas: string, seconds: number) =>
  `<div><button aria-label="Toista"></button><div><span aria-label="Ääni"></span><div aria-hidden="true">0:${seconds}</div>
   <div role="slider" aria-valuetext="0:00/0:${seconds}" aria-valuemax="${seconds}">${canvas}</div></div>${icon(era, file)}</div>`
const tile = (n: number, more = '') =>
  `<div style="grid-area: ${n} / 1 / 2 / 2;"><div role="button" style="width: 160px; height: 160px;">${picture}</div>${more}</div>`
const file = (facts: string) =>
  `<div role="button" tabindex="0" title="Lataa &quot;Sopimus (v2).pdf&quot;"><div><div><div><span data-icon="document-PDF-icon"></span></div>
   <div style="flex-grow: 1;"><div><span dir="auto">Sopimus (v2).pdf</span></div><div>${facts}</div></div></div></div></div>`
const option = (era: Era, n: number, words: string, votes: string) =>
  `<div><div><div><div><input type="checkbox" id="A-option-${n}" aria-label="${votes} ääntä ${words}"></div></div><div><div><div>
     <div><label for="A-option-${n}"${testid(era, `poll-option-row-label-${n}`)}><span dir="auto" ${selectable(era)}>${words}</span></label></div>
     <button title="Näytä äänet"><div><span>VS</span><div><span>${votes}</span></div></div></button></div><div style="width: 40%"></div></div></div></div></div>`
const map = 'https://maps.google.com/maps?q=60.1699%2C24.9384&amp;z=17&amp;hl=fi'

/** What a bubble of this kind holds, whether it bears a stamp, and what is read out of it. */
const kinds: [kind: string, stamped: boolean, body: (era: Era) => string, carries: Record<string, unknown>][] = [
  ['text', true, era => text(era, '<span>Hei</span>'), { text: 'Hei', details: {} }],
  ['image', false, era => thumb(era, picture), { text: null }],
  [
    'image',
    true,
    era => thumb(era, picture.replaceAll('<img', '<img alt="Kuvateksti"')) + text(era, '<span>Kuvateksti</span>'),
    { text: 'Kuvateksti' },
  ],
  [
    'video',
    false,
    era =>
      thumb(era, `<div></div>${icon(era, 'media-play')}<span><div>${icon(era, 'msg-video')}</div><span>3:20</span></span>`, 'video-thumb'),
    { durationS: (era: Era) => (era === 'e7' ? null : 200) },
  ],
  ['gif', false, era => `<div role="button" aria-label="Toista GIF" style="width: 240px; height: 180px;">${icon(era, 'ic-gif')}</div>`, {}],
  ['gif', false, () => `<div role="button" aria-label="Toista GIF"><video src="${blob}" autoplay loop></video></div>`, {}],
  ['voice', false, era => player(era, 'ptt-status', '<canvas></canvas>', 37), { durationS: 37 }],
  ['audio', false, era => player(era, 'audio-file', '', 42), { durationS: 42 }],
  [
    'document',
    false,
    era =>
      file(
        `<span title="37 sivua">37 sivua</span><span>•</span><span${testid(era, 'type')} title="PDF">PDF</span><span>•</span><span title="644 kt">644 kt</span>`,
      ),
    { fileName: 'Sopimus (v2).pdf', details: { pages: 37 } },
  ],
  [
    'document',
    false,
    () => file('<span title="ZIP">ZIP</span><span>•</span><span title="5 MB">5 MB</span><span>•</span>'),
    { details: {} },
  ],
  ['sticker', false, era => `<div${testid(era, 'sticker')}><span><img draggable="false" alt="Tarra" src="${blob}"></span></div>`, {}],
  [
    'album',
    false,
    era => `<div${testid(era, 'media-album')}>${tile(1)}${tile(2)}${tile(3)}${tile(4, '<div>+4</div>')}</div>`,
    { albumSize: 7 },
  ],
  [
    'call',
    false,
    era => `<div><div>${icon(era, 'voice-call-incoming-filled')}</div><div><div>Äänipuhelu</div></div></div>`,
    { details: { call: { video: false, missed: null } } },
  ],
  [
    'call',
    false,
    era => `<button><div>${icon(era, 'wds-ic-call-video-received-filled')}</div><div>Videopuhelu</div></button>`,
    { details: { call: { video: true, missed: null } } },
  ],
  ['deleted', false, era => `<div>${icon(era, 'recalled')}<span>Tämä viesti poistettiin</span></div>`, { text: null, deleted: true }],
  [
    'waiting',
    false,
    era => `<div><div>${icon(era, 'ciphertext')}</div><div>Odotetaan viestiä. <span role="button">Lisää</span></div></div>`,
    { text: null },
  ],
  [
    'unknown',
    false,
    era => `<div>${icon(era, 'view-once-sunset')}<span dir="auto">Avaa puhelimella</span></div>`,
    { text: null, details: { viewOnce: true } },
  ],
  [
    'contact',
    true,
    era =>
      `<div${testid(era, 'vcard-msg')} role="button"><div>${era}</div><div><div dir="ltr" ${selectable(era)}>Hugo Sant</div></div><div>${metaLine(era)}</div></div><div><button>Viesti</button></div>`,
    { text: null, details: { contacts: [{ name: 'Hugo Sant', phone: null }] } },
  ],
  [
    'contact',
    true,
    era =>
      `<div${testid(era, 'vcard-msg')} role="button"><div></div><div><div dir="ltr" ${selectable(era)}>+55 11 90000-0001</div></div><div>${metaLine(era)}</div></div>`,
    { details: { contacts: [{ name: '+55 11 90000-0001', phone: '+5511900000001' }] } },
  ],
  [
    'contact',
    false,
    era =>
      `<div role="button" title="Hugo Sant ja 2 muuta"><div></div><div><div dir="ltr">Hugo Sant ja 2 muuta</div></div><div>${metaLine(era)}</div></div>`,
    { text: null, details: {} },
  ],
  [
    'location',
    true,
    era =>
      `<div ${selectable(era)} data-plain-text="${map}" style="height: 150px;"><a href="${map}"><img src="https://maps.googleapis.com/maps/api/staticmap?x=1"></a></div>`,
    { text: null, details: { location: { name: null, address: null, latitude: 60.1699, longitude: 24.9384, live: false } } },
  ],
  [
    'location',
    true,
    era =>
      `<div ${selectable(era)} data-plain-text="${map}"><a href="${map}"><img src="x"></a></div>
       <div${testid(era, 'location-msg')}><a href="${map}">Satamatoimisto</a><div ${selectable(era)} title="Laivakatu 3">Laivakatu 3</div></div>`,
    { details: { location: { name: 'Satamatoimisto', address: 'Laivakatu 3', latitude: 60.1699, longitude: 24.9384, live: false } } },
  ],
  [
    'location',
    true,
    () =>
      '<div style="height: 150px;"><div><span><img src="https://maps.googleapis.com/maps/api/staticmap?center=60.1699%2C24.9384&amp;size=270x150"></span></div></div><div><span>Sijainti</span></div>',
    { details: { location: { name: null, address: null, latitude: 60.1699, longitude: 24.9384, live: true } } },
  ],
  [
    'poll',
    true,
    era =>
      `<div${testid(era, 'poll-bubble')}><div><div><span dir="ltr" ${selectable(era)}>Missä tavataan?</span></div></div><div><svg></svg><span>Valitse yksi</span></div>
       <div>${option(era, 0, 'Kahvila', '12')}${option(era, 1, '2026', '0')}${option(era, 2, 'Verkossa 😀', '1 008')}</div></div><button>Näytä äänet</button>`,
    {
      text: null,
      details: {
        poll: {
          question: 'Missä tavataan?',
          options: [
            { text: 'Kahvila', votes: 12 },
            { text: '2026', votes: 0 },
            { text: 'Verkossa 😀', votes: 1008 },
          ],
        },
      },
    },
  ],
  [
    'event',
    true,
    era =>
      `<div${testid(era, 'event-creation-msg')}><button><div><div>${icon(era, 'ic-calendar-month')}</div><div><div><span dir="auto" ${selectable(era)}>Kesäjuhla</span></div>
       <div>la 20. kesäk. klo 18.00</div><div><span dir="auto" ${selectable(era)}>Satama</span></div><div><span></span></div></div></div></button></div>`,
    { text: null, details: { event: { name: 'Kesäjuhla', when: 'la 20. kesäk. klo 18.00', place: 'Satama' } } },
  ],
  [
    'unknown',
    false,
    era =>
      `<div><span dir="auto">Tilaus 1042</span><div><span dir="auto">2 tuotetta</span></div><button><span dir="auto">${era}</span></button></div>`,
    { text: 'Tilaus 1042\n2 tuotetta' },
  ],
]

for (const era of eras) {
  test(`${era}: every kind is known by its structure, whatever the language, and gives what it carries`, async ({ page: tab }) => {
    const rows = kinds.map(([, stamped, body], n) => row(era, { id: `3EB0${String(n).padStart(16, '0')}`, body: body(era), stamped }))
    const { messages, rest } = await readRows(tab, era, rows, 'fi')
    expect(rest).toEqual([])
    expect(messages.map(one => one.kind)).toEqual(kinds.map(([kind]) => kind))
    for (const [n, [kind, , , carries]] of kinds.entries()) {
      const expected = Object.fromEntries(
        Object.entries(carries).map(([name, value]) => [name, typeof value === 'function' ? (value as (era: Era) => unknown)(era) : value]),
      )
      expect(messages[n], `${kind}, row ${n}`).toMatchObject(expected)
      if (expected.details) expect(messages[n]?.details, `${kind}, row ${n}`).toEqual(expected.details)
    }
  })
}
