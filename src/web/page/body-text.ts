/** The text of a message out of its elements (reference §4.9). Runs in the page; self-contained, bound to the engine by `with-engine.ts`. */

export interface BodyReader {
  /** `skip`: the quoted message inside it. `typed`: with the formatting marks that the sender wrote. */
  bodyText(root: Element, skip: Element | null, typed: boolean): string
  isEmoji(node: Element): boolean
  emojiOf(node: Element): string
}

export function makeBodyReader(): BodyReader {
  const isEmoji = (node: Element): boolean =>
    node.tagName === 'IMG' && (node.hasAttribute('data-plain-text') || node.classList.contains('emoji'))
  const emojiOf = (node: Element): string => node.getAttribute('data-plain-text') ?? node.getAttribute('alt') ?? ''

  /** Elements of a message's text; whatever else stands there was put in by an extension. */
  const textTags = new Set([
    'SPAN',
    'A',
    'STRONG',
    'B',
    'EM',
    'I',
    'DEL',
    'S',
    'CODE',
    'PRE',
    'OL',
    'UL',
    'LI',
    'BLOCKQUOTE',
    'P',
    'U',
    'MARK',
  ])
  const blockTags = new Set(['LI', 'OL', 'UL', 'BLOCKQUOTE', 'P', 'PRE'])

  /** A quoted passage holds its text in a `div` beside its bar; anywhere else a `div` was put in. */
  const isText = (element: Element, tag: string): boolean =>
    textTags.has(tag) || (tag === 'DIV' && element.parentElement?.tagName === 'BLOCKQUOTE')

  /** The text of a message: emoji, line breaks, list markers; `typed`: with the formatting marks that its sender wrote. */
  const bodyText = (root: Element, skip: Element | null, typed: boolean): string => {
    let out = ''
    let due = false
    /** A block begins or ended here: what follows stands on a line of its own, unless it brings the line break itself. */
    const line = (): void => {
      due = out !== ''
    }
    const put = (text: string): void => {
      if (text === '') return
      if (due && !out.endsWith('\n') && !text.startsWith('\n')) out += '\n'
      due = false
      out += text
    }
    const isLines = (element: Element): boolean => {
      let spans = 0
      let worded = false
      for (const child of element.childNodes) {
        if (child.nodeType === 3 && (child.nodeValue ?? '').trim() !== '') return false
        if (child.nodeType !== 1) continue
        const tag = (child as Element).tagName
        if (tag === 'SPAN' && !(child as Element).hasAttribute('role')) {
          spans++
          worded ||= (child.textContent ?? '').trim() !== ''
        } else if (tag !== 'BR' && tag !== 'OL' && tag !== 'UL' && tag !== 'BLOCKQUOTE') return false
      }
      return spans > 1 && worded
    }
    const children = (element: Element): void => {
      const lines = isLines(element)
      let before = false
      for (const child of element.childNodes) {
        if (child.nodeType === 3 && (lines || element.tagName === 'OL' || element.tagName === 'UL')) continue
        if (lines && before && child.nodeType === 1 && (child as Element).tagName === 'SPAN') line()
        walk(child)
        before = true
      }
    }
    /** A quoted passage as it was typed: every line of it behind its own mark. */
    const quoted = (element: Element): void => {
      const [before, waiting] = [out, due]
      out = ''
      due = false
      children(element)
      const inner = out.replace(/^\n+|\n+$/g, '')
      out = before
      due = waiting
      put(inner.replace(/^/gm, '> '))
    }
    const walk = (node: Node): void => {
      if (node.nodeType === 3) {
        put(node.nodeValue ?? '')
        return
      }
      if (node.nodeType !== 1 || node === skip) return
      const element = node as Element
      const tag = element.tagName.toUpperCase()
      if (isEmoji(element)) put(emojiOf(element))
      else if (tag === 'BR') put('\n')
      else if (isText(element, tag) && element.getAttribute('aria-hidden') !== 'true' && !/translat/i.test(element.className)) {
        const block = blockTags.has(tag)
        if (block) line()
        const marker = /^\s*(?:\p{Nd}+[.)]|[-•*])\s*$/u.test(element.getAttribute('data-pre-plain-text') ?? '')
        if (marker) put(element.getAttribute('data-pre-plain-text') ?? '')
        const template = typed ? (element.getAttribute('data-app-text-template') ?? '') : ''
        const [open = '', close = ''] = /^(.*)\$\{appText\}(.*)$/s.exec(template)?.slice(1) ?? []
        put(open)
        if (typed && tag === 'BLOCKQUOTE') quoted(element)
        else children(element)
        put(close)
        if (block) line()
      }
    }
    children(root)
    return out.replace(/\r\n?/g, '\n').replace(/^[ \t\n]+|[ \t\n]+$/g, '')
  }

  return { bodyText, isEmoji, emojiOf }
}
