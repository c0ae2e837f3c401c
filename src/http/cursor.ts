/** Places in a walk, as opaque text that a client gives back. */
import { z } from 'zod'
import { HttpError } from './errors.ts'
import { parseInstant } from './instant.ts'

/** The text of a place. */
export function writeCursor(place: unknown): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url')
}

/** The place that a text stands for; HttpError 400 when it is none of this schema. */
export function readCursor<T>(schema: z.ZodType<T>, text: string): T {
  const result = schema.safeParse(parsed(text))
  if (result.success) return result.data
  throw new HttpError(400, 'bad_cursor', 'cursor: expected a next_cursor of an earlier answer of this address, unchanged')
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
  } catch {
    return undefined
  }
}

/** Row numbers and instants in microseconds, for schemas of cursors. */
export const rowNumber = z.int().min(0)
export const instantText = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}(\d{3})?Z$/)
  .refine(text => parseInstant(text) !== undefined)
