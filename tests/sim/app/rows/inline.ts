/** One line of a text: marks, links and mentions become elements (reference 4.9). */
import { h, page, withEmoji } from '../dom.ts'
import { firstMarked } from '../text.ts'
import type { Person, SimMessage } from '../types.ts'

/** Classes of text nodes in this era. */
export function textClass(): string {
  const { textClass } = page.switches
  if (textClass === 'aupe') return '_ao3e _aupe copyable-text xs-text'
  return `${page.switches.comet ? '_ao3e ' : ''}selectable-text copyable-text xs-text`
}

/** The test id of a text node where the era marks text nodes by one; nested ones carry it too (trap 15). */
export function textTestid(compound?: string): string | null {
  if (page.switches.textClass === 'pair') return null
  return compound && page.switches.testids === 'all' ? `${compound} selectable-text` : 'selectable-text'
}

function link(url: string): HTMLElement {
  const attributes = { href: url, title: url, dir: 'ltr', target: '_blank', rel: 'noopener noreferrer' }
  return h('a', { ...attributes, class: textClass(), 'data-testid': textTestid() }, url)
}

/** Somebody named in the text. The only id that the newest page still shows; older ones name it twice more. */
function mention(person: Person): HTMLElement {
  const { lidAuthors } = page.switches
  const jid = lidAuthors ? person.lid : `${person.phone}@c.us`
  const inner = h(
    'span',
    {
      dir: 'auto',
      'data-testid': 'select-all selectable-text',
      'data-plain-text': `@${person.name}`,
      'data-jid': lidAuthors ? null : jid,
      'data-display': lidAuthors ? null : person.name,
      'data-app-text-template': lidAuthors ? `\u200b${jid}\u200b` : jid,
    },
    '@',
    h('span', { dir: 'ltr' }, person.name),
  )
  return h('span', { role: 'button' }, inner)
}

/** The nodes of one stretch of text without line breaks. */
export function inline(text: string, message: SimMessage): Node[] {
  const marked = firstMarked(text)
  if (marked) {
    const { before, inner, after, tag, mark } = marked
    const attributes = { class: textClass().replace(' xs-text', ''), 'data-testid': textTestid() }
    const children = tag === 'code' ? withEmoji(inner) : inline(inner, message)
    const node = h(tag, { ...attributes, 'data-app-text-template': `${mark}\${appText}${mark}` }, ...children)
    return [...inline(before, message), node, ...inline(after, message)]
  }
  const url = /https?:\/\/\S+/.exec(text)
  if (url) return [...inline(text.slice(0, url.index), message), link(url[0]), ...inline(text.slice(url.index + url[0].length), message)]
  for (const person of message.mentions) {
    const at = text.indexOf(`@${person.name}`)
    if (at < 0) continue
    return [...inline(text.slice(0, at), message), mention(person), ...inline(text.slice(at + person.name.length + 1), message)]
  }
  return withEmoji(text)
}
