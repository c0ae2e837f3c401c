/** The account in the page: loaded once, then kept current by the server's events. */
import type { Bootstrap, SimChat } from './types.ts'

const listeners = new Set<(chat: SimChat) => void>()
let data: Bootstrap

/** Sets the account; call before anything reads it. */
export function setAccount(bootstrap: Bootstrap): void {
  data = bootstrap
}

export function account(): Bootstrap {
  return data
}

export function chatById(id: string): SimChat | undefined {
  return data.scenario.chats.find(chat => chat.id === id)
}

/** A chat's new state, from the server or from the page itself. */
export function changeChat(chat: SimChat): void {
  const at = data.scenario.chats.findIndex(item => item.id === chat.id)
  if (at < 0) data.scenario.chats.push(chat)
  else data.scenario.chats[at] = chat
  for (const listener of listeners) listener(chat)
}

export function onChange(listener: (chat: SimChat) => void): void {
  listeners.add(listener)
}
