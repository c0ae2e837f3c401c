/** Start: loading screen, then the code or the chats; the page's life from there on (reference 2). */
import { chatList, documentTitle } from './chat-list.ts'
import { Conversation } from './conversation.ts'
import { show } from './dialogs.ts'
import { h, icon, later, page } from './dom.ts'
import { clearStorage, fillStorage, storeChat } from './idb.ts'
import { sorted } from './list-grid.ts'
import { wordsOf } from './locales.ts'
import { qrPage } from './qr.ts'
import { record, tellAvailable, watchInput } from './record.ts'
import { readToken, writeToken } from './session.ts'
import { checkStorage } from './storage/check.ts'
import { watchStorage } from './storage/watch.ts'
import { account, changeChat, onChange, setAccount } from './store.ts'
import type { Switches } from './switches.ts'
import type { Bootstrap, Latency, Show, SimChat } from './types.ts'

let conversation: Conversation | null = null
let events: EventSource

function loadingScreen(): HTMLElement {
  const app = h('div', { id: 'app', class: 'xs-app' })
  const progress = h('progress', { value: 40, max: 100, dir: 'ltr' })
  app.append(
    h(
      'div',
      { class: 'app-wrapper-web font-fix xs-mid-page', 'data-testid': 'wa-web-loading-screen' },
      h('div', { 'data-testid': 'startup-progress' }, progress),
      h('div', {}, 'Loading your chats'),
    ),
  )
  document.getElementById('wa_web_initial_startup')?.remove()
  document.getElementById('mount_0_0_s/')?.append(app)
  return app
}

async function pair(app: HTMLElement, latency: Latency): Promise<string> {
  document.title = 'WhatsApp'
  const stop = qrPage(app, latency.qrMs)
  const { token, phone } = await new Promise<{ token: string; phone: string }>(resolve => {
    events.addEventListener('paired', event => resolve(JSON.parse(event.data)), { once: true })
  })
  stop()
  await writeToken(token, phone.replace(/\D/g, ''))
  record('paired')
  app.replaceChildren()
  return token
}

function ready(app: HTMLElement, data: Bootstrap): void {
  const { words } = page
  const intro = h(
    'div',
    { class: 'xs-main', 'data-testid': 'intro-panel' },
    h('div', { class: 'xs-mid-page', style: 'position:absolute' }, icon('intro-md-beta-logo-light'), h('span', {}, 'WhatsApp Web')),
  )
  const two = h('div', { class: 'two xs-two', tabindex: -1 })
  const open = (chat: SimChat) => {
    if (conversation?.chatId === chat.id) return
    conversation?.close()
    intro.remove()
    const current = account().scenario.chats.find(item => item.id === chat.id) ?? chat
    conversation = new Conversation(current)
    two.append(conversation.element)
    record('chat_opened', { chat: chat.id })
    list.select(chat.id)
    conversation.open()
    if (page.switches.resortOnOpen) moveSomething(chat)
  }
  const list = chatList(open)
  const navbar = h(
    'header',
    { class: 'xs-nav', 'data-testid': 'navbar-primary-section', tabindex: 0 },
    h('button', { type: 'button', 'data-navbar-item': 'true', 'aria-label': 'Chats' }, icon('chats-filled', false)),
  )
  two.append(navbar, list.element, intro)
  app.replaceChildren(h('div', { class: 'app-wrapper-web font-fix os-win', tabindex: -1, style: 'height:100%' }, two))
  list.draw()
  document.title = documentTitle()
  onChange(chat => {
    document.title = documentTitle()
    if (conversation?.chatId === chat.id) conversation.update(chat)
  })
  onChange(chat => void storeChat(chat))
  const connected = (on: boolean) => list.notice(...(on ? [] : [icon('alert-computer'), 'Computer not connected']))
  events.addEventListener('offline', event => connected(!JSON.parse((event as MessageEvent<string>).data)))
  // The page notices by itself when its connection is gone and when it is there again; the browser tries every few seconds.
  events.addEventListener('error', () => connected(false))
  events.addEventListener('open', () => {
    connected(true)
    void catchUp()
  })
  takeOver()
  addEventListener('focus', event => {
    if (event.target !== window) return
    tellAvailable()
    conversation?.maybeSeen(false)
  })
  tellAvailable()
  document.documentElement.lang = words.lang
  document.documentElement.dir = page.switches.rtl ? 'rtl' : 'ltr'
  show(data.show)
  record('ready', { detail: String(sorted(false).length) })
}

/** What happened while the page had no connection. */
async function catchUp(): Promise<void> {
  const { scenario } = await bootstrap(await readToken())
  const shown = new Map(account().scenario.chats.map(chat => [chat.id, JSON.stringify(chat)]))
  for (const chat of scenario.chats) if (shown.get(chat.id) !== JSON.stringify(chat)) changeChat(chat)
}

async function bootstrap(token: string | null): Promise<Bootstrap> {
  return (await fetch(`/api/account?token=${token ?? ''}`)).json() as Promise<Bootstrap>
}

/** A second page of the same profile takes the session: the first one says so. */
function takeOver(): void {
  const channel = new BroadcastChannel('wa-session')
  channel.onmessage = () => show('other_window')
  channel.postMessage('here')
}

/** Another chat jumps to the top, as a message in it would make it. */
function moveSomething(opened: SimChat): void {
  const other = sorted(false).find((chat, n) => n > 1 && chat.id !== opened.id)
  if (other) changeChat({ ...other, activityAt: new Date(Date.now() + page.offsetMs).toISOString() })
}

function listen(): void {
  const on = (name: string, act: (data: never) => void) =>
    events.addEventListener(name, event => act(JSON.parse((event as MessageEvent<string>).data) as never))
  on('chat', (chat: SimChat) => {
    if (account()) changeChat(chat)
  })
  on('show', (state: Show) => show(state))
  on('clock', (offsetMs: number) => {
    page.offsetMs = offsetMs
  })
  on('reload', () => location.reload())
  on('check_storage', () => void checkStorage())
  on('logout', async () => {
    await writeToken(null, null)
    localStorage.clear()
    await clearStorage()
    location.reload()
  })
}

async function boot(): Promise<void> {
  watchStorage()
  const start = (await (await fetch('/api/boot')).json()) as { switches: Switches; latency: Latency; show: Show }
  page.locale = start.switches.locale === 'auto' ? navigator.language : start.switches.locale
  page.words = wordsOf(page.locale, start.switches.digits)
  page.switches = { ...start.switches, rtl: start.switches.rtl || page.words.dir === 'rtl' }
  watchInput(() => conversation?.chatId ?? null)
  events = new EventSource('/api/events')
  listen()
  await later(start.latency.bootMs / 2)
  if (start.show === 'unsupported' || start.show === 'blocked') return show(start.show)
  const app = loadingScreen()
  await later(start.latency.bootMs / 2)
  let token = await readToken()
  const session = (await (await fetch(`/api/session?token=${token ?? ''}`)).json()) as { ok: boolean }
  if (!session.ok) token = await pair(app, start.latency)
  const data = await bootstrap(token)
  setAccount(data)
  page.offsetMs = data.clockOffsetMs
  await fillStorage()
  ready(app, data)
}

void boot()
