/** What the rows of a chat gave of the fields that matter, and whether that chat is understood. Pure: counts in, verdicts out. */

/** How often one field hit, by candidate, with what is expected of it. */
export interface FieldEvidence {
  hit: number
  miss: number
  by_candidate: Record<string, number>
  /** Share of rows that have the field while the page is understood; nothing is said of fewer rows than `sample`. */
  min: number
  sample: number
  /** `warning`: reading goes on without the field. */
  severity: 'drift' | 'warning'
}
export type FieldsEvidence = Record<string, FieldEvidence>

/** What the rows of a chat, or of the chat list, gave so far. */
export interface Evidence {
  set: string
  fields: FieldsEvidence
  rows: {
    /** Rows that are messages, those that were rejected included. */
    messages: number
    /** Of these, rejected for what the page's structure should tell: id or direction. A day that stays unknown is none of it. */
    unreadable: number
    /** System notices that carry a notice's marks. */
    notices: number
    /** Rows with content of which nothing is known. */
    unexplained: number
    shells: number
  }
}

/** Rows beyond the expected misses that are no drift: an odd row, and another. */
export const slack = 2
/** A share of unreadable rows above this is drift. */
const unreadableShare = 0.5
const unreadableSample = 6
/** So many rows of a chat of which nothing is known, beside no message, are no run of unknown notices. */
const unexplainedRows = 4
/** Whether so few rows have the field that it cannot be chance. */
export function isBelow({ hit, miss, min, sample }: FieldEvidence): boolean {
  const rows = hit + miss
  return rows >= sample && miss > rows * (1 - min) + slack
}

/** Required fields below their rate. */
export function fieldsBelow(fields: FieldsEvidence): string[] {
  return Object.keys(fields).filter(name => fields[name]!.severity === 'drift' && isBelow(fields[name]!))
}

/** Required fields that no row had, where too few rows stood to judge by. */
export function doubtfulFields(fields: FieldsEvidence): string[] {
  return Object.keys(fields).filter(name => {
    const field = fields[name]!
    return field.severity === 'drift' && field.hit === 0 && field.miss > 0 && !isBelow(field)
  })
}

/** Sums of two counts of the same set. */
export function addFields(a: FieldsEvidence, b: FieldsEvidence): FieldsEvidence {
  const sum: FieldsEvidence = { ...a }
  for (const [name, field] of Object.entries(b)) {
    const by_candidate = { ...sum[name]?.by_candidate }
    for (const [candidate, hits] of Object.entries(field.by_candidate)) by_candidate[candidate] = (by_candidate[candidate] ?? 0) + hits
    sum[name] = { ...field, hit: field.hit + (sum[name]?.hit ?? 0), miss: field.miss + (sum[name]?.miss ?? 0), by_candidate }
  }
  return sum
}

export type ChatVerdict =
  | { type: 'understood' }
  /** Too little to judge by: to be kept until the cycle knows more. */
  | { type: 'doubtful'; fields: string[] }
  | { type: 'not_understood'; fields: string[] }
  /** No message where there were some; its owner may have cleared it. */
  | { type: 'emptied' }
  /** Rows of which nothing is known in a chat that never had a message; notices of an unknown form may stand alone in a new group. */
  | { type: 'unexplained' }

/** What is known of a chat that was read to its end; `null` while it is being read. */
export interface ReadToEnd {
  /** Messages of this chat are stored from earlier cycles. */
  held: boolean
  /** Its row of the list shows a last message. */
  previewed: boolean
}

/** One chat by its own rows. An empty chat, one of notices only, one of media only, one that its owner cleared are all understood. */
export function judgeChat({ fields, rows }: Evidence, end: ReadToEnd | null): ChatVerdict {
  const below = fieldsBelow(fields)
  if (rows.messages >= unreadableSample && rows.unreadable > rows.messages * unreadableShare) below.push('direction')
  const unexplained = rows.messages === 0 && rows.unexplained >= unexplainedRows
  if (unexplained && end?.held) below.push('row')
  if (below.length > 0) return { type: 'not_understood', fields: below }
  if (unexplained && end) return { type: 'unexplained' }
  if (rows.messages === 0 && end?.held && end.previewed && rows.shells === 0) {
    return rows.notices === 0 ? { type: 'not_understood', fields: ['row'] } : { type: 'emptied' }
  }
  const doubtful = doubtfulFields(fields)
  return doubtful.length > 0 ? { type: 'doubtful', fields: doubtful } : { type: 'understood' }
}
