/** A text told apart from others without being kept. */
import { createHash } from 'node:crypto'

/** The first half of the text's sha256, in lower-case hex. */
export function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32)
}
