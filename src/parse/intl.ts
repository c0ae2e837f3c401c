/** What `Intl` knows of the locales that WhatsApp ships: day periods, weekdays, "today", "yesterday", date order. Cached per locale. */
import type { DateOrder } from '../model.ts'
import { fold, tidy } from './fold.ts'

/** UI languages of WhatsApp, with the regional forms whose dates or day periods differ. */
export const shippedLocales: readonly string[] = (
  'en en-GB en-AU en-CA en-IN en-IE pt-BR pt-PT es es-MX es-AR es-CO es-US id ru it he ar ar-EG ar-SA ar-AE hi zh-CN zh-HK zh-TW ja ko bn fa ur mr ta te gu kn ml ' +
  'pa th tr uk vi zu sw af sq am az be bg ca hr cs da nl et fil fi fr fr-CA ka de de-AT el ha hu ga kk km ky lo lv lt mk ms nb pl ro ' +
  'sr si sk sl sv uz'
).split(' ')

/** Period of the day in a 12 h clock. `noon` and `night` need the hour to decide (zh 中午, hi दोपहर, रात). */
export type Period = 'am' | 'pm' | 'noon' | 'night'

/**
 * A tag that `Intl` really knows, or null: an unknown one would silently answer in the host's language.
 * Accepts `pt_BR`.
 */
export function knownLocale(locale: string): string | null {
  const cached = known.get(locale)
  if (cached !== undefined) return cached
  let tag: string | null = null
  try {
    tag = Intl.DateTimeFormat.supportedLocalesOf(locale.replace(/_/g, '-'))[0] ?? null
  } catch {
    tag = null
  }
  if (known.size < 1000) known.set(locale, tag)
  return tag
}
const known = new Map<string, string | null>()

/** Key of a day-period word: folded, without dots, spaces and hyphens, so that "a. m.", "a.m." and "AM" meet. */
export function periodKey(word: string): string {
  return tidy(word).replace(/[\s.‧・-]/g, '')
}

/** Words that Intl does not give: other spellings seen, and the words of the `moment` locales that WhatsApp falls back to (zh, ar, ta, hi, ur; reference §4.8). */
const extraPeriods: Readonly<Record<Period, readonly string[]>> = {
  am: ['am', 'a m', 'a', '凌晨', '清晨', '早上', '早晨', '上午', '午前', '오전', 'ص', 'صباحا', 'صباحًا', 'सुबह', 'पूर्वाह्न', 'صبح', 'வைகறை', 'காலை', 'ق.ظ', 'قبل‌ازظهر', 'sáng', 'vorm', 'পূর্বাহ্ণ'],
  pm: ['pm', 'p m', 'p', '下午', '傍晚', '午後', '오후', 'م', 'مساء', 'مساءً', 'शाम', 'अपराह्न', 'شام', 'எற்பாடு', 'எற்பாடு', 'மாலை', 'ب.ظ', 'بعدازظهر', 'chiều', 'nachm', 'অপরাহ্ণ', '晚上'],
  noon: ['中午', 'दोपहर', 'நண்பகல்'],
  night: ['रात', 'யாமம்'],
}

function addPeriods(table: Map<string, Period>, locale: string): void {
  const format = new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: 'numeric', hour12: true, timeZone: 'UTC' })
  for (const [hour, period] of [[8, 'am'], [13, 'pm']] as const) {
    for (const part of format.formatToParts(Date.UTC(2026, 0, 1, hour))) if (part.type === 'dayPeriod') table.set(periodKey(part.value), period)
  }
}

function extraTable(): Map<string, Period> {
  const table = new Map<string, Period>()
  for (const period of ['am', 'pm', 'noon', 'night'] as const) for (const word of extraPeriods[period]) table.set(periodKey(word), period)
  return table
}

const own = new Map<string, Map<string, Period>>()
let everywhere: Map<string, Period> | null = null

/** The period that a word names: in the given locale, else in any (no word means am in one shipped locale and pm in another). */
export function periodOf(word: string, locale: string): Period | null {
  const key = periodKey(word)
  const tag = knownLocale(locale)
  if (tag) {
    let table = own.get(tag)
    if (!table) {
      table = new Map()
      addPeriods(table, tag)
      own.set(tag, table)
    }
    const hit = table.get(key)
    if (hit) return hit
  }
  if (!everywhere) {
    everywhere = extraTable()
    for (const one of shippedLocales) addPeriods(everywhere, one)
  }
  return everywhere.get(key) ?? null
}

/** Meaning of a word for a day: weekday 0 (Sunday) … 6, or days back from today. */
export type DayWord = { weekday: number } | { back: 0 | 1 }

function dayWordsOf(locale: string): Map<string, DayWord> {
  const table = new Map<string, DayWord>()
  const format = new Intl.DateTimeFormat(locale, { weekday: 'long', timeZone: 'UTC' })
  for (let weekday = 0; weekday < 7; weekday++) table.set(fold(format.format(Date.UTC(2026, 0, 4 + weekday))), { weekday })
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
  table.set(fold(relative.format(0, 'day')), { back: 0 })
  table.set(fold(relative.format(-1, 'day')), { back: 1 })
  return table
}

const ownWords = new Map<string, Map<string, DayWord>>()
let allWords: Map<string, DayWord | null> | null = null
const same = (a: DayWord, b: DayWord): boolean => ('back' in a ? 'back' in b && a.back === b.back : 'weekday' in b && a.weekday === b.weekday)

/** What a word (any case) says of a day in the locale; else in every locale, where they agree. Null: not a day word. */
export function dayWord(word: string, locale: string): DayWord | null {
  const key = fold(word)
  const tag = knownLocale(locale)
  if (tag) {
    let table = ownWords.get(tag)
    if (!table) ownWords.set(tag, (table = dayWordsOf(tag)))
    const hit = table.get(key)
    if (hit) return hit
  }
  if (!allWords) {
    allWords = new Map()
    for (const one of shippedLocales) {
      for (const [name, value] of dayWordsOf(one)) {
        const before = allWords.get(name)
        allWords.set(name, before === undefined ? value : before && same(before, value) ? value : null)
      }
    }
  }
  return allWords.get(key) ?? null
}

const yearFirst = new Map<string, boolean>()

/** Whether the locale's own numeric dates start with the year. Only ever widens what is possible; it decides no order. */
export function startsWithYear(locale: string): boolean {
  const tag = knownLocale(locale)
  if (!tag) return true
  let first = yearFirst.get(tag)
  if (first === undefined) {
    first = new Intl.DateTimeFormat(tag, { timeZone: 'UTC' }).formatToParts(0).find(part => part.type !== 'literal')?.type === 'year'
    yearFirst.set(tag, first)
  }
  return first
}

/** Languages whose dates put the day between year and month (CLDR: Kyrgyz `2026-18-09`), so that a leading year does not settle the rest. */
export function yearDayMonth(locale: string): boolean {
  return /^ky\b/i.test(locale)
}

/** Every order a numeric date may stand in. */
export const dateOrders: readonly DateOrder[] = ['dmy', 'mdy', 'ymd']
