/** What a kind of message carries besides its text, in the shape that a table holds it. */
import { shownText } from './app/text.ts'
import type { Kind, Person, SimMessage } from './app/types.ts'

/** A key that is not there: the message has nothing of the kind. */
export interface ExpectedDetails {
  typed?: string
  mentions?: { name: string; id: string | null }[]
  links?: string[]
  linkPreview?: { title: string; description: string | null; url: string | null }
  deletedBy?: 'owner' | 'sender' | 'admin'
  poll?: { question: string; options: { text: string; votes: number | null }[] }
  /** `when`: the instant; the page writes it in words and numbers of its own. */
  event?: { name: string; when: string | null; place: string | null }
  contacts?: { name: string; phone: string | null }[]
  location?: { name: string | null; address: string | null; latitude: number | null; longitude: number | null; live: boolean }
  call?: { video: boolean | null; missed: boolean | null }
  disappearsAfterS?: number
  viewOnce?: boolean
  pages?: number
}

const noText: ReadonlySet<Kind> = new Set<Kind>(['contact', 'location', 'poll', 'event'])
const deleters = { me: 'owner', them: 'sender', admin: 'admin' } as const

/** The text that the page shows; null where there is none, or only a name or a question. */
export function textOf(message: SimMessage): string | null {
  return message.text === null || noText.has(message.kind) || message.viewOnce ? null : shownText(message.text)
}

/** Phone JID, unless it is hidden, and LID. */
export function idsOf(person: Person): string[] {
  return person.phoneHidden ? [person.lid] : [`${person.phone}@c.us`, person.lid]
}

/** People named in the text, in its order. */
export function mentionedIn(message: SimMessage): Person[] {
  const place = (person: Person) => message.text?.indexOf(`@${person.name}`) ?? -1
  return message.mentions.filter(person => place(person) >= 0).sort((a, b) => place(a) - place(b))
}

function ofText(message: SimMessage): ExpectedDetails {
  const { text } = message
  const shown = textOf(message)
  if (text === null || shown === null) return {}
  const links = [...new Set(text.match(/https?:\/\/\S+/g) ?? [])]
  const mentions = mentionedIn(message).map(person => ({ name: person.name, id: idsOf(person)[0] ?? null }))
  return {
    ...(text === shown ? {} : { typed: text }),
    ...(mentions.length > 0 ? { mentions } : {}),
    ...(links.length > 0 ? { links } : {}),
    ...(message.link ? { linkPreview: { title: message.link.title, description: message.link.description, url: message.link.url } } : {}),
  }
}

/** What the page draws. The phone number of a contact's card is not drawn. */
export function detailsOf(message: SimMessage): ExpectedDetails {
  if (message.viewOnce) return { viewOnce: true }
  const name = message.text ?? ''
  switch (message.kind) {
    case 'deleted':
      return message.deletedBy ? { deletedBy: deleters[message.deletedBy] } : {}
    case 'poll':
      return { poll: { question: name, options: message.options } }
    case 'event':
      return { event: { name, when: message.event?.at ?? null, place: message.event?.place ?? null } }
    case 'contact':
      return { contacts: message.contacts.map(card => ({ name: card.name, phone: null })) }
    case 'location':
      return message.place ? { location: message.place } : {}
    case 'call':
      return { call: { video: message.callVideo, missed: message.callMissed } }
    case 'document':
      return { ...ofText(message), ...(message.file?.pages ? { pages: message.file.pages } : {}) }
    default:
      return ofText(message)
  }
}

/** What stands in IndexedDB alone: the page says that a message disappears, not when. */
export function storedDetailsOf(message: SimMessage): ExpectedDetails {
  return message.disappearsAfterS === null ? {} : { disappearsAfterS: message.disappearsAfterS }
}
