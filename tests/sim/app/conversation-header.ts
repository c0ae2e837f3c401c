/** The strip above a conversation: name, subtitle (late in groups), buttons; and the group's description panel, which is no pop-up. */
import { titleOf } from './chat-row.ts'
import { type Child, h, icon, later, page } from './dom.ts'
import { callName } from './rows/parts.ts'
import { account } from './store.ts'
import type { SimChat } from './types.ts'

/** Seen in Portuguese only (reference 4.1). */
function unknownNumber(): string {
  return page.words.lang === 'pt' ? 'Número desconhecido' : 'Unknown number'
}

function nameSpans(chat: SimChat): Child[] {
  const { words, switches } = page
  const self = chat.kind === 'self'
  const stranger = switches.unknownTitle && chat.kind === 'direct' && chat.participants[0]?.saved === false
  const name = self ? account().scenario.account.name : stranger ? unknownNumber() : titleOf(chat)
  const attributes = { dir: 'auto', class: 'xs-cut _ao3e', style: 'min-height: 0px;' }
  const title = switches.headerTitleAttr ? name : null
  const span = h('span', { ...attributes, 'data-testid': 'conversation-info-header-chat-title', title }, name)
  return self ? [span, h('span', attributes, words.self)] : [span]
}

/** The subtitle's slot and a function that fills it; a hint has no `title`, the participants have. */
function subtitleSlot(): { element: HTMLElement; fill: (text: string, withTitle: boolean) => void } {
  const { switches } = page
  const element = h('div', { 'data-testid': 'chat-subtitle', class: 'xs-cut' })
  const testid = switches.textClass === 'pair' ? null : 'selectable-text'
  const style = switches.textClass === 'aupe' ? '_ao3e _aupe copyable-text' : 'selectable-text copyable-text'
  return {
    element,
    fill: (text, withTitle) =>
      element.replaceChildren(h('span', { title: withTitle ? text : null, 'data-testid': testid, class: style }, text)),
  }
}

/** `div#main > header`. */
export function conversationHeader(chat: SimChat): HTMLElement {
  const { words, switches } = page
  const info = h(
    'div',
    { role: 'button', tabindex: 0, 'data-tab': 6, 'data-testid': 'conversation-info-header', class: 'xs-grow' },
    h('div', { class: 'xs-cut' }, ...nameSpans(chat)),
  )
  if (chat.kind === 'direct' && chat.typing) {
    const subtitle = subtitleSlot()
    info.append(subtitle.element)
    subtitle.fill(words.typing, true)
  }
  if (chat.kind !== 'direct') {
    const subtitle = subtitleSlot()
    info.append(subtitle.element)
    if (chat.kind === 'self') subtitle.fill(words.selfSubtitle, true)
    else {
      subtitle.fill(words.groupHint, false)
      const others = chat.participants.filter(person => person.lid !== account().scenario.account.lid).map(callName)
      void later(account().latency.subtitleMs).then(() => subtitle.fill([...others, words.you].join(', '), true))
    }
  }
  const label = switches.testids === 'all' ? words.profile : null
  const avatar = h(
    'div',
    { title: words.profile, role: 'button', 'aria-label': label, class: 'xs-avatar', style: 'width:40px;height:40px' },
    h('img', { alt: '', draggable: 'false' }),
  )
  const button = (text: string, name: string) =>
    h('button', { 'data-tab': 6, type: 'button', 'aria-label': text, tabindex: 0 }, icon(name, false))
  return h(
    'header',
    { 'data-testid': 'conversation-header', class: 'xs-head' },
    avatar,
    info,
    button(words.search, 'ic-search'),
    button(words.menu, 'ic-more-vert'),
  )
}

/** Has `role=dialog` and is none (reference 2.4); only groups of the newest era have it. */
export function subheader(chat: SimChat): Child {
  if (chat.kind !== 'group' || page.switches.testids !== 'all') return null
  return h(
    'div',
    { role: 'dialog', 'data-testid': 'conversation-subheader', style: 'padding:4px 16px;background:#fff;flex:none' },
    chat.title,
  )
}
