/** Text as typed against text as shown, and the spelling of phone numbers. */

/** What the page shows of a typed text: formatting marks gone, everything else (list markers, emoji, line breaks) kept. */
export function shownText(typed: string): string {
  return typed
    .replace(/(^|[\s(])\*(\S(?:[^*\n]*\S)?)\*(?=$|[\s.,!?)])/gm, '$1$2')
    .replace(/(^|[\s(])_(\S(?:[^_\n]*\S)?)_(?=$|[\s.,!?)])/gm, '$1$2')
    .replace(/(^|[\s(])~(\S(?:[^~\n]*\S)?)~(?=$|[\s.,!?)])/gm, '$1$2')
    .replace(/(^|[\s(])`([^`\n]+)`(?=$|[\s.,!?)])/gm, '$1$2')
}

/** Digits as WhatsApp writes them: `+55 11 90000-0001`, `+44 7700 900123`, `+1 (555) 010-0001`. */
export function phoneText(digits: string): string {
  if (digits.startsWith('55')) return `+55 ${digits.slice(2, 4)} ${digits.slice(4, -4)}-${digits.slice(-4)}`
  if (digits.startsWith('44')) return `+44 ${digits.slice(2, 6)} ${digits.slice(6)}`
  if (digits.startsWith('1')) return `+1 (${digits.slice(1, 4)}) ${digits.slice(4, 7)}-${digits.slice(7)}`
  return `+${digits}`
}

/** `1:05` or `1:02:03` for seconds. */
export function clockOf(seconds: number): string {
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  const shown = parts[0] === 0 ? parts.slice(1) : parts
  return shown.map((part, index) => (index === 0 ? String(part) : String(part).padStart(2, '0'))).join(':')
}
