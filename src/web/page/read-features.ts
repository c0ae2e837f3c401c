/** Which selectors match something on the page, as a JSON array: what selector sets are chosen by. `arg` is a JSON array of selectors. Runs in the page; self-contained. */
export function readFeatures(arg: string): string {
  const selectors = JSON.parse(arg) as string[]
  return JSON.stringify(selectors.filter(selector => document.querySelector(selector) !== null))
}
