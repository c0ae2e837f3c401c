/** Headers for files that came from other people: nothing of them may become a page, a path or a header of its own. */

/** Types that a browser may show; everything else is bytes to be saved. SVG and HTML run scripts. */
const shown = new Set(['image/jpeg', 'image/png', 'image/webp', 'image/gif'])
const extensions: Readonly<Record<string, string>> = { 'image/jpeg': 'jpg', 'image/png': 'png', 'image/webp': 'webp', 'image/gif': 'gif' }

/** The type to send a file of this stored type under. */
export function safeType(mediaType: string): string {
  return shown.has(mediaType) ? mediaType : 'application/octet-stream'
}

/** `Content-Disposition` (RFC 6266): the name in letters that every client reads, and whole in UTF-8. */
export function disposition(mediaType: string, name: string | null, fallback: string): string {
  const whole = fileName(name) ?? `${fallback}.${extensions[mediaType] ?? 'bin'}`
  const ascii = whole.replaceAll(/[^\x20-\x7e]|["\\%;]/g, '_')
  const encoded = encodeURIComponent(whole).replaceAll(/['()*]/g, char => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
  return `${shown.has(mediaType) ? 'inline' : 'attachment'}; filename="${ascii}"; filename*=UTF-8''${encoded}`
}

/** The last part of a name, without what is no text, at most 150 characters; null when nothing is left. */
function fileName(name: string | null): string | null {
  const last = (name ?? '').split(/[\\/]/).at(-1) ?? ''
  // Control characters, and those that turn the direction of writing: "gpj.exe" must not look like "exe.jpg".
  const plain = last.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '').trim()
  const short = [...plain].slice(-150).join('').replace(/^\.+/, '')
  return short === '' ? null : short
}

/** Part of a file, both ends counted. */
export interface ByteRange {
  start: number
  end: number
}

/** What `Range` asks for of `size` bytes: null = all (no header, or one that is not understood), `none` = nothing that there is. */
export function rangeOf(header: string | undefined, size: number): ByteRange | 'none' | null {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '') ?? []
  if (first === undefined || last === undefined || (first === '' && last === '')) return null
  if (first === '') return Number(last) === 0 || size === 0 ? 'none' : { start: Math.max(0, size - Number(last)), end: size - 1 }
  if (last !== '' && Number(last) < Number(first)) return null
  return Number(first) >= size ? 'none' : { start: Number(first), end: last === '' ? size - 1 : Math.min(Number(last), size - 1) }
}

/** Whether `If-None-Match` names this entity. */
export function namesTag(header: string | undefined, tag: string): boolean {
  return (header ?? '').split(',').some(one => one.trim() === '*' || one.trim().replace(/^W\//, '') === tag)
}
