/** Text as typed against text as shown, and the spelling of phone numbers. */

/** Pairs of marks with their element; the sender's own line breaks are kept inside the last one only. */
const marks: [RegExp, 'strong' | 'em' | 'del' | 'code', string][] = [
  [/(^|[\s(*_~])```(\S(?:[\s\S]*?\S)?)```(?=$|[\s.,!?)*_~])/, 'code', '```'],
  [/(^|[\s(_~])\*(\S(?:[^*\n]*\S)?)\*(?=$|[\s.,!?)_~])/, 'strong', '*'],
  [/(^|[\s(*~])_(\S(?:[^_\n]*\S)?)_(?=$|[\s.,!?)*~])/, 'em', '_'],
  [/(^|[\s(*_])~(\S(?:[^~\n]*\S)?)~(?=$|[\s.,!?)*_])/, 'del', '~'],
  [/(^|[\s(*_~])`([^`\n]+)`(?=$|[\s.,!?)*_~])/, 'code', '`'],
]

export interface Marked {
  before: string
  inner: string
  after: string
  tag: 'strong' | 'em' | 'del' | 'code'
  mark: string
}

/** The first marked stretch of a text, its outermost pair of marks; null where there is none. */
export function firstMarked(text: string): Marked | null {
  let first: (Marked & { at: number }) | null = null
  for (const [pattern, tag, mark] of marks) {
    const found = pattern.exec(text)
    const at = found ? found.index + found[1]!.length : 0
    if (!found || (first && first.at <= at)) continue
    first = { at, before: text.slice(0, at), inner: found[2]!, after: text.slice(found.index + found[0].length), tag, mark }
  }
  return first
}

function withoutMarks(text: string): string {
  const found = firstMarked(text)
  if (!found) return text
  return `${found.before}${found.tag === 'code' ? found.inner : withoutMarks(found.inner)}${withoutMarks(found.after)}`
}

/** What the page shows of a typed text: formatting marks and marks of quoted passages gone, everything else (list markers, emoji, line breaks) kept. */
export function shownText(typed: string): string {
  return withoutMarks(typed.replace(/^> /gm, ''))
}

/** Digits as WhatsApp writes them: `+55 11 90000-0001`, `+44 7700 900123`, `+1 (555) 010-0001`. */
export function phoneText(digits: string): string {
  if (digits.startsWith('55')) return `+55 ${digits.slice(2, 4)} ${digits.slice(4, -4)}-${digits.slice(-4)}`
  if (digits.startsWith('44')) return `+44 ${digits.slice(2, 6)} ${digits.slice(6)}`
  if (digits.startsWith('1')) return `+1 (${digits.slice(1, 4)}) ${digits.slice(4, 7)}-${digits.slice(7)}`
  return `+${digits}`
}

/** `+55∙∙∙∙∙∙∙∙90`: what stands for a number that is not shared. */
export function maskedPhone(digits: string): string {
  return `+${digits.slice(0, 2)}${'\u2219'.repeat(digits.length - 4)}${digits.slice(-2)}`
}

/** `1:05` or `1:02:03` for seconds. */
export function clockOf(seconds: number): string {
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  const shown = parts[0] === 0 ? parts.slice(1) : parts
  return shown.map((part, index) => (index === 0 ? String(part) : String(part).padStart(2, '0'))).join(':')
}
