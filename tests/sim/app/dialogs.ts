/** States that lie over the page: news dialog, other window, unsupported browser, blocked account (reference 2.1, 2.4). */
import { h, page } from './dom.ts'
import { record } from './record.ts'
import type { Show } from './types.ts'

let cover: HTMLElement | null = null
let isFrozen = false

/** True while the page has stopped loading history. */
export const frozen = () => isFrozen

function modal(title: string, text: string, buttons: [string, () => void][]): HTMLElement {
  const body = h(
    'div',
    { 'data-animate-modal-body': 'true', class: 'xs-card' },
    h('div', {}, h('div', { style: 'font-size:20px' }, title), h('div', {}, text)),
    h(
      'div',
      {},
      ...buttons.map(([caption, act]) => {
        const button = h('button', { type: 'button' }, h('div', {}, h('div', { style: 'flex-grow: 1;' }, caption)))
        button.addEventListener('click', act)
        return button
      }),
    ),
  )
  return h(
    'div',
    { 'data-animate-modal-backdrop': 'true', class: 'copyable-area xs-cover', style: 'opacity: 1;' },
    h(
      'div',
      { role: 'dialog' },
      h('div', { 'data-animate-modal-popup': 'true', style: 'opacity: 1; transform: scaleX(1) scaleY(1);' }, body),
    ),
  )
}

/** Puts a state over the page or takes it away. `frozen` leaves the page as it is and stops reacting to history. */
export function show(state: Show): void {
  cover?.remove()
  cover = null
  isFrozen = state === 'frozen'
  const { words } = page
  if (state === 'dialog') {
    cover = modal(words.newsTitle, words.newsText, [
      [
        words.newsButton,
        () => {
          record('dialog_dismissed', { detail: words.newsButton })
          show(null)
        },
      ],
    ])
  } else if (state === 'other_window') {
    cover = modal('', words.otherWindow, [
      [words.close, () => record('dialog_dismissed', { detail: words.close })],
      [
        words.useHere,
        () => {
          record('use_here')
          show(null)
        },
      ],
    ])
  } else if (state === 'unsupported') {
    document.body.replaceChildren(h('div', { class: 'version-title' }, 'WhatsApp works with Google Chrome 100+'))
    return
  } else if (state === 'blocked') {
    // Never seen on a page: the words are those of the phone's screen, the markup is invented.
    const said = ['This account is not allowed to use WhatsApp', 'Learn more', 'Request a review'].map(text => h('div', {}, text))
    document.body.replaceChildren(h('div', { id: 'app' }, h('div', {}, ...said)))
    return
  }
  if (cover) document.body.append(cover)
  if (state) record('shown', { detail: state })
}
