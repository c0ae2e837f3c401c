/** The languages of the page: which words and which `Intl` a locale has. */
import { ar } from './locales/ar.ts'
import { de } from './locales/de.ts'
import { en } from './locales/en.ts'
import { es } from './locales/es.ts'
import { fr } from './locales/fr.ts'
import { he } from './locales/he.ts'
import { hi } from './locales/hi.ts'
import { id } from './locales/id.ts'
import { it } from './locales/it.ts'
import { ja } from './locales/ja.ts'
import { pt } from './locales/pt.ts'
import { ru } from './locales/ru.ts'
import { tr } from './locales/tr.ts'
import type { Counted, Days, Labels, Language } from './locales/words.ts'
import { zh } from './locales/zh.ts'

/** Every language of the simulated page. */
export const languages: readonly Language[] = [en, pt, es, id, ru, de, fr, it, ar, he, hi, tr, zh, ja]

/** Locales that the switch names; `en-CA` is the English that Intl writes with the year first. */
export const locales = [
  'en-US',
  'en-GB',
  'en-CA',
  'pt-BR',
  'es-MX',
  'id',
  'ru',
  'de',
  'fr',
  'it',
  'ar',
  'he',
  'hi',
  'tr',
  'zh-CN',
  'ja',
] as const
export type Locale = (typeof locales)[number]

/** `auto`: the locale's own; `arab` ٠١٢, `arabext` ۰۱۲ (Persian), `deva` ०१२, `latn` 012. */
export type Digits = 'auto' | 'arab' | 'arabext' | 'deva' | 'latn'

/** Words of the page in one locale. `intl`: the tag that its dates and numbers are written by. */
export interface Words extends Labels, Days {
  lang: string
  dir: 'ltr' | 'rtl'
  intl: string
  status: Pick<Labels, 'pending' | 'sent' | 'delivered' | 'read' | 'played'>
}

/** The language of a locale (one of the switch's, or a browser's language); null where it is not in the table. */
export function languageOf(locale: string): Language | null {
  const [code = ''] = locale.toLowerCase().split('-')
  return languages.find(one => one.tag.split('-')[0] === code) ?? null
}

/** Words of a locale; English where the language is not in the table. */
export function wordsOf(locale: string, digits: Digits = 'auto'): Words {
  const known = languageOf(locale)
  const language = known ?? en
  const tag = known && locale.includes('-') ? locale : language.tag
  const intl = digits === 'auto' ? tag : `${tag}-u-nu-${digits}`
  const { labels } = language
  return {
    today: relativeDay(intl, 0),
    yesterday: relativeDay(intl, -1),
    ...labels,
    lang: language.lang,
    dir: language === ar || language === he ? 'rtl' : 'ltr',
    intl,
    status: labels,
  }
}

/** "Today", "Yesterday": Intl's word with a capital, as the page writes it since 2024 (reference §3.4). */
function relativeDay(intl: string, days: number): string {
  const word = new Intl.RelativeTimeFormat(intl, { numeric: 'auto' }).format(days, 'day')
  return word.charAt(0).toLocaleUpperCase(intl) + word.slice(1)
}

/** The template with its `{}` (and `{n}`) filled in. */
export function fill(template: string, value: string | number, n?: string | number): string {
  return template.replace('{n}', String(n ?? value)).replace('{}', String(value))
}

/** A number as the locale writes it. */
export function numberText(words: Words, value: number): string {
  return new Intl.NumberFormat(words.intl).format(value)
}

/** A counted phrase: the form that Intl.PluralRules asks for, with the number in it. */
export function countText(words: Words, forms: Counted, count: number): string {
  return fill(forms[new Intl.PluralRules(words.intl).select(count)] ?? forms.other, numberText(words, count))
}
