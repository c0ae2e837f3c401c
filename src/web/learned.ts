/** What a source learned of its page, for another one that goes on with it. Types, and the beginning. */
import type { ChatListing } from '../model.ts'
import type { RawConversation } from '../raw.ts'
import type { DateSense } from './date-sense.ts'
import type { Records } from './records.ts'
import type { CompiledSet } from './selectors.ts'
import type { Session } from './session.ts'

export interface Learned {
  session: Session
  set: CompiledSet
  build: string | null
  locale: string
  ownId: string | null
  dates: DateSense
  records: Records
  /** The archived list is shown. */
  archived: boolean
  /** Where a row of the list stood when it was read, px. */
  places: WeakMap<ChatListing, { y: number | null }>
  /** The list as it was last walked. */
  listed: ChatListing[]
  /** The chat that was opened last. */
  chat: ChatListing | null
  /** What a reading between two cycles saw of it, look by look. */
  looks: RawConversation[]
}

/** Nothing of the list was read yet. */
export function nothingSeen(): Pick<Learned, 'archived' | 'places' | 'listed' | 'chat' | 'looks'> {
  return { archived: false, places: new WeakMap(), listed: [], chat: null, looks: [] }
}
