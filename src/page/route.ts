/** What the part of the address behind `#` asks for. Queries of searches never stand in it: addresses are kept by browsers. Pure. */

export type Route =
  | { view: 'start' }
  | { view: 'pair' }
  | { view: 'status' }
  | { view: 'chats' }
  | { view: 'chat'; id: string; at: string | null; message: string | null }

export function readRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#/, '').split('?')
  const [, view = '', ...rest] = path.split('/')
  if (view === 'pair' || view === 'status' || view === 'chats') return { view }
  const id = decoded(rest.join('/'))
  if (view !== 'chat' || id === '') return { view: 'start' }
  const asked = new URLSearchParams(query)
  return { view: 'chat', id, at: asked.get('at'), message: asked.get('message') }
}

/** Where a conversation is shown; with an instant and a message, there. */
export function chatHref(id: string, place?: { at: string; message: string }): string {
  return `#/chat/${encodeURIComponent(id)}${place ? `?${new URLSearchParams(place)}` : ''}`
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return ''
  }
}
