/** Questions to the page with a limit: a page that hangs would otherwise keep its cycle for ever. */
import type { Page } from 'playwright'
import { PageHung } from '../errors.ts'

/** An answer takes milliseconds; functions that wait in the page are bounded themselves. */
const patienceMs = 30_000

/** What `question` gives in the page. Throws PageHung when the page does not answer within `withinMs`. */
export function ask<A>(page: Page, question: (arg: A) => string | Promise<string>, arg: A, withinMs = patienceMs): Promise<string> {
  return inTime(page.evaluate(question as (arg: unknown) => string | Promise<string>, arg), withinMs)
}

/** What was asked of the page, at most `withinMs` later. Throws PageHung then. */
export async function inTime<T>(asked: Promise<T>, withinMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new PageHung(withinMs)), withinMs)
  })
  // Whichever loses the race must not end as an unhandled rejection.
  asked.catch(() => undefined)
  try {
    return await Promise.race([asked, late])
  } finally {
    clearTimeout(timer)
  }
}
