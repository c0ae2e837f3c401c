/** The redacted structure of the page, asked of a page that is not understood. */
import type { Page } from 'playwright'
import { ask } from './ask.ts'
import { pageStructure } from './page/snapshot.ts'

/** Characters, and children of one element at its front and at its back: lists repeat themselves. */
const bounds = { most: 400_000, children: 12 }

/** Markup without text, titles, names or numbers (what is kept stands in `page/snapshot.ts`). Throws Retryable when the page does not answer. */
export async function structureOf(page: Page): Promise<string> {
  return JSON.parse(await ask(page, pageStructure, JSON.stringify(bounds))) as string
}
