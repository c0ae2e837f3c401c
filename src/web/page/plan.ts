/** A compiled selector set as it is handed to the code in the page: JSON, flags applied, candidates with their index in the set. */

/** One way of finding a value. `i` is its index in the set. Exactly one of `css` and `icon` is given. */
export interface PlanCandidate {
  i: number
  /** A CSS selector below the scope, the scope itself included. */
  css?: string
  /** A regular expression over the names of the row's icons (`data-icon`, `title` of an svg). */
  icon?: string
  /** How the element becomes a value: `exists`, `text`, `own-text`, `attr:NAME`, or a named strategy of the engine. */
  take: string
  /** Only a value that matches counts; its group (or the whole match) is the value. */
  match?: string
  group?: number
  /** Every element's value instead of the first one's. */
  all?: boolean
  /** Elements inside one of these do not count. */
  not?: string
  /** `quote`: look inside the quoted message only; without it the quoted message is left out. */
  in?: 'quote'
  /** Asked only of a row in which this field, which stands further up, was found. */
  when?: string
  /** Asked only of a row in which none of these fields, which stand further up, was found. */
  unless?: string[]
}

export type PlanFields = Record<string, PlanCandidate[]>

/** `elements` by name: selectors in order of preference, the first one that matches something counts. */
export interface PlanPart {
  elements: Record<string, string[]>
  fields: PlanFields
}

export interface Plan {
  set: string
  /** Gaps of bubbles are measured for rows that show no other sign of direction; not on a saved page, which has no layout. */
  geometry: boolean
  state: Record<string, string[]>
  chatList: PlanPart
  conversation: PlanPart & { header: PlanFields }
}
