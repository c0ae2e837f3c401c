/** What the readers of the page share. Runs in the page; self-contained, bound to a reader by `with-engine.ts`. */
import type { RawField, RawFields } from '../../raw.ts'
import type { BodyReader } from './body-text.ts'
import type { PlanCandidate, PlanFields } from './plan.ts'

/** A part of the page in which fields are looked for. `quote`: the quoted message inside it. */
export interface Scope {
  root: Element
  quote: Element | null
  icons: { name: string; node: Element }[] | null
}

export interface Engine {
  first(selectors: readonly string[] | undefined, root?: ParentNode): Element | null
  every(selectors: readonly string[] | undefined, root: ParentNode): Element[]
  scopeOf(root: Element, quote?: readonly string[]): Scope
  fields(scope: Scope, fields: PlanFields): RawFields
  visibleText(node: Node): string
}

/** Builds the engine. Named strategies: `body`, `typed`, `clock`, `meta-words`, `picture`, `leaf`, `mention`, `option`. */
export function makeEngine({ bodyText, isEmoji, emojiOf }: BodyReader): Engine {
  /** A clock time and nothing else: 1:05, 11.37, 8:46 pm, 11:15 a. m., 下午1:23, १:२३ बजे. */
  const clock = /^(?:\D{0,14}\s?)?\p{Nd}{1,2}\s?[:.：٫∶h時时點点시]\s?\p{Nd}{2}(?:\s?\D{0,14})?$/u
  const patterns = new Map<string, RegExp>()
  const pattern = (source: string): RegExp => {
    let made = patterns.get(source)
    if (!made) {
      made = new RegExp(source, 'u')
      patterns.set(source, made)
    }
    return made
  }

  /** Text on one line, emoji included; nothing of icons or of hidden spacers. */
  const visibleText = (node: Node): string => {
    let out = ''
    const walk = (one: Node): void => {
      if (one.nodeType === 3) out += one.nodeValue ?? ''
      else if (one.nodeType === 1) {
        const element = one as Element
        const tag = element.tagName.toUpperCase()
        if (tag === 'SVG' || tag === 'STYLE' || tag === 'SCRIPT') return
        if (isEmoji(element)) out += emojiOf(element)
        else for (const child of element.childNodes) walk(child)
      }
    }
    walk(node)
    return out.replace(/[\t\n\r ]+/g, ' ').trim()
  }

  /** Texts of the leaves of an element, icons left out, in order. */
  const leaves = (root: Element, hidden: boolean): string[] => {
    const found: string[] = []
    const walk = (node: Node): void => {
      if (node.nodeType === 3) {
        const text = (node.nodeValue ?? '').replace(/[\t\n\r ]+/g, ' ').trim()
        if (text !== '') found.push(text)
      } else if (node.nodeType === 1) {
        const element = node as Element
        if (element.tagName.toUpperCase() === 'SVG') return
        if (!hidden && element.getAttribute('aria-hidden') === 'true') return
        for (const child of element.childNodes) walk(child)
      }
    }
    walk(root)
    return found
  }

  /** A picture or a tile as JSON: address of its bytes, whether a download is offered, whether it is a film. */
  const picture = (element: Element): string => {
    const images = element.tagName === 'IMG' ? [element] : [...element.querySelectorAll('img')]
    const blob = images.map(image => image.getAttribute('src') ?? '').findLast(src => src.startsWith('blob:'))
    const button = element.tagName === 'IMG' ? null : element.querySelector('button')
    const film =
      element.matches('[data-testid="video-content"], [data-testid="video-thumb"]') ||
      element.querySelector('[data-testid="video-content"], [data-icon="msg-video"], [data-icon="media-play"], [data-icon="video-pip"]') !==
        null
    const size = button ? visibleText(button) : ''
    return JSON.stringify({ url: blob ?? null, offered: button !== null && /\p{Nd}|^$/u.test(size), video: film, size: size || null })
  }

  /** Somebody who is named in a text, as JSON: the name, and the id that the page keeps beside it, in the forms of both eras (reference §4.9). */
  const mention = (element: Element): string => {
    const kept = element.getAttribute('data-jid') ?? element.getAttribute('data-app-text-template') ?? ''
    const name = element.getAttribute('data-display') || element.getAttribute('data-plain-text') || visibleText(element)
    return JSON.stringify({ name: name.replace(/^@/, ''), id: /\d[\d.:_-]*@[a-z.]+/i.exec(kept)?.[0] ?? null })
  }

  /** An option of a poll as JSON: its text, and the number that stands behind it before the next option begins. */
  const option = (element: Element, css: string, root: Element): string => {
    let row = element
    while (row !== root && row.parentElement?.querySelectorAll(css).length === 1) row = row.parentElement
    const behind = (node: Element): boolean => (element.compareDocumentPosition(node) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0
    const numbers = [...row.querySelectorAll('span, div')].filter(
      node => node.childElementCount === 0 && !element.contains(node) && behind(node),
    )
    const votes = numbers.map(node => node.textContent?.trim() ?? '').find(text => /^\p{Nd}{1,3}(?:[.,'’٬\s]?\p{Nd}{3})*$/u.test(text))
    return JSON.stringify({ text: visibleText(element), votes: votes ?? null })
  }

  const valuesOf = (element: Element, candidate: PlanCandidate, scope: Scope): string[] => {
    const { take } = candidate
    if (take === 'exists') return ['']
    if (take.startsWith('attr:')) {
      const value = element.getAttribute(take.slice(5))
      return value === null ? [] : [value]
    }
    if (take === 'icon') return [element.getAttribute('data-icon') ?? element.textContent?.trim() ?? '']
    if (take === 'text') return [visibleText(element)]
    if (take === 'own-text') {
      const own = [...element.childNodes].filter(node => node.nodeType === 3)
      return [
        own
          .map(node => node.nodeValue ?? '')
          .join(' ')
          .replace(/\s+/g, ' ')
          .trim(),
      ]
    }
    if (take === 'leaf') return leaves(element, false)
    if (take === 'body') return [bodyText(element, scope.quote, false)]
    if (take === 'typed') return [bodyText(element, scope.quote, true)]
    if (take === 'clock')
      return leaves(element, true)
        .filter(text => clock.test(text))
        .slice(-1)
    if (take === 'meta-words') return leaves(element, false).filter(text => !clock.test(text))
    if (take === 'picture') return [picture(element)]
    if (take === 'mention') return [mention(element)]
    if (take === 'option') return [option(element, candidate.css ?? '', scope.root)]
    return []
  }

  const matched = (value: string, candidate: PlanCandidate): string | null => {
    if (candidate.match === undefined) return value === '' && candidate.take !== 'exists' ? null : value
    const found = pattern(candidate.match).exec(value)
    if (!found) return null
    return found[candidate.group ?? (found.length > 1 ? 1 : 0)] ?? null
  }

  const iconsOf = (scope: Scope): { name: string; node: Element }[] => {
    if (!scope.icons) {
      const found: { name: string; node: Element }[] = []
      const root = scope.root
      const nodes = root.querySelectorAll('[data-icon], svg > title')
      for (const node of nodes) {
        if (scope.quote?.contains(node)) continue
        const name = node.getAttribute('data-icon') ?? node.textContent?.trim() ?? ''
        if (name !== '') found.push({ name, node })
      }
      scope.icons = found
    }
    return scope.icons
  }

  const elementsOf = (scope: Scope, candidate: PlanCandidate): Element[] => {
    const { css, icon, not } = candidate
    if (icon !== undefined) {
      const test = pattern(icon)
      return iconsOf(scope)
        .filter(one => test.test(one.name) && !(not && one.node.closest(not)))
        .map(one => one.node)
    }
    if (css === undefined) return []
    const root = candidate.in === 'quote' ? scope.quote : scope.root
    if (!root) return []
    const found: Element[] = root.matches(css) ? [root] : []
    for (const node of root.querySelectorAll(css)) {
      if (candidate.in !== 'quote' && scope.quote?.contains(node)) continue
      if (not && node.closest(not)) continue
      // Text nodes nest (reference: trap 15): the outermost one is the text.
      if ((candidate.take === 'body' || candidate.take === 'typed') && found.some(outer => outer.contains(node))) continue
      found.push(node)
    }
    return found
  }

  const read = (scope: Scope, candidates: readonly PlanCandidate[], known: RawFields): RawField | null => {
    for (const candidate of candidates) {
      if (candidate.in === 'quote' && !scope.quote) continue
      if (candidate.when !== undefined && !known[candidate.when]) continue
      if (candidate.unless?.some(name => known[name])) continue
      const values: string[] = []
      for (const element of elementsOf(scope, candidate)) {
        for (const value of valuesOf(element, candidate, scope)) {
          const kept = matched(value, candidate)
          if (kept !== null) values.push(kept)
        }
        if (values.length > 0 && !candidate.all) break
      }
      if (values.length > 0) return { c: candidate.i, v: values }
    }
    return null
  }

  return {
    visibleText,
    first(selectors, root = document) {
      for (const selector of selectors ?? []) {
        const found = root.querySelector(selector)
        if (found) return found
      }
      return null
    },
    every(selectors, root) {
      for (const selector of selectors ?? []) {
        const found = [...root.querySelectorAll(selector)]
        if (found.length > 0) return found
      }
      return []
    },
    scopeOf(root, quote = []) {
      let block: Element | null = null
      for (const selector of quote) {
        block = root.querySelector(selector)
        if (block) break
      }
      return { root, quote: block, icons: null }
    },
    fields(scope, fields) {
      const out: RawFields = {}
      for (const name in fields) {
        const found = read(scope, fields[name] ?? [], out)
        if (found) out[name] = found
      }
      return out
    },
  }
}
