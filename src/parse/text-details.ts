/** What stands inside a text besides its words: people, links, the preview of a link. */
import type { MessageDetails } from '../model.ts'
import type { RawFields } from '../raw.ts'
import { all, one } from './fields.ts'
import { stripBidi } from './fold.ts'
import { canonicalJid } from './ids.ts'

/** People named in the text, in its order, each once; the id where the page keeps one beside the name. */
export function mentionsOf(fields: RawFields): NonNullable<MessageDetails['mentions']> {
  const found = all(fields, 'mentions').map(value => JSON.parse(value) as { name: string; id: string | null })
  const people = found.map(({ name, id }) => ({ name: stripBidi(name), id: id === null ? null : canonicalJid(id) }))
  return people.filter(
    (one, index) => one.name !== '' && people.findIndex(other => other.name === one.name && other.id === one.id) === index,
  )
}

/** Schemes that a link of a person's text has; what runs, or is an address of this very page, is none. */
const scheme = /^(?:https?|ftps?|mailto|tel|sms|geo|whatsapp|xmpp|magnet|bitcoin|ipfs|ssh|git):/i

/** Addresses in the order of the text, each once. Browsers leave out tabs and line breaks inside an address, and so does this. */
export function linksOf(fields: RawFields): string[] {
  const links = all(fields, 'links').map(link => link.replace(/[\t\n\r]/g, '').trim())
  return [...new Set(links.filter(link => scheme.test(link)))]
}

/** The preview above a text. Its address is the first link of the site that it names; of several links none, where it names no site. */
export function linkPreviewOf(fields: RawFields, links: readonly string[]): MessageDetails['linkPreview'] | null {
  const title = one(fields, 'previewTitle')
  if (title === null) return null
  const site = one(fields, 'previewSite')
  const url = site === null ? (links.length === 1 ? links[0] : null) : links.find(link => isOfSite(link, site))
  return { title, description: one(fields, 'previewDescription'), url: url ?? null }
}

function isOfSite(link: string, site: string): boolean {
  const host = hostOf(link)
  const named = hostOf(`https://${site.replace(/^https?:\/\//i, '')}`)
  return host !== null && named !== null && (host === named || host.endsWith(`.${named}`))
}

function hostOf(link: string): string | null {
  try {
    return new URL(link).hostname.replace(/^www\./, '') || null
  } catch {
    return null
  }
}
