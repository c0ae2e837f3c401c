/** The page for people: it shows what the API tells, and can ask for nothing but a pairing code and a cycle. */
import { ApiError, createClient, type LiveEvent } from '../client/client.ts'
import { ConversationList } from './conversation-list.ts'
import { byId } from './dom.ts'
import { Pairing } from './pairing.ts'
import { type Route, readRoute } from './route.ts'
import { Search } from './search.ts'
import { StatusView } from './status-view.ts'
import { useTheme } from './theme.ts'
import { Thread } from './thread.ts'
import { makeTimes } from './times.ts'

useTheme()
// The browser itself sends the key, as the password it was given.
const client = createClient({ url: location.origin })
const times = makeTimes()
const thread = new Thread(client, times)
const list = new ConversationList(client, times)
const search = new Search({ client, times, within: () => thread.conversationId })
const pairing = new Pairing(client, times)
const status = new StatusView(client, times)

const titles: Record<Route['view'], string> = {
  start: 'whatsapp-etl',
  pair: 'Pairing · whatsapp-etl',
  status: 'Status · whatsapp-etl',
  chats: 'Chats · whatsapp-etl',
  // Without its name: titles are kept by browsers.
  chat: 'Chat · whatsapp-etl',
}

let unpaired = false

/** Where the pairing view does not tell it itself. */
function tellUnpaired(): void {
  byId('unpaired').hidden = !unpaired || !byId('pair-view').hidden
}

async function show(): Promise<void> {
  const route = readRoute(location.hash)
  if (route.view === 'start') {
    const { ready } = await client.status().catch(() => ({ ready: true }))
    location.replace(ready ? '#/chats' : '#/pair')
    return
  }
  const chats = route.view === 'chats' || route.view === 'chat'
  document.title = titles[route.view]
  byId('chats-view').hidden = !chats
  byId('status-view').hidden = route.view !== 'status'
  byId('pair-view').hidden = route.view !== 'pair'
  byId('chats-view').dataset.open = route.view === 'chat' ? 'thread' : 'list'
  byId('thread').hidden = route.view !== 'chat'
  byId('nothing-open').hidden = route.view === 'chat'
  tellUnpaired()
  for (const link of byId('views').querySelectorAll('a')) {
    const current = link.hash === (chats ? '#/chats' : `#/${route.view}`)
    if (current) link.setAttribute('aria-current', 'page')
    else link.removeAttribute('aria-current')
  }
  if (route.view === 'pair') pairing.show()
  else pairing.hide()
  if (route.view === 'status') status.show()
  else status.hide()
  if (chats && list.isEmpty) void list.refresh()
  list.mark(route.view === 'chat' ? route.id : null)
  byId('search-only-label').hidden = route.view !== 'chat'
  if (route.view === 'chat') await thread.open(route)
  else thread.close()
}

function take(event: LiveEvent): void {
  pairing.event(event)
  if (event.type === 'status') {
    unpaired = !event.data.ready && event.data.status !== 'starting'
    tellUnpaired()
    void status.refresh()
  } else if (event.type === 'sync') {
    void status.refresh()
    if (!byId('chats-view').hidden) void list.refresh()
  } else if (event.type !== 'qr') {
    const isNew = event.type === 'message'
    thread.take(event.data, isNew)
    list.touched(event.data)
  }
}

/** Follows what happens for as long as the page is open. `ready` is called once it does, or cannot now: what is asked from then on misses nothing. */
async function follow(ready: () => void): Promise<void> {
  const state = byId('connection')
  let followed = false
  for (;;) {
    try {
      const events = client.subscribe({
        onState: ({ connected }) => {
          state.textContent = connected ? 'Live' : 'Not connected; trying again'
          state.dataset.connected = String(connected)
          // What was shown before could not be whole.
          if (connected && !followed && begun) refreshAll()
          followed ||= connected
          ready()
        },
      })
      for await (const event of events) take(event)
    } catch (error) {
      // Events in between are gone: everything is read anew.
      if (error instanceof ApiError && error.status === 410) {
        refreshAll()
        continue
      }
      state.textContent = `No live events: ${error instanceof Error ? error.message : 'unknown error'}`
      ready()
      return
    }
  }
}

function refreshAll(): void {
  void list.refresh()
  void thread.refresh()
  void status.refresh()
}

document.addEventListener('keydown', event => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
    event.preventDefault()
    if (byId('chats-view').hidden) location.hash = '#/chats'
    byId('chats-view').dataset.open = 'list'
    search.focus()
  } else if (event.key === 'Escape' && !byId<HTMLDialogElement>('picture').open) {
    if (search.isActive) search.clear()
    else if (!byId('thread').hidden) {
      location.hash = '#/chats'
      byId('conversations').querySelector<HTMLElement>('a[tabindex="0"]')?.focus()
    }
  }
})
let begun = false
void follow(() => {
  if (begun) return
  begun = true
  window.addEventListener('hashchange', () => void show())
  void show()
})
