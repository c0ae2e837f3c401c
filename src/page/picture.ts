/** A picture in full, above the page. */
import type { Attachment, Message } from '../client/client.ts'
import { byId, element } from './dom.ts'

export function showPicture({ id, name, url }: Attachment, { text }: Message): void {
  const dialog = byId<HTMLDialogElement>('picture')
  const image = element('img', { src: `/attachments/${id}?width=1280`, alt: name ?? 'Picture' })
  const close = element('button', { type: 'button', autofocus: true }, 'Close')
  close.addEventListener('click', () => dialog.close())
  dialog.replaceChildren(
    element('div', { class: 'bar' }, element('a', { href: url ?? '', target: '_blank', rel: 'noopener' }, 'The file as it came'), close),
    image,
    text === '' ? '' : element('p', { dir: 'auto', class: 'text' }, text),
  )
  dialog.onclick = event => {
    if (event.target === dialog) dialog.close()
  }
  dialog.showModal()
}
