/** Calls (reference §5): the name of the icon tells picture or voice, only the words whether it was missed. */
import type { MessageDetails } from '../model.ts'
import type { RawFields } from '../raw.ts'
import { all } from './fields.ts'
import { fold } from './fold.ts'
import type { Labels } from './locales.ts'

/** Null where neither icon nor words say anything. */
export function callOf(fields: RawFields, labels: Labels): MessageDetails['call'] | null {
  const icons = all(fields, 'call').join(' ')
  // A whole line: what is missed begins with the same words in many languages.
  const lines = all(fields, 'callLines').map(fold)
  const says = (list: readonly string[]): boolean => list.some(word => lines.includes(fold(word)))
  const [voice, video] = [says(labels.voiceCall), says(labels.videoCall)]
  const drawn = /video/.test(icons) ? true : /voice|phone/.test(icons) ? false : null
  const missed = /miss/.test(icons) || says(labels.missedCall) ? true : voice || video ? false : null
  const call = { video: drawn ?? (voice === video ? null : video), missed }
  return call.video === null && call.missed === null ? null : call
}
