/** The conversation that somebody asks for, where a route takes `conversation_id`. */
import type { ApiSession } from './api.ts'
import { HttpError } from './errors.ts'

/** Its row, by any id it was ever known by; null where nobody asks for one. HttpError 404 where there is none. */
export async function chatRowOf({ reader, accountId }: ApiSession, id: string | null): Promise<number | null> {
  if (id === null) return null
  const row = await reader().chatRow(accountId, id)
  if (row !== null) return row
  throw new HttpError(404, 'unknown_conversation', 'conversation_id: expected the id of a conversation that /conversations lists')
}
