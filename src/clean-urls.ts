/** Addresses in texts. */

const address = /(?:\b[a-z][a-z\d+.-]*:\/\/|\bwww\.)[^\s<>"“”«»，。；：！？、（）「」『』【】]+/giu

/** The text with each address replaced by `[URL]`. Punctuation that ends a sentence stays. */
export function cleanUrls(text: string): string {
  return text.replace(address, found => `[URL]${trailing(found)}`)
}

/** What of the match is the sentence's and not the address's: `https://a.example/b).` ends with `).`, `…/b_(c)` with nothing. */
function trailing(found: string): string {
  let end = found.length
  while (end > 0) {
    const last = found[end - 1] ?? ''
    const opening = { ')': '(', ']': '[', '}': '{' }[last]
    const inside = found.slice(0, end)
    const unopened = opening !== undefined && inside.split(opening).length < inside.split(last).length
    if (!unopened && !".,;:!?'*_~".includes(last)) break
    end--
  }
  return found.slice(end)
}
