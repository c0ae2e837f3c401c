/** The pairing page: a code that rotates, then asks for a click (reference 2.3). */
import { h, later, page, set } from './dom.ts'
import { record } from './record.ts'

interface Code {
  ref: string
  size: number
  bits: string
}

function draw(canvas: HTMLCanvasElement, code: Code): void {
  const context = canvas.getContext('2d')!
  const quiet = 4
  const scale = Math.floor(264 / (code.size + 2 * quiet))
  const margin = Math.floor((264 - scale * code.size) / 2)
  context.fillStyle = '#fff'
  context.fillRect(0, 0, 264, 264)
  context.fillStyle = '#111b21'
  for (let y = 0; y < code.size; y++) {
    for (let x = 0; x < code.size; x++)
      if (code.bits[y * code.size + x] === '1') context.fillRect(margin + x * scale, margin + y * scale, scale, scale)
  }
}

/** Shows codes until `paired` resolves; after the last one a button asks for more. */
export function qrPage(mount: HTMLElement, rotateMs: number): () => void {
  let stopped = false
  const { switches } = page
  const canvas = h('canvas', {
    width: 264,
    height: 264,
    role: 'img',
    'aria-label': 'Scan this QR code to link a device!',
  }) as HTMLCanvasElement
  const holder = h('div', { 'data-testid': 'link-device-qr-code', class: switches.comet ? '_akau' : '' }, canvas)
  const title = h('div', { style: 'font-size:24px' }, page.words.scanTitle)
  const help = h(
    'div',
    { 'data-testid': 'link-device-qrcode-alt-linking-help' },
    h('input', { type: 'checkbox', id: 'auto-logout-toggle', checked: true }),
    page.words.stayLoggedIn,
  )
  mount.replaceChildren(h('div', { class: 'landing-wrapper xs-mid-page' }, title, holder, help))
  const rotate = async () => {
    for (let n = 0; n < switches.qrRotations && !stopped; n++) {
      const code = (await (await fetch('/api/qr')).json()) as Code
      if (stopped) return
      draw(canvas, code)
      set(holder, 'data-ref', code.ref)
      record('qr_shown', { detail: code.ref })
      await later(rotateMs)
    }
    if (stopped) return
    const reload = h('button', { type: 'button', 'data-testid': 'refresh-large' }, page.words.pressReload)
    reload.addEventListener('click', () => {
      reload.remove()
      void rotate()
    })
    holder.append(reload)
  }
  void rotate()
  return () => {
    stopped = true
  }
}
