/** What the page shows in each language, against literals: from the reference (§3.4, §4.8, §7) where it has them, else written down by hand. */
import type { Page } from '@playwright/test'
import { expect, test } from '../../support/chromium.ts'
import { type Locale, languages, locales } from '../app/locales.ts'
import type { Switches } from '../app/switches.ts'
import type { Scenario } from '../app/types.ts'
import { chat, message } from '../message.ts'
import type { SimOptions } from '../server.ts'
import { ada, me, openChat, withSim } from './page.ts'

test.use({ timezoneId: 'UTC' })

/** A Friday. */
const now = new Date('2026-09-18T13:23:00Z')

/** Own messages at the given times, in one chat; the chat's row has three unread. */
function saidAt(...times: string[]): Scenario {
  const messages = times.map((sentAt, n) =>
    message({ id: `3EB0${String(n).padStart(18, '0')}`, sender: me, direction: 'out', text: `number ${n}`, sentAt }),
  )
  return {
    account: me,
    chats: [chat({ id: `${ada.phone}@c.us`, lid: ada.lid, title: ada.name, participants: [ada], messages, unread: 3 })],
  }
}

async function shown(page: Page, options: SimOptions, act: () => Promise<void>): Promise<void> {
  await withSim(options, async sim => {
    await openChat(page, sim, ada.name)
    await act()
    expect(sim.recorded.filter(event => event.type === 'console')).toEqual([])
  })
}

const stamps = (page: Page) =>
  page.locator('div#main [data-pre-plain-text^="["]').evaluateAll(all => all.map(element => element.getAttribute('data-pre-plain-text')))
const separators = (page: Page) => page.locator('div#main .xs-sep').allTextContents()

interface Expected {
  lang: string
  /** 3 September 09:05, 14 September 21:05 (Monday), 17 September 00:05, 18 September 13:20. */
  clocks: [string, string, string, string]
  date: string
  days: [string, string, string]
  you: string
  read: string
  unread: string
}

const expected: Record<Locale, Expected> = {
  'en-US': {
    lang: 'en',
    clocks: ['9:05 AM', '9:05 PM', '12:05 AM', '1:20 PM'],
    date: '9/3/2026',
    days: ['Monday', 'Yesterday', 'Today'],
    you: 'You:',
    read: ' Read ',
    unread: '3 unread messages',
  },
  'en-GB': {
    lang: 'en',
    clocks: ['9:05 am', '9:05 pm', '12:05 am', '1:20 pm'],
    date: '03/09/2026',
    days: ['Monday', 'Yesterday', 'Today'],
    you: 'You:',
    read: ' Read ',
    unread: '3 unread messages',
  },
  'en-CA': {
    lang: 'en',
    clocks: ['9:05 a.m.', '9:05 p.m.', '12:05 a.m.', '1:20 p.m.'],
    date: '2026-09-03',
    days: ['Monday', 'Yesterday', 'Today'],
    you: 'You:',
    read: ' Read ',
    unread: '3 unread messages',
  },
  'pt-BR': {
    lang: 'pt',
    clocks: ['09:05', '21:05', '00:05', '13:20'],
    date: '03/09/2026',
    days: ['segunda-feira', 'Ontem', 'Hoje'],
    you: 'Você:',
    read: ' Lida ',
    unread: '3 mensagens não lidas',
  },
  'es-MX': {
    lang: 'es',
    clocks: ['9:05 a.m.', '9:05 p.m.', '12:05 a.m.', '1:20 p.m.'],
    date: '3/9/2026',
    days: ['lunes', 'Ayer', 'Hoy'],
    you: 'Tú:',
    read: ' Leído ',
    unread: '3 mensajes no leídos',
  },
  id: {
    lang: 'id',
    clocks: ['09.05', '21.05', '00.05', '13.20'],
    date: '3/9/2026',
    days: ['Senin', 'Kemarin', 'Hari Ini'],
    you: 'Anda:',
    read: ' Dibaca ',
    unread: '3 pesan belum dibaca',
  },
  ru: {
    lang: 'ru',
    clocks: ['09:05', '21:05', '00:05', '13:20'],
    date: '03.09.2026',
    days: ['понедельник', 'Вчера', 'Сегодня'],
    you: 'Вы:',
    read: ' Прочитано ',
    unread: '3 непрочитанных сообщения',
  },
  de: {
    lang: 'de',
    clocks: ['09:05', '21:05', '00:05', '13:20'],
    date: '3.9.2026',
    days: ['Montag', 'Gestern', 'Heute'],
    you: 'Du:',
    read: ' Gelesen ',
    unread: '3 ungelesene Nachrichten',
  },
  fr: {
    lang: 'fr',
    clocks: ['09:05', '21:05', '00:05', '13:20'],
    date: '03/09/2026',
    days: ['lundi', 'Hier', 'Aujourd’hui'],
    you: 'Vous:',
    read: ' Lu ',
    unread: '3 messages non lus',
  },
  it: {
    lang: 'it',
    clocks: ['09:05', '21:05', '00:05', '13:20'],
    date: '03/09/2026',
    days: ['lunedì', 'Ieri', 'Oggi'],
    you: 'Tu:',
    read: ' Letto ',
    unread: '3 messaggi non letti',
  },
  ar: {
    lang: 'ar',
    clocks: ['٩:٠٥ ص', '٩:٠٥ م', '١٢:٠٥ ص', '١:٢٠ م'],
    date: '٣\u200f/٩\u200f/٢٠٢٦',
    days: ['الاثنين', 'أمس', 'اليوم'],
    you: 'أنت:',
    read: ' تمت القراءة ',
    unread: '٣ رسائل غير مقروءة',
  },
  he: {
    lang: 'he',
    clocks: ['9:05', '21:05', '0:05', '13:20'],
    date: '3.9.2026',
    days: ['יום שני', 'אתמול', 'היום'],
    you: 'את/ה:',
    read: ' נקראה ',
    unread: '3 הודעות שלא נקראו',
  },
  hi: {
    lang: 'hi',
    clocks: ['सुबह 9:05 बजे', 'रात 9:05 बजे', 'रात 12:05 बजे', 'दोपहर 1:20 बजे'],
    date: '3/9/2026',
    days: ['सोमवार', 'कल', 'आज'],
    you: 'आप:',
    read: ' पढ़ा गया ',
    unread: '3 बिना पढ़े मैसेज',
  },
  tr: {
    lang: 'tr',
    clocks: ['09:05', '21:05', '00:05', '13:20'],
    date: '03.09.2026',
    days: ['Pazartesi', 'Dün', 'Bugün'],
    you: 'Siz:',
    read: ' Okundu ',
    unread: '3 okunmamış mesaj',
  },
  'zh-CN': {
    lang: 'zh-Hans',
    clocks: ['上午9:05', '晚上9:05', '凌晨12:05', '下午1:20'],
    date: '2026年9月3日',
    days: ['星期一', '昨天', '今天'],
    you: '你:',
    read: ' 已读 ',
    unread: '3 条未读消息',
  },
  ja: {
    lang: 'ja',
    clocks: ['午前9:05', '午後9:05', '午前0:05', '午後1:20'],
    date: '2026/9/3',
    days: ['月曜日', '昨日', '今日'],
    you: 'あなた:',
    read: ' 既読 ',
    unread: '未読メッセージ 3 件',
  },
}

for (const locale of locales) {
  test(`${locale}: clocks, dates, days and labels are written as that language writes them`, async ({ page }) => {
    const one = expected[locale]
    const scenario = saidAt('2026-09-03T09:05:00Z', '2026-09-14T21:05:00Z', '2026-09-17T00:05:00Z', '2026-09-18T13:20:00Z')
    await shown(page, { scenario, now, switches: { locale } }, async () => {
      expect(await page.locator('html').getAttribute('lang')).toBe(one.lang)
      expect((await stamps(page)).map(text => text?.replace(/\] .*/, ']'))).toEqual([
        `[${one.clocks[0]}, ${one.date}]`,
        expect.stringMatching(`^\\[${one.clocks[1]}, `),
        expect.stringMatching(`^\\[${one.clocks[2]}, `),
        expect.stringMatching(`^\\[${one.clocks[3]}, `),
      ])
      expect((await separators(page)).filter(text => text !== one.unread)).toEqual([one.date, ...one.days])
      expect(await page.locator('div#main [data-testid=msg-meta]').last().locator('span[dir=auto]').textContent()).toBe(one.clocks[3])
      expect(await page.locator('#pane-side [data-testid=cell-frame-primary-detail]').textContent()).toBe(one.clocks[3])
      await expect(page.locator(`div#main span[aria-label="${one.you}"]`).first()).toBeAttached()
      await expect(page.locator(`div#main [data-testid=msg-meta] [aria-label="${one.read}"]`)).toHaveCount(4)
      await expect(page.locator(`div#main [aria-live=polite]`)).toHaveText(one.unread)
    })
  })
}

/** Values seen in real pages (reference §4.8). */
const seen: [string, string, Partial<Switches>][] = [
  ['2022-09-23T20:46:00Z', '[8:46 pm, 23/09/2022] ', { locale: 'en-GB' }],
  ['2023-08-02T12:36:00Z', '[12:36, 02/08/2023] ', { locale: 'en-GB', clock: 24 }],
  ['2025-10-13T21:47:00Z', '[9:47 PM, 10/13/2025] ', { locale: 'en-US' }],
  ['2026-06-15T13:57:00Z', '[13:57, 6/15/2026] ', { locale: 'en-US', clock: 24 }],
  ['2023-10-09T11:37:00Z', '[11.37, 9/10/2023] ', { locale: 'id' }],
  ['2024-08-18T11:15:00Z', '[11:15 a.\u00a0m., 18/8/2024] ', { locale: 'es-MX', nbspAmPm: true }],
  ['2024-10-30T17:32:00Z', '[17:32, 30/10/2024] ', { locale: 'pt-BR' }],
  ['2025-10-16T19:04:00Z', '[19:04, 16.10.2025] ', { locale: 'ru' }],
  ['2026-09-18T13:23:00Z', '[下午1:23, 2026年9月18日] ', { locale: 'zh-CN' }],
  // Other digits than the locale's own, and spaces of other widths: written down by hand.
  ['2026-09-18T13:23:00Z', '[۱:۲۳ م, ۱۸\u200f/۹\u200f/۲۰۲۶] ', { locale: 'ar', digits: 'arabext' }],
  ['2026-09-18T13:23:00Z', '[1:23 م, 18\u200f/9\u200f/2026] ', { locale: 'ar', digits: 'latn' }],
  ['2026-09-18T13:23:00Z', '[दोपहर १:२३ बजे, १८/९/२०२६] ', { locale: 'hi', digits: 'deva' }],
  ['2026-09-18T13:23:00Z', '[1:23\u202fPM, 9/18/2026] ', { locale: 'en-US', nbspAmPm: 'narrow' }],
]

for (const [at, stamp, switches] of seen) {
  test(`the stamp is ${stamp}where ${JSON.stringify(switches)}`, async ({ page }) => {
    await shown(page, { scenario: saidAt(at), now, switches }, async () => {
      expect(await stamps(page)).toEqual([expect.stringContaining(stamp)])
    })
  })
}

for (const locale of ['ar', 'he'] as const) {
  test(`${locale}: the panel goes from right to left, and names of tails are the other way round`, async ({ page }) => {
    await shown(page, { scenario: saidAt('2026-09-18T13:20:00Z'), now, switches: { locale } }, async () => {
      expect(await page.locator('html').getAttribute('dir')).toBe('rtl')
      await expect(page.locator('div#main [data-icon="tail-in"]')).toHaveCount(1)
      await expect(page.locator('div#main [data-icon="tail-out"]')).toHaveCount(0)
      const bubble = await page.locator('div#main [data-testid=msg-container]').boundingBox()
      const list = await page.locator('div#main [data-tab="8"]').boundingBox()
      if (!bubble || !list) throw new Error('no bubble')
      expect(bubble.x - list.x).toBeLessThan(list.x + list.width - bubble.x - bubble.width)
      expect(await page.locator('#pane-side [data-testid=last-msg-status]').getAttribute('title')).toBe('\u202bnumber 0\u202c')
    })
  })
}

test('separators are in capitals and the list writes Yesterday small where the era does', async ({ page }) => {
  await shown(page, { scenario: saidAt('2026-09-17T10:00:00Z'), now, profile: 'E2', switches: { locale: 'tr' } }, async () => {
    expect((await separators(page))[0]).toBe('DÜN')
    expect(await page.locator('#pane-side [role=row]').textContent()).toContain('dün')
  })
})

test('the browser’s language is taken where none is given', async ({ browser }) => {
  const page = await browser.newPage({ locale: 'fr-CA', timezoneId: 'UTC' })
  await shown(page, { scenario: saidAt('2026-09-03T09:05:00Z'), now }, async () => {
    expect(await stamps(page)).toEqual([expect.stringContaining('[09 h 05, 2026-09-03]')])
    await expect(page.locator('span[aria-label="Vous:"]')).toHaveCount(1)
  })
  await page.close()
})

test('every word says where it is from, and no page is claimed for a language of which none was seen', () => {
  for (const { lang, labels, sources } of languages) {
    for (const word of Object.keys(labels)) expect(sources[word as keyof typeof sources], `${lang}: ${word}`).not.toBe(undefined)
    if (!['en', 'pt', 'es', 'id', 'ru'].includes(lang)) expect(Object.values(sources), lang).not.toContain('page')
    expect(sources.yesterday, lang).toBe('derived')
  }
})
