/** Bringing text of the page to one spelling before it is compared or read as a number. */

/** Direction marks and other invisible format characters: ALM, ZWSP, LRM/RLM, embeddings, isolates, word joiner, BOM. ZWJ and ZWNJ are letters' business. */
const invisible = /[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g

/** The text without bidi controls (reference: titles and previews are padded with U+202A … U+202C). */
export function stripBidi(text: string): string {
  return text.replace(invisible, '')
}

const digit = /^\p{Nd}$/u
const values = new Map<string, string>()

/** Unicode keeps the digits of a script together, in rows of ten from its zero. */
function digitValue(char: string): string {
  let value = values.get(char)
  if (value === undefined) {
    const code = char.codePointAt(0) ?? 0
    let first = code
    while (digit.test(String.fromCodePoint(first - 1))) first--
    value = String((code - first) % 10)
    values.set(char, value)
  }
  return value
}

/** Decimal digits of any script as ASCII digits. */
export function asciiDigits(text: string): string {
  return text.replace(/(?![0-9])\p{Nd}/gu, digitValue)
}

const plain = /^[\x20-\x7e]*$/

/** Lower case, ASCII digits, plain single spaces (NBSP, narrow NBSP), no bidi controls. */
export function tidy(text: string): string {
  const seen = plain.test(text) ? text : asciiDigits(text.replace(invisible, ''))
  return seen.toLowerCase().replace(/\s+/g, ' ').trim()
}

/**
 * A key for comparing words across spellings: `tidy`, without the combining marks of Latin, Greek and Cyrillic, without
 * apostrophes; Turkish dotless i, final sigma and ß unified, so that "DÜN", "Pazartesi" and "PAZARTESİ" meet.
 */
export function fold(text: string): string {
  const seen = tidy(text)
  if (plain.test(seen)) return seen.replace(/['`]/g, '').replace(/ +/g, ' ').trim()
  return seen
    .normalize('NFD')
    .replace(/[\u0300-\u036f'’ʼʻ‘`]/g, '')
    .normalize('NFC')
    .replace(/ı/g, 'i')
    .replace(/ς/g, 'σ')
    .replace(/ß/g, 'ss')
    .replace(/\s+/g, ' ')
    .trim()
}
