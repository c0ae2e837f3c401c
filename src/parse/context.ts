/** What the meaning of a row depends on besides the row. */
import type { DateOrder } from '../model.ts'
import type { ChatWitness } from './join.ts'
import type { ParseMemory } from './memory.ts'

export interface ParseContext {
  /** Language of the page (`html[lang]`); '' where the page does not say. */
  locale: string
  /** IANA zone that the page's clock times are of. */
  zone: string
  /** ISO 8601: the moment of reading. Null on a saved page, whose day nobody knows: words such as Today then say nothing. */
  now: string | null
  /** Order of day and month, as calibrated; null = not known. */
  order: DateOrder | null
  dir: 'ltr' | 'rtl'
  chatTitle: string | null
  ownName: string | null
  /** The account's own JID; null or not there = not known. */
  ownId?: string | null
  /** Whether older rows may still come above the first one. */
  openTop: boolean
  /** What IndexedDB of the page says of this chat; not there = nothing. */
  witness?: ChatWitness | null
  /** Of earlier looks with the same locale, zone, title and owner; not there = every row is worked out anew. */
  memory?: ParseMemory
}
