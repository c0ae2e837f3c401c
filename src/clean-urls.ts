/** Addresses in texts. */

const address = /(?:\b[a-z][a-z\d+.-]{0,30}:\/\/|\bwww\.)[^\s<>"“”«»，。；：！？、（）「」『』【】]+/giu

/** The text with each address replaced by `[URL]`. Punctuation that ends a sentence stays. */
export function cleanUrls(text: string): string {
  return text.replace(address, found => `[URL]${trailing(found)}`)
}

/** What of the match is the sentence's and not the address's: `https://a.example/b).` ends with `).`, `…/b_(c)` with nothing. */
function trailing(found: string): string {
  const brackets = new Map<string, number>()
  for (const char of found) if ('()[]{}'.includes(char)) brackets.set(char, (brackets.get(char) ?? 0) + 1)
  let end = found.length
  for (; end > 0; end--) {
    const last = found[end - 1] ?? ''
    const opening = { ')': '(', ']': '[', '}': '{' }[last]
    const closed = brackets.get(last) ?? 0
    const unopened = opening !== undefined && (brackets.get(opening) ?? 0) < closed
    if (!unopened && !".,;:!?'*_~".includes(last)) break
    if (unopened) brackets.set(last, closed - 1)
  }
  return found.slice(end)
}
