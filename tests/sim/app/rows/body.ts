/** Text of a message: its blocks (lines, lists, quoted passages, code) and "Read more" (reference 4.9). */
import { type Child, directionOf, h, page } from '../dom.ts'
import { record } from '../record.ts'
import type { SimMessage } from '../types.ts'
import { inline, textClass, textTestid } from './inline.ts'

/** Code points of one page of a long text. */
const pageSize = 3072

/** Elements for the lines of one block of the text; `more`: another block follows. */
type Draw = (lines: string[], message: SimMessage, more: boolean) => HTMLElement

const breakAfter = (more: boolean) => (more ? '\n' : null)

/** `1. flour`: an ordered list whose items carry a stamp of their own (trap 2). `- flour`: the same without numbers. */
const list =
  (tag: 'ol' | 'ul', pattern: RegExp): Draw =>
  (lines, message, more) => {
    const items = lines.map((line, n) => {
      const [, marker = '', text = ''] = pattern.exec(line) ?? []
      const stamp = h('span', { class: textClass(), 'data-pre-plain-text': `${marker} ` }, ...inline(text, message))
      return [n > 0 ? '\n' : null, h('li', { dir: 'auto', value: tag === 'ol' ? Number.parseInt(marker, 10) : null }, stamp)]
    })
    const style = 'margin:0;padding-left:24px;white-space:normal'
    return h('span', {}, h(tag, { dir: directionOf(lines.join('\n')), style }, ...items.flat()), breakAfter(more))
  }

const passage: Draw = (lines, message, more) => {
  const text = lines.map(line => line.slice(2))
  const inner = text.map((line, n) => h('span', { class: 'xs-block' }, ...inline(line, message), breakAfter(n < text.length - 1)))
  const bar = h('div', { class: 'xs-bar', 'aria-hidden': 'true' })
  return h(
    'span',
    {},
    h('blockquote', { dir: directionOf(text.join('\n')), style: 'margin:0' }, bar, h('div', {}, ...inner)),
    breakAfter(more),
  )
}

/** Code over several lines is one element with the line breaks in it. */
const code: Draw = (lines, message, more) =>
  h('span', { class: 'x1lliihq xs-block' }, ...inline(lines.join('\n'), message), breakAfter(more))

const numbered = /^(\d+\.) (.*)$/
const bulleted = /^([-*]) (\S.*)$/

/** How a line that begins a block is drawn, and which of the following lines belong to it. */
function blockOf(lines: string[], at: number): { count: number; draw: Draw } | null {
  const first = lines[at]!
  const run = (belongs: (line: string) => boolean) => {
    const end = lines.findIndex((line, n) => n > at && !belongs(line))
    return (end < 0 ? lines.length : end) - at
  }
  for (const [tag, pattern] of [
    ['ol', numbered],
    ['ul', bulleted],
  ] as const)
    if (pattern.test(first)) return { count: run(line => pattern.test(line)), draw: list(tag, pattern) }
  if (first.startsWith('> ')) return { count: run(line => line.startsWith('> ')), draw: passage }
  if (!first.startsWith('```') || first.indexOf('```', 3) > 0) return null
  const end = lines.findIndex((line, n) => n > at && line.endsWith('```'))
  return end < 0 ? null : { count: end - at + 1, draw: code }
}

/** The blocks of a text: a plain line is one span that ends with the line break. */
function blocks(text: string, message: SimMessage): HTMLElement[] {
  const lines = text.split('\n')
  const out: HTMLElement[] = []
  for (let n = 0; n < lines.length; ) {
    const block = blockOf(lines, n)
    const count = block?.count ?? 1
    const more = n + count < lines.length
    if (block) out.push(block.draw(lines.slice(n, n + count), message, more))
    else out.push(h('span', { class: more ? 'x1lliihq xs-block' : '' }, ...inline(lines[n]!, message), breakAfter(more)))
    n += count
  }
  return out
}

/** What an extension of the browser puts behind a text. */
function translation(): HTMLElement[] {
  const inner = h('font', { class: 'immersive-translate-target-inner' }, 'translated text')
  return [
    h('font', { class: 'notranslate immersive-translate-target-wrapper' }, inner),
    h('div', { class: 'sgc-translation' }, 'translated text'),
  ]
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
    node.replaceChildren(...blocks(cut ? `${points.slice(0, shown).join('')}…` : text, message))
    if (page.switches.translated) node.append(...translation())
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
