/** Interface words of the page by language: tables where a source gives them, `Intl` where not. Tables say for each word where it is from. */
import type { DeliveryStatus } from '../model.ts'
import { fold, stripBidi } from './fold.ts'
import { knownLocale } from './intl.ts'
import { en } from './locales/en.ts'
import { es } from './locales/es.ts'
import { id } from './locales/id.ts'
import { it } from './locales/it.ts'
import { ar, de, fr, he, hi, ja, ko, nl, tr, zh } from './locales/others.ts'
import { pt } from './locales/pt.ts'
import { ru } from './locales/ru.ts'
import { type LabelField, type LabelSource, type LabelWords, type LocaleTable, statusFields } from './locales/table.ts'

const tables: readonly LocaleTable[] = [en, pt, es, id, ru, it, he, zh, de, fr, ar, hi, tr, ja, ko, nl]

/** Words of a locale merged with the English ones (the page falls back to English). */
export interface Labels extends Omit<LabelWords, DeliveryStatus> {
  locale: string
  /** Whether a table of the language exists; without one everything but `today` and `yesterday` is English. */
  known: boolean
  status: Record<DeliveryStatus, string[]>
  /** Sources of the locale's own words by field, e.g. `{ you: ['page'], today: ['derived'] }`. */
  sources: Partial<Record<LabelField, LabelSource[]>>
}

const fields: readonly LabelField[] = [
  'you',
  'pending',
  'sent',
  'delivered',
  'read',
  'played',
  'today',
  'yesterday',
  'draft',
  'typing',
  'maybe',
  'quoted',
  'unread',
  'markedUnread',
  'youReacted',
  'edited',
  'forwarded',
  'forwardedMany',
  'deleted',
  'deletedByYou',
  'deletedByAdmin',
  'waiting',
  'muted',
  'pinned',
  'archived',
  'readMore',
  'openImage',
  'voice',
  'playVoice',
  'voiceCall',
  'videoCall',
  'missedCall',
  'sticker',
  'download',
  'poll',
  'location',
  'liveLocation',
  'contact',
  'system',
]
const sources = ['page', 'note', 'unverified'] as const
const cache = new Map<string, Labels>()

/** The words of a locale (`pt-BR`, `zh-Hans`, `id`), merged with English. An unknown locale gives English; `known` and `sources` tell. */
export function labelsOf(locale: string): Labels {
  let labels = cache.get(locale)
  if (!labels) {
    labels = build(locale)
    if (cache.size < 500) cache.set(locale, labels)
  }
  return labels
}

function build(locale: string): Labels {
  const language = languageOf(locale)
  const table = tables.find(one => one.language === language)
  const words = Object.fromEntries(fields.map(field => [field, [] as string[]])) as unknown as LabelWords
  const from: Partial<Record<LabelField, LabelSource[]>> = {}
  const add = (field: LabelField, list: readonly string[] | undefined, source: LabelSource | null): void => {
    if (!list) return
    for (const word of list) if (!words[field].includes(word)) words[field].push(word)
    if (source) from[field] = [...(from[field] ?? []), source]
  }
  for (const source of sources) for (const field of fields) add(field, table?.words[source]?.[field], source)
  const tag = knownLocale(locale)
  if (tag) {
    const relative = new Intl.RelativeTimeFormat(tag, { numeric: 'auto' })
    if (words.today.length === 0) add('today', [relative.format(0, 'day')], 'derived')
    if (words.yesterday.length === 0) add('yesterday', [relative.format(-1, 'day')], 'derived')
  }
  for (const field of fields) add(field, en.words.page?.[field], null)
  const { pending, sent, delivered, read, played, ...rest } = words
  return { ...rest, locale, known: table !== undefined, status: { pending, sent, delivered, read, played, failed: [] }, sources: from }
}

function languageOf(locale: string): string {
  const language = locale.toLowerCase().split(/[-_]/)[0] ?? ''
  return language === 'iw' ? 'he' : language === 'in' ? 'id' : language
}

let statusWords: Map<string, DeliveryStatus> | null = null

/** The delivery status that a receipt's label names in any language (`" Read "`, `" Lida "`), or null. */
export function statusOf(label: string): DeliveryStatus | null {
  if (!statusWords) {
    statusWords = new Map()
    for (const source of sources) {
      for (const table of tables) {
        for (const status of statusFields) {
          for (const word of table.words[source]?.[status as LabelField] ?? [])
            if (!statusWords.has(fold(word))) statusWords.set(fold(word), status)
        }
      }
    }
  }
  return statusWords.get(fold(label)) ?? null
}

let youWords: Set<string> | null = null

/**
 * Whether a bubble's label is "You:". With a locale only its own word and the English one count: in other languages the word of one may be the name
 * of a contact ("Tu:", "Du:"), so pass the locale wherever it is known. The colon may be missing, wide (：) or spaced.
 */
export function isYouLabel(label: string, locale?: string): boolean {
  const word = fold(stripBidi(label).replace(/[\s:：]+$/u, ''))
  if (word === '') return false
  if (locale !== undefined) return labelsOf(locale).you.some(you => fold(you) === word)
  if (!youWords) youWords = new Set(tables.flatMap(table => sources.flatMap(source => table.words[source]?.you ?? [])).map(fold))
  return youWords.has(word)
}

/** The languages that have a table, for tests and documentation. */
export const tabledLanguages: readonly string[] = tables.map(table => table.language)
