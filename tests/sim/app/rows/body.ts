/** Text of a message: lines, formatting, lists, links, mentions, "Read more" (reference 4.9). */
import { type Child, directionOf, h, page, withEmoji } from '../dom.ts'
import { record } from '../record.ts'
import type { SimMessage } from '../types.ts'

/** Code points of one page of a long text. */
const pageSize = 3072

/** Attributes that the text node carries in this era. */
function textClass(): string {
  const { textClass } = page.switches
  if (textClass === 'aupe') return '_ao3e _aupe copyable-text xs-text'
  return `${page.switches.comet ? '_ao3e ' : ''}selectable-text copyable-text xs-text`
}

/** Whether the era marks text nodes by test id. */
function textTestid(compound?: string): string | null {
  if (page.switches.textClass === 'pair') return null
  return compound && page.switches.testids === 'all' ? `${compound} selectable-text` : 'selectable-text'
}

const marks: [RegExp, string, string][] = [
  [/(^|[\s(])\*(\S(?:[^*\n]*\S)?)\*(?=$|[\s.,!?)])/, 'strong', '*'],
  [/(^|[\s(])_(\S(?:[^_\n]*\S)?)_(?=$|[\s.,!?)])/, 'em', '_'],
  [/(^|[\s(])~(\S(?:[^~\n]*\S)?)~(?=$|[\s.,!?)])/, 'del', '~'],
  [/(^|[\s(])`([^`\n]+)`(?=$|[\s.,!?)])/, 'code', '`'],
]

/** One line: formatting marks, links and mentions become elements. */
function inline(text: string, message: SimMessage): Node[] {
  for (const [pattern, tag, mark] of marks) {
    const found = pattern.exec(text)
    if (!found) continue
    const before = text.slice(0, found.index) + found[1]
    const node = h(
      tag,
      { class: textClass().replace(' xs-text', ''), 'data-testid': textTestid(), 'data-app-text-template': `${mark}\${appText}${mark}` },
      ...withEmoji(found[2]!),
    )
    return [...inline(before, message), node, ...inline(text.slice(found.index + found[0].length), message)]
  }
  const link = /https?:\/\/\S+/.exec(text)
  if (link) {
    const url = link[0]
    const node = h(
      'a',
      { href: url, title: url, dir: 'ltr', target: '_blank', rel: 'noopener noreferrer', class: textClass(), 'data-testid': textTestid() },
      url,
    )
    return [...withEmoji(text.slice(0, link.index)), node, ...inline(text.slice(link.index + url.length), message)]
  }
  for (const person of message.mentions) {
    const at = text.indexOf(`@${person.name}`)
    if (at < 0) continue
    const jid = page.switches.lidAuthors ? person.lid : `${person.phone}@c.us`
    const template = page.switches.lidAuthors ? `\u200b${jid}\u200b` : jid
    const inner = h(
      'span',
      {
        dir: 'auto',
        'data-testid': 'select-all selectable-text',
        'data-plain-text': `@${person.name}`,
        'data-jid': page.switches.lidAuthors ? null : jid,
        'data-display': page.switches.lidAuthors ? null : person.name,
        'data-app-text-template': template,
      },
      '@',
      h('span', { dir: 'ltr' }, person.name),
    )
    return [
      ...inline(text.slice(0, at), message),
      h('span', { role: 'button' }, inner),
      ...inline(text.slice(at + person.name.length + 1), message),
    ]
  }
  return withEmoji(text)
}

const numbered = /^(\d+)\. (.*)$/

/** The lines of a text: one span, or one span a line that ends with the line break; numbered lines become a list. */
function lines(text: string, message: SimMessage): HTMLElement[] {
  const all = text.split('\n')
  const out: HTMLElement[] = []
  for (let n = 0; n < all.length; n++) {
    const line = all[n]!
    if (/^\d+\. /.test(line)) {
      const list = h('ol', { dir: directionOf(text), style: 'margin:0;padding-left:24px;white-space:normal' })
      for (let found = numbered.exec(line); found; found = numbered.exec(all[++n] ?? '')) {
        if (list.hasChildNodes()) list.append('\n')
        list.append(
          h(
            'li',
            { dir: 'auto', value: found[1] },
            h('span', { class: textClass(), 'data-pre-plain-text': `${found[1]}. ` }, ...inline(found[2]!, message)),
          ),
        )
      }
      n--
      out.push(h('span', {}, list, n === all.length - 1 ? null : '\n'))
      continue
    }
    const last = n === all.length - 1
    out.push(h('span', { class: all.length > 1 && !last ? 'x1lliihq xs-block' : '' }, ...inline(line, message), last ? null : '\n'))
  }
  return out
}

/** The text node with its spacer (time, and "Edited", once more, hidden) and the "Read more" button where the text is long. */
export function textBody(message: SimMessage, spacer: HTMLElement, testid?: string): Child[] {
  const text = message.text ?? ''
  const points = [...text]
  let shown = pageSize
  const node = h('span', { 'data-testid': textTestid(testid), dir: directionOf(text), class: textClass(), style: 'min-height: 0px;' })
  const button = h(
    'div',
    {
      role: 'button',
      tabindex: 0,
      class: 'read-more-button',
      'data-testid': testid ? 'caption-read-more-button' : null,
      style: 'color:#027eb5;cursor:pointer',
    },
    page.words.readMore,
  )
  const draw = () => {
    const cut = points.length > shown * 1.1
    node.replaceChildren(...lines(cut ? `${points.slice(0, shown).join('')}…` : text, message))
    if (!cut) button.remove()
  }
  button.addEventListener('click', event => {
    shown += pageSize
    record('read_more', { trusted: event.isTrusted, message: message.id })
    draw()
  })
  const holder = h(
    'div',
    { class: `${page.switches.comet ? '_akbu ' : ''}x6ikm8r` },
    node,
    points.length > shown * 1.1 ? button : null,
    spacer,
  )
  draw()
  return [holder]
}
