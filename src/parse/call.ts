/** Calls (reference §5): the name of the icon tells picture or voice, only the words whether it was missed. */
import type { MessageDetails } from '../model.ts'
import type { RawFields } from '../raw.ts'
import { all, one } from './fields.ts'
import { fold } from './fold.ts'
import type { Labels } from './locales.ts'

/** Null where neither icon nor words say anything. */
export function callOf(fields: RawFields, labels: Labels): MessageDetails['call'] | null {
  const icons = all(fields, 'call').join(' ')
  const words = noticeWithoutAuthor(fields)
  const says = (list: readonly string[]): boolean => words !== '' && list.some(word => words.startsWith(fold(word)))
  const [voice, video] = [says(labels.voiceCall), says(labels.videoCall)]
  const drawn = /video/.test(icons) ? true : /voice|phone/.test(icons) ? false : null
  const missed = /miss/.test(icons) || says(labels.missedCall) ? true : voice || video ? false : null
  const call = { video: drawn ?? (voice === video ? null : video), missed }
  return call.video === null && call.missed === null ? null : call
}

/** In groups the author stands before the words of the bubble. */
function noticeWithoutAuthor(fields: RawFields): string {
  const notice = fold(one(fields, 'notice') ?? '')
  const author = fold(one(fields, 'author') ?? '')
  return author !== '' && notice.startsWith(author) ? notice.slice(author.length).trim() : notice
}
