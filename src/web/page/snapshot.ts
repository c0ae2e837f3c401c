/**
 * The structure of the page without anything that a person wrote or is called: tags, names of attributes, and values only of those that
 * name parts of the page. Ids keep their shape (`true_#@c.us_HEX`), styles the names of their properties, text leaves a dot. `arg` is JSON
 * { most: characters, children: kept of one element, from the front and from the back }. Runs in the page; self-contained.
 */
export function pageStructure(arg: string): string {
  const { most, children } = JSON.parse(arg) as { most: number; children: number }
  const skipped = new Set(['script', 'style', 'link', 'meta', 'noscript', 'template', 'path', 'g', 'defs', 'circle', 'rect', 'polygon'])
  /** Words of ids that name no person. */
  const idWords = new Set(['true', 'false', 'out', 'in', 'album', 'grouped', 'sticker', 'c', 'g', 'us', 'lid', 'broadcast', 'newsletter'])
  /** Attributes whose values are names of parts, by what such a value looks like. */
  const named: Record<string, RegExp> = {
    role: /^[a-z]*$/,
    dir: /^(?:ltr|rtl|auto)$/,
    type: /^[a-z]{1,12}$/,
    tabindex: /^-?\d$/,
    contenteditable: /^(?:true|false)$/,
    'data-tab': /^\d{1,2}$/,
    'data-virtualized': /^(?:true|false)$/,
    'aria-colindex': /^\d$/,
    'aria-selected': /^(?:true|false)$/,
    'aria-hidden': /^(?:true|false)$/,
    'aria-haspopup': /^(?:true|false|menu)$/,
    'aria-live': /^(?:polite|off|assertive)$/,
    'data-scrolltracepolicy': /^wa\.web\.[a-z.]{1,40}$/,
    'data-meta-key': /^[a-z]{1,12}$/,
    lang: /^[a-z]{2,3}(?:[-_][A-Za-z]{2,4})?$/,
  }
  const iconName = /^(?:wds-ic|ic|msg|tail|status|media|default|audio|video|ptt|forward|recalled|lock|pin|mute)(?:-[a-z]+)*$/

  const idShape = (value: string): string =>
    value
      .split(/([_@.:-])/)
      .map(part => {
        if (/^[_@.:-]?$/.test(part) || idWords.has(part)) return part
        if (/^\d+$/.test(part)) return '#'
        return /^[0-9A-F]{6,}$/i.test(part) ? 'HEX' : 'x'
      })
      .join('')
  /** Names of parts are words of ASCII letters; what carries a long number is an id behind a name. */
  const partName = (value: string): string =>
    value
      .split(/\s+/)
      .slice(0, 8)
      .map(word => {
        const id = /^(conv-msg-)(.+)$/.exec(word)
        if (id) return `${id[1]}${idShape(id[2] ?? '')}`
        return /^[A-Za-z][A-Za-z_-]{0,40}(?:\d{1,3})?$/.test(word) ? word : 'x'
      })
      .join(' ')
  const classNames = (value: string): string =>
    value
      .split(/\s+/)
      // Atoms of the style compiler say nothing that a selector could use.
      .filter(word => /^_?[A-Za-z][\w-]{0,40}$/.test(word) && !/^x[0-9a-z]{4,8}$/.test(word) && !/\d{5,}/.test(word))
      .slice(0, 12)
      .join(' ')
  const styleNames = (value: string): string =>
    value
      .split(';')
      .map(part => /^\s*(-{0,2}[A-Za-z-]{2,40})\s*:(?:\s*(translate[XY]|url)\()?/.exec(part))
      .filter(found => found !== null)
      .map(found => (found[2] ? `${found[1]}:${found[2]}()` : `${found[1]}:`))
      .slice(0, 12)
      .join(';')
  const keptValue = (name: string, value: string): string | null => {
    if (name === 'data-testid' || name === 'testid' || name === 'data-icon') return partName(value)
    if (name === 'class') return classNames(value)
    if (name === 'style') return styleNames(value)
    if (name === 'id' || name === 'data-id') return /^[A-Za-z][A-Za-z_-]{1,40}$/.test(value) && name === 'id' ? value : idShape(value)
    if (name === 'data-pre-plain-text') {
      const stamp = /^\[([^\]]*)\]/.exec(value)
      return stamp ? `[${(stamp[1] ?? '').replace(/\p{Nd}+/gu, '#').replace(/[\p{L}\p{M}]+/gu, 'x')}] x: ` : 'x'
    }
    if (name === 'src') return /^(?:blob|data|https):/.exec(value)?.[0] ?? null
    return named[name]?.test(value) ? value : null
  }

  let out = ''
  const escaped = (value: string): string => value.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')
  const full = (): boolean => out.length >= most
  const walk = (element: Element, depth: number): void => {
    const tag = element.localName
    if (full() || skipped.has(tag) || !/^[a-z][a-z0-9-]{0,30}$/i.test(tag)) return
    const indent = ' '.repeat(Math.min(depth, 40))
    const attributes = [...element.attributes]
      .filter(({ name }) => /^[a-z][a-z-]{0,40}(?:\d{1,3})?$/i.test(name))
      .slice(0, 30)
      .map(({ name, value }) => {
        const kept = keptValue(name, value)
        return kept === null ? ` ${name}` : ` ${name}="${escaped(kept)}"`
      })
    out += `${indent}<${tag}${attributes.join('')}>`
    const own = [...element.childNodes].some(node => node.nodeType === 3 && (node.nodeValue ?? '').trim() !== '')
    const text = (element.textContent ?? '').trim()
    if (tag === 'title' && element.parentElement?.localName === 'svg') out += iconName.test(text) ? text : '·'
    else if (own) out += '·'
    const inner = [...element.children].filter(child => !skipped.has(child.localName))
    if (inner.length > 0) {
      out += '\n'
      const cut = inner.length > 2 * children ? inner.length - 2 * children : 0
      for (const [index, child] of inner.entries()) {
        if (cut > 0 && index === children) out += `${indent} <!-- ${cut} more -->\n`
        if (cut > 0 && index >= children && index < children + cut) continue
        walk(child, depth + 1)
      }
      out += indent
    }
    out += `</${tag}>\n`
  }
  walk(document.documentElement, 0)
  return JSON.stringify(full() ? `${out.slice(0, most)}\n<!-- cut -->\n` : out)
}
