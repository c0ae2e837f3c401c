/** Phone numbers as people and the page spell them. */
import { asciiDigits, stripBidi } from './fold.ts'

/** The digits of a spelled international number, or null when the text is anything else: a name, a masked number (`+55∙∙∙∙90`), letters. */
function digitsOf(text: string): { digits: string; international: boolean } | null {
  const clean = asciiDigits(stripBidi(text).slice(0, 60)).replace(/\s+/g, ' ').trim()
  if (!/^(?:\+|＋)?[\d ().\-–‐‑/]+$/.test(clean)) return null
  const digits = clean.replace(/\D/g, '')
  if (/^[+＋]/.test(clean)) return { digits, international: true }
  return digits.startsWith('00') ? { digits: digits.slice(2), international: true } : { digits, international: false }
}

/**
 * The phone JID of a number that starts with `+` (or `00`), in any spelling, else null. Masked numbers, short codes and numbers without a country code
 * have none. E.164: 8 to 15 digits here, the first not 0.
 */
export function phoneJid(text: string): string | null {
  const found = digitsOf(text)
  return found?.international && /^[1-9]\d{7,14}$/.test(found.digits) ? `${found.digits}@c.us` : null
}

/** Brazilian mobile numbers are written with and without the ninth digit: +55 AA 9XXXX-XXXX and +55 AA XXXX-XXXX are one line. */
function comparable(digits: string): string {
  const brazil = /^55([1-9]\d)9?([6-9]\d{7})$/.exec(digits)
  return brazil ? `55${brazil[1]}9${brazil[2]}` : digits
}

/** Whether two spellings are one phone number: with or without `+`, `00`, spaces, or a JID's server; Brazil's ninth digit is optional. */
export function samePhone(a: string, b: string): boolean {
  const [left, right] = [a, b].map(text => digitsOf(text.replace(/(?::\d+)?@(?:c\.us|s\.whatsapp\.net)$/i, '')))
  if (!left || !right || left.digits.length < 8 || right.digits.length < 8) return false
  return comparable(left.digits) === comparable(right.digits)
}
