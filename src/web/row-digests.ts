/** What the rows of an open conversation showed, so that a later look tells whether one of them is another. Pure. */
import { digest } from '../parse/digest.ts'
import type { RawConversation } from '../raw.ts'

/** One digest for each row that is not empty, of one look or of several. Addresses of pictures are the page's own and change with every drawing. */
export function rowDigests(...looks: Pick<RawConversation, 'items'>[]): Set<string> {
  const digests = new Set<string>()
  for (const item of looks.flatMap(({ items }) => items)) {
    if (item.type !== 'row' || item.shell) continue
    digests.add(digest(JSON.stringify(item.fields).replace(/blob:[^"\\]+/g, 'blob:')))
  }
  return digests
}

/** Whether a row shows what none of the earlier ones did: a new one, or one that changed. Rows that went are none. */
export function showsNews(before: ReadonlySet<string>, now: ReadonlySet<string>): boolean {
  for (const one of now) if (!before.has(one)) return true
  return false
}
