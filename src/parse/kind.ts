/** What a row is, by the marks that its kind leaves in the page (reference §5). Structure first; words of the page only where it leaves no other mark. */
import type { MessageKind } from '../model.ts'
import type { RawFields } from '../raw.ts'
import { all, has, one } from './fields.ts'
import { fold } from './fold.ts'
import type { RowId } from './ids.ts'
import type { Labels } from './locales.ts'

/** `system`: a notice, not a message. `empty`: nothing that tells anything. */
export type RowKind = MessageKind | 'system' | 'empty'

/** Fields that only messages have: without any of them a row of plain words is a notice. */
const signs = ['stamp', 'inOut', 'label', 'receipt', 'receiptIcon', 'tail', 'author', 'time']

/** Signs that no notice has, whatever else it looks like (reference §5, system). */
const ofMessages = ['stamp', 'inOut', 'label', 'receipt', 'receiptIcon', 'tail']

export function kindOf(fields: RawFields, id: RowId | null, labels: Labels): RowKind {
  const yes = (name: string): boolean => has(fields, name)
  const signed = signs.some(yes)
  if (id?.kind === 'grouped-sticker') return 'system'
  if (yes('system') && !ofMessages.some(yes)) return 'system'
  const bare = !yes('text') && !yes('bigEmoji')
  const notice = fold(one(fields, 'notice') ?? '')
  const says = (words: readonly string[]): boolean => notice !== '' && words.some(word => notice.startsWith(fold(word)))
  if (yes('deleted') || (bare && says([...labels.deleted, ...labels.deletedByYou, ...labels.deletedByAdmin]))) return 'deleted'
  if (yes('waiting') || (bare && says(labels.waiting))) return 'waiting'
  if (yes('poll') || all(fields, 'buttonLabels').some(label => labels.poll.some(word => label.startsWith(`${word} `)))) return 'poll'
  if (yes('event')) return 'event'
  if (yes('contact')) return 'contact'
  if (yes('location')) return 'location'
  if (yes('call') && !yes('stamp')) return 'call'
  const media = mediaOf(fields, id, labels)
  if (media) return media
  // What the phone alone may open is drawn as a notice, in the place of a text.
  if (yes('viewOnce')) return 'unknown'
  if (!bare) return 'text'
  // Media bear a stamp only with a caption, so this is something else: a payment, an order, a card.
  if (yes('stamp') || yes('mediaFrame')) return 'unknown'
  // A picture outside of a frame: one with a description is a sticker, for of photos only the caption is one (reference §5).
  if (yes('anyImage')) return has(fields, 'imageAlt') ? 'sticker' : 'image'
  if (signed) return 'unknown'
  return notice === '' ? 'empty' : 'system'
}

function mediaOf(fields: RawFields, id: RowId | null, labels: Labels): MessageKind | null {
  const yes = (name: string): boolean => has(fields, name)
  if (id?.kind === 'album' || (yes('album') && !isFilmWithPicture(fields))) return 'album'
  const alt = fold(one(fields, 'imageAlt') ?? '')
  const named = alt !== '' && !yes('text') && !yes('stamp') && labels.sticker.some(word => alt.startsWith(fold(word)))
  if (yes('sticker') || named) return 'sticker'
  if (yes('document')) return 'document'
  if (yes('audio')) return 'audio'
  if (yes('voice')) return 'voice'
  if (yes('gif')) return 'gif'
  if (yes('video')) return 'video'
  if (yes('image')) return 'image'
  const words = labels.openImage.map(fold)
  return all(fields, 'buttonLabels').some(label => words.includes(fold(label))) ? 'image' : null
}

/** A film that came with a picture, drawn as two tiles and not marked as an album: it counts as the film, with both as its files. */
function isFilmWithPicture(fields: RawFields): boolean {
  const films = all(fields, 'tiles').map(tile => (JSON.parse(tile) as { video: boolean }).video)
  return !has(fields, 'albumMark') && films.includes(true) && films.includes(false)
}
