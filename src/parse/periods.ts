/** Words for the part of the day beside a 12 h clock, in every locale: from `Intl`, and those that `Intl` does not give. */
import { tidy } from './fold.ts'
import { knownLocale, shippedLocales } from './intl.ts'

/** Period of the day in a 12 h clock. `noon` and `night` need the hour to decide (zh 中午, hi दोपहर, रात). */
export type Period = 'am' | 'pm' | 'noon' | 'night'

/** Key of a day-period word: folded, without dots, spaces and hyphens, so that "a. m.", "a.m." and "AM" meet. */
export function periodKey(word: string): string {
  return tidy(word).replace(/[\s.‧・-]/g, '')
}

/**
 * Words that today's `Intl` does not give, between bars: spellings of older and wider forms of CLDR, and those of the `moment` locales that
 * WhatsApp falls back to (zh, ar, ta, hi, ur; reference §4.8).
 */
const extraPeriods: Readonly<Record<Period, string>> = {
  am: 'am|a|凌晨|清晨|早上|早晨|上午|午前|오전|ص|صباحا|صباحًا|सुबह|पूर्वाह्न|صبح|வைகறை|காலை|ق.ظ|قبل‌ازظهر|sáng|vorm|পূর্বাহ্ণ|முற்பகல்|ಪೂರ್ವಾಹ್ನ|म.पू.|પૂર્વ મધ્યાહ્ન|ਪੂ.ਦੁ.|ព្រឹក|පෙ.ව.|قبل دوپہر|ก่อนเที่ยง',
  pm: 'pm|p|下午|傍晚|晚上|午後|오후|م|مساء|مساءً|शाम|अपराह्न|شام|எற்பாடு|மாலை|ب.ظ|بعدازظهر|chiều|nachm|অপরাহ্ণ|பிற்பகல்|ಅಪರಾಹ್ನ|म.उ.|ઉત્તર મધ્યાહ્ન|ਬਾ.ਦੁ.|ល្ងាច|ප.ව.|بعد دوپہر|หลังเที่ยง',
  noon: '中午|दोपहर|நண்பகல்',
  night: 'रात|யாமம்',
}

function addPeriods(table: Map<string, Period>, locale: string): void {
  const format = new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: 'numeric', hour12: true, timeZone: 'UTC' })
  for (const [hour, period] of [
    [8, 'am'],
    [13, 'pm'],
  ] as const) {
    for (const part of format.formatToParts(Date.UTC(2026, 0, 1, hour)))
      if (part.type === 'dayPeriod') table.set(periodKey(part.value), period)
  }
}

function extraTable(): Map<string, Period> {
  const table = new Map<string, Period>()
  for (const period of ['am', 'pm', 'noon', 'night'] as const)
    for (const word of extraPeriods[period].split('|')) table.set(periodKey(word), period)
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
