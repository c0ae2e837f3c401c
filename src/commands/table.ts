/** Rows as people and programs want them: a table, CSV, JSON. Pure. */
import type { QueryResult } from '../db/values.ts'

/** Columns aligned by what a terminal shows, numbers to the right. Nothing that a message holds can steer the terminal. */
export function formatTable({ columns, rows }: QueryResult): string {
  if (columns.length === 0) return ''
  const cells = rows.map(row => row.map(value => visible(textOf(value) ?? '')))
  const heads = columns.map(visible)
  const widths = heads.map((head, at) => cells.reduce((width, row) => Math.max(width, widthOf(row[at] ?? '')), widthOf(head)))
  const right = heads.map(
    (_, at) => rows.some(row => typeof row[at] === 'number') && rows.every(row => row[at] === null || typeof row[at] === 'number'),
  )
  const line = (row: string[]) =>
    row
      .map((cell, at) => pad(cell, widths[at] ?? 0, right[at] ?? false))
      .join(' │ ')
      .trimEnd()
  const rule = widths.map(width => '─'.repeat(width)).join('─┼─')
  return `${[line(heads), rule, ...cells.map(line)].join('\n')}\n`
}

/** RFC 4180 with line feeds; null is an empty field. */
export function formatCsv({ columns, rows }: QueryResult): string {
  const field = (text: string | null) => (text === null ? '' : /^$|["\n\r,]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
  return [columns, ...rows].map(row => `${row.map(value => field(textOf(value))).join(',')}\n`).join('')
}

/** An array with an object for each row; of columns with one name the later ones get a number. */
export function formatJson({ columns, rows }: QueryResult): string {
  const names = columns.map((name, at) => {
    const before = columns.slice(0, at).filter(other => other === name).length
    return before === 0 ? name : `${name}_${before + 1}`
  })
  return `${JSON.stringify(
    rows.map(row => Object.fromEntries(row.map((value, at) => [names[at] ?? '', value]))),
    null,
    2,
  )}\n`
}

function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** Control and direction characters as escapes. */
function visible(text: string): string {
  return text.replace(/[\p{Cc}\u{200e}\u{200f}\u{2028}-\u{202e}\u{2066}-\u{2069}]/gu, char => {
    const known = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }[char]
    return known ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}

function pad(cell: string, width: number, right: boolean): string {
  const fill = ' '.repeat(Math.max(0, width - widthOf(cell)))
  return right ? fill + cell : cell + fill
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })
/** Emoji and East Asian wide characters take two columns. */
const wide =
  /^(?:\p{Emoji_Presentation}|.\u{fe0f}|[\u{1100}-\u{115f}\u{2e80}-\u{303e}\u{3041}-\u{33ff}\u{3400}-\u{4dbf}\u{4e00}-\u{a4cf}\u{ac00}-\u{d7a3}\u{f900}-\u{faff}\u{fe30}-\u{fe6f}\u{ff00}-\u{ff60}\u{ffe0}-\u{ffe6}\u{20000}-\u{3fffd}])/u
const nothing = /^[\p{Mn}\p{Me}\p{Cf}]+$/u

/** Columns that a terminal gives a text. */
export function widthOf(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length
  let width = 0
  for (const { segment } of graphemes.segment(text)) width += nothing.test(segment) ? 0 : wide.test(segment) ? 2 : 1
  return width
}
