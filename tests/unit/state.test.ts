/** States of the application told apart by what stands on the page. */
import { expect, test } from '@playwright/test'
import { classifyState } from '../../src/parse/state.ts'
import type { RawState } from '../../src/raw.ts'

const look = (present: string[], more: Partial<RawState> = {}) =>
  classifyState({ lang: 'en', title: 'WhatsApp', present, qrRef: null, notice: '', dialogButtons: [], build: null, ...more })

const cases: [string, string[], string, Partial<RawState>?][] = [
  ['the page before its scripts run', ['starting'], 'loading'],
  ['the splash screen', ['loading'], 'loading'],
  ['a QR code', ['qr', 'linking', 'loading'], 'qr'],
  ['the linking screen whose code is not drawn yet', ['linking'], 'qr'],
  ['a chat list without a chat', ['chatList'], 'ready'],
  ['an open chat', ['chatList', 'chat'], 'chat_open'],
  ['a chat that fills a page of its own', ['chat'], 'chat_open'],
  ['a notice over the list', ['chatList', 'dialog'], 'dialog', { notice: 'A fresh look', dialogButtons: ['Continue'] }],
  ['a notice over an open chat', ['chatList', 'chat', 'dialog'], 'dialog', { notice: "What's new", dialogButtons: ['OK'] }],
  ['a list without a connection', ['chatList', 'chat', 'offline'], 'offline'],
  ['no connection before the list', ['offline'], 'offline'],
  [
    'another window',
    ['chatList', 'dialog'],
    'other_window',
    { notice: 'WhatsApp is open in another window.', dialogButtons: ['Close', 'Use here'] },
  ],
  [
    'another window, in Portuguese',
    ['dialog'],
    'other_window',
    { notice: 'O WhatsApp está aberto', dialogButtons: ['Fechar', 'Usar aqui'] },
  ],
  ['another window on a page without a list', [], 'other_window', { notice: 'WhatsApp is open', dialogButtons: ['Close', 'Use Here'] }],
  ['a browser that is refused', ['unsupported'], 'unsupported'],
  ['a browser that is refused, by its words', [], 'unsupported', { notice: 'WhatsApp works with Google Chrome 100+' }],
  ['a chat about browsers', ['chatList', 'chat'], 'chat_open', { notice: '' }],
  ['logging out', [], 'logged_out', { notice: 'Logging out…' }],
  ['a blank page', [], 'unknown'],
  ['a banned account', [], 'blocked', { notice: 'This account is not allowed to use WhatsApp Learn more' }],
  ['a restricted account', [], 'blocked', { notice: 'Your account is restricted right now', dialogButtons: ['OK'] }],
  ['a suspended account, in Spanish', [], 'blocked', { notice: 'Tu cuenta está suspendida. Más información' }],
  ['a banned number, in Turkish', [], 'blocked', { notice: 'NUMARANIZIN WhatsApp kullanması yasaklandı' }],
  ['a banned account, in Japanese', [], 'blocked', { notice: 'このアカウントはWhatsAppを利用できません' }],
  ['a page that loads', ['loading'], 'loading', { notice: 'Your account is not blocked, only slow' }],
  ['chats of which one tells of a blocked account', ['chatList'], 'ready', { notice: 'Your account is banned' }],
  ['a code to scan', ['qr'], 'qr', { notice: 'Your account is banned' }],
  [
    'a page that is not understood and on which somebody speaks of a blocked account',
    [],
    'unknown',
    { notice: 'Ada: my account was blocked '.padEnd(500, 'and a chat ') },
  ],
]

for (const [what, present, state, more] of cases) {
  test(`${what} is ${state}`, () => {
    expect(look(present, more)).toBe(state)
  })
}
