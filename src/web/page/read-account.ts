/** The account's own id as the page keeps it, `{"wid": "5511…:12@c.us"}` or null (reference: storage §8). Keys of secrets are not read. */
export function readAccount(): string {
  for (const key of ['last-wid-md', 'last-wid']) {
    const value = localStorage.getItem(key)?.replace(/^"|"$/g, '')
    if (value) return JSON.stringify({ wid: value })
  }
  return JSON.stringify({ wid: null })
}
