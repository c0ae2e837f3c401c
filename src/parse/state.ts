/** Which state the application is in, from its signals (reference §2). Structure first; words of a notice only where markup was never seen. */
import type { RawState } from '../raw.ts'
import { saysBlocked } from './blocked.ts'
import { fold } from './fold.ts'

export type PageState =
  | 'loading'
  | 'qr'
  | 'ready'
  | 'chat_open'
  | 'dialog'
  | 'other_window'
  | 'logged_out'
  | 'offline'
  | 'blocked'
  | 'unsupported'
  | 'unknown'

/** Captions of the button that takes the session over. en, pt, es, id, ru, it, de, fr, nl, tr; the first from WhatsApp's module, the others ordinary wording. */
const useHere = [
  'Use here',
  'Usar aqui',
  'Usar aquí',
  'Gunakan di Sini',
  'Использовать здесь',
  'Usa qui',
  'Hier verwenden',
  'Utiliser ici',
  'Hier gebruiken',
  'Burada kullan',
  'Burada Kullan',
]
const useHereStarts = [
  'usar aqu',
  'gunakan di sini',
  'использовать здесь',
  'utiliser ici',
  'استخدام هنا',
  'השתמש כאן',
  'यहां इस्तेमाल',
  '在此处使用',
  '在此使用',
  'ここで使用',
]
const loggedOut = ['logging out', 'logged out', 'saindo', 'cerrando sesion', 'desconectado', 'выход', 'keluar']
const unsupported = /works with google chrome|google chrome \d+\+/

/** The state. `locale` is kept for words that differ by language only. */
export function classifyState(raw: RawState, _locale = ''): PageState {
  const on = (name: string): boolean => raw.present.includes(name)
  const notice = fold(raw.notice)
  const list = on('chatList')
  if (on('unsupported') || (!list && !on('qr') && unsupported.test(notice))) return 'unsupported'
  const buttons = raw.dialogButtons.map(fold)
  if (buttons.some(text => useHere.map(fold).includes(text) || useHereStarts.some(start => text.startsWith(fold(start)))))
    return 'other_window'
  if (on('qr')) return 'qr'
  if (list || on('chat')) {
    // The list stays while the connection is away (reference §2.1).
    if (on('offline')) return 'offline'
    if (on('dialog') && !on('chat')) return 'dialog'
    if (on('dialog')) return buttons.length > 0 && notice.length > 0 ? 'dialog' : 'chat_open'
    return on('chat') ? 'chat_open' : 'ready'
  }
  if (on('offline')) return 'offline'
  if (loggedOut.some(words => notice.startsWith(words))) return 'logged_out'
  if (on('linking')) return 'qr'
  if (on('starting') || on('loading')) return 'loading'
  return saysBlocked(raw.notice) ? 'blocked' : 'unknown'
}
