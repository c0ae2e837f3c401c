/** Words for days, in every locale: weekdays, "today", "yesterday", as `Intl` writes them. */
import { fold } from './fold.ts'
import { knownLocale, shippedLocales } from './intl.ts'

/** Meaning of a word for a day: weekday 0 (Sunday) … 6, or days back from today. */
export type DayWord = { weekday: number } | { back: 0 | 1 }

/**
 * Weekdays, Sunday first, of the languages for which WhatsApp has used `moment` instead of `Intl` (reference §4.8), where their words differ,
 * and the Hebrew ones without the word for "day".
 */
const otherWeekdays: Readonly<Record<string, readonly string[]>> = {
  ar: ['الأحد', 'الإثنين', 'الثلاثاء', 'الأربعاء', 'الخميس', 'الجمعة', 'السبت'],
  hi: ['रविवार', 'सोमवार', 'मंगलवार', 'बुधवार', 'गुरूवार', 'शुक्रवार', 'शनिवार'],
  ta: ['ஞாயிற்றுக்கிழமை', 'திங்கட்கிழமை', 'செவ்வாய்கிழமை', 'புதன்கிழமை', 'வியாழக்கிழமை', 'வெள்ளிக்கிழமை', 'சனிக்கிழமை'],
  ur: ['اتوار', 'پیر', 'منگل', 'بدھ', 'جمعرات', 'جمعہ', 'ہفتہ'],
  he: ['ראשון', 'שני', 'שלישי', 'רביעי', 'חמישי', 'שישי', 'שבת'],
}

function dayWordsOf(locale: string): Map<string, DayWord> {
  const table = new Map<string, DayWord>()
  const format = new Intl.DateTimeFormat(locale, { weekday: 'long', timeZone: 'UTC' })
  for (let weekday = 0; weekday < 7; weekday++) table.set(fold(format.format(Date.UTC(2026, 0, 4 + weekday))), { weekday })
  for (const [weekday, word] of (otherWeekdays[locale.split('-')[0]!] ?? []).entries()) table.set(fold(word), { weekday })
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
  table.set(fold(relative.format(0, 'day')), { back: 0 })
  table.set(fold(relative.format(-1, 'day')), { back: 1 })
  return table
}

const ownWords = new Map<string, Map<string, DayWord>>()
let allWords: Map<string, DayWord | null> | null = null
const same = (a: DayWord, b: DayWord): boolean =>
  'back' in a ? 'back' in b && a.back === b.back : 'weekday' in b && a.weekday === b.weekday

/** What a word (any case) says of a day in the locale; else in every locale, where they agree. Null: not a day word. */
export function dayWord(word: string, locale: string): DayWord | null {
  const key = fold(word)
  const tag = knownLocale(locale)
  if (tag) {
    const table = ownWords.get(tag) ?? dayWordsOf(tag)
    ownWords.set(tag, table)
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
