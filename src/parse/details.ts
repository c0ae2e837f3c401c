/** What a kind of message carries besides text and files, as far as the page shows it (reference §4.9, §5). What it does not say has no key. */
import type { Direction, MessageDetails, MessageKind } from '../model.ts'
import type { RawFields } from '../raw.ts'
import { callOf } from './call.ts'
import { all, has, one } from './fields.ts'
import { asciiDigits, fold, stripBidi } from './fold.ts'
import { isGroupJid, type RowId } from './ids.ts'
import type { Labels } from './locales.ts'
import { locationOf } from './location.ts'
import { phoneJid } from './phone.ts'
import { linkPreviewOf, linksOf, mentionsOf } from './text-details.ts'

/** What is known of the row besides its fields. `text`: as the page shows it. */
export interface DetailFacts {
  kind: MessageKind
  direction: Direction
  text: string | null
  id: RowId | null
  labels: Labels
}

/** The details of one row. Never throws; keys only where the page says something. */
export function detailsOf(fields: RawFields, facts: DetailFacts): MessageDetails {
  const { kind, text } = facts
  const details: MessageDetails = {}
  if (text !== null) {
    const typed = one(fields, 'typed')
    if (typed !== null && typed !== text) details.typed = typed
    const mentions = mentionsOf(fields)
    if (mentions.length > 0) details.mentions = mentions
    const links = linksOf(fields)
    if (links.length > 0) details.links = links
    const preview = linkPreviewOf(fields, links)
    if (preview) details.linkPreview = preview
  }
  if (kind === 'deleted') {
    const by = deletedBy(fields, facts)
    if (by) details.deletedBy = by
  }
  if (kind === 'poll') {
    const poll = pollOf(fields)
    if (poll) details.poll = poll
  }
  if (kind === 'event') {
    const name = one(fields, 'eventName')
    if (name !== null) details.event = { name, when: one(fields, 'eventWhen'), place: one(fields, 'eventPlace') }
  }
  if (kind === 'contact') {
    const contacts = all(fields, 'contactNames').map(name => ({ name: stripBidi(name), phone: phoneOf(name) }))
    if (contacts.length > 0) details.contacts = contacts
  }
  if (kind === 'location') {
    const location = locationOf(fields, facts.labels)
    if (location) details.location = location
  }
  if (kind === 'call') {
    const call = callOf(fields, facts.labels)
    if (call) details.call = call
  }
  if (kind === 'document') {
    const pages = pagesOf(fields)
    if (pages !== null) details.pages = pages
  }
  if (has(fields, 'viewOnce')) details.viewOnce = true
  return details
}

/**
 * The notice's words tell who took it back. In a language without words only a 1:1 leaves no choice: there everybody can take back their own
 * messages alone.
 */
function deletedBy(fields: RawFields, { direction, id, labels }: DetailFacts): MessageDetails['deletedBy'] | null {
  const lines = all(fields, 'deletedLines').map(fold)
  const says = (words: readonly string[]): boolean => words.some(word => lines.includes(fold(word)))
  if (says(labels.deletedByYou)) return 'owner'
  // The admin's name may follow in the same line.
  if (labels.deletedByAdmin.some(word => lines.some(line => line.startsWith(fold(word))))) return 'admin'
  const direct = id?.chatJid ? !isGroupJid(id.chatJid) : false
  return direct || says(labels.deleted) ? (direction === 'out' ? 'owner' : 'sender') : null
}

function pollOf(fields: RawFields): MessageDetails['poll'] | null {
  const question = one(fields, 'pollQuestion')
  if (question === null) return null
  const options = all(fields, 'pollOptions').map(value => JSON.parse(value) as { text: string; votes: string | null })
  return {
    question,
    options: options.map(({ text, votes }) => ({ text, votes: votes === null ? null : Number(asciiDigits(votes).replace(/\D/g, '')) })),
  }
}

/** A card of a person without a name bears the number instead. */
function phoneOf(name: string): string | null {
  const jid = phoneJid(name)
  return jid === null ? null : `+${jid.replace(/@.*$/, '')}`
}

/** A whole number and a word; in scripts that write without spaces, the word directly behind it. */
const countedWord = /^(\p{Nd}{1,6})(?:\s(\p{L}[\p{L}\p{M}.]*)|[\p{scx=Han}\p{scx=Kana}\p{scx=Hang}]+)$/u
const byteUnit = /^(?:[kmgtкмгт]?i?[boбо]|bytes?|байт)$/iu

/** Among type, pages and size, in either order of the first two, the size stands last; it is a whole number with a word as well ("5 MB"). */
function pagesOf(fields: RawFields): number | null {
  const facts = all(fields, 'fileFacts').map(fact => stripBidi(fact))
  for (const fact of facts.slice(0, -1)) {
    const found = countedWord.exec(fact)
    if (found && !byteUnit.test(found[2] ?? '')) return Number(asciiDigits(found[1] ?? ''))
  }
  return null
}
