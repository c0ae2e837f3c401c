/** The part of a text around what was searched for. */

/** A piece of a snippet: it is text, not markup; `match` where it is what was searched for. */
export interface SnippetPart {
  text: string
  match: boolean
}

/** Characters of a snippet, about. */
const wide = 160

/** A text of one line with the first match and what stands around it, in parts; `…` where the text goes on. */
export function snippet(text: string, terms: readonly string[]): SnippetPart[] {
  const found = matchesOf(text, terms)
  const start = boundary(text, Math.max(0, (found[0]?.[0] ?? 0) - wide / 4))
  const end = boundary(text, Math.min(text.length, start + wide))
  const parts: SnippetPart[] = []
  const add = (piece: string, match: boolean) => {
    if (piece !== '') parts.push({ text: piece.replaceAll(/\s+/g, ' '), match })
  }
  let at = start
  if (start > 0) add('…', false)
  for (const [from, to] of found) {
    if (from >= end) break
    if (from < at) continue
    add(text.slice(at, from), false)
    at = Math.min(to, end)
    add(text.slice(from, at), true)
  }
  add(text.slice(at, end), false)
  if (end < text.length) add('…', false)
  return parts
}

/** Where the terms stand, in any case, in the order of the text, none in another. */
function matchesOf(text: string, terms: readonly string[]): [from: number, to: number][] {
  const wanted = terms.filter(term => term !== '').map(term => term.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`))
  if (wanted.length === 0) return []
  // Longer terms first: of "an" and "ana" the whole of "Ana" is marked.
  const pattern = new RegExp(wanted.sort((a, b) => b.length - a.length).join('|'), 'giu')
  return [...text.matchAll(pattern)].map(({ index, 0: match }) => [index, index + match.length])
}

/** Never between the two halves of one character. */
function boundary(text: string, at: number): number {
  const code = text.charCodeAt(at)
  return code >= 0xdc00 && code <= 0xdfff ? at - 1 : at
}
