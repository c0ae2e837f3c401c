/** Pictures, albums, videos, stickers: previews first, sharper copies as blobs once they are fetched (reference 5). */
import { h, icon, later, page } from '../dom.ts'
import { timeText } from '../format.ts'
import { record } from '../record.ts'
import { account } from '../store.ts'
import { clockOf } from '../text.ts'
import type { Picture, SimMessage } from '../types.ts'

const blur =
  'data:image/jpeg;base64,/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQH/wAALCAABAAEBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAACv/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AVN//2Q=='
const urls = new WeakMap<Element, string[]>()

/** Fetches the bytes, again and again while there is no connection, and gives them a blob address that lives as long as the row is mounted. */
async function fetchBlob(picture: Picture, holder: Element): Promise<string> {
  let response = await fetch(`/media/${picture.sha256}`).catch(() => null)
  while (response === null && holder.isConnected) {
    await later(1000)
    response = await fetch(`/media/${picture.sha256}`).catch(() => null)
  }
  if (response === null) throw new Error('the row is gone')
  const url = URL.createObjectURL(new Blob([await response.arrayBuffer()], { type: picture.mime }))
  urls.set(holder, [...(urls.get(holder) ?? []), url])
  return url
}

/** Blob addresses die with the row. */
export function revoke(row: Element): void {
  for (const holder of row.querySelectorAll('[data-xs=media]')) {
    for (const url of urls.get(holder) ?? []) URL.revokeObjectURL(url)
    urls.delete(holder)
  }
}

const layer = (image: HTMLElement) => h('div', { style: 'position:absolute;inset:0' }, image)

function sizeText(bytes: number): string {
  return bytes < 1_000_000 ? `${Math.max(1, Math.round(bytes / 1000))} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`
}

/** One picture: `Open picture` with its preview, then the blob, or the download button. */
export function thumb(message: SimMessage, picture: Picture, width: number, chat: string): HTMLElement {
  const height = Math.round((picture.height / picture.width) * width)
  const alt = message.text && message.kind === 'image' ? message.text : null
  const provider = h('div', { 'data-testid': 'media-url-provider' })
  const element = h('div', {
    role: 'button',
    tabindex: 0,
    'data-testid': 'image-thumb',
    'aria-label': page.words.openPicture,
    class: 'xs-thumb',
    style: `width: ${width}px; height: ${height}px;`,
    'data-xs': 'media',
  })
  const sharp = async () => {
    const src = await fetchBlob(picture, element)
    provider.append(layer(h('img', { alt, draggable: 'true', src, style: 'width: 100%;' })))
  }
  if (picture.downloaded) {
    provider.append(layer(h('img', { alt, draggable: 'true', src: blur, style: 'width: 100%;' })))
    element.append(h('span', {}), provider)
    void later(page.switches.lateFillMs).then(sharp)
    return element
  }
  const button = h(
    'button',
    { tabindex: 0, type: 'button' },
    page.switches.comet && page.switches.searchInput === 'div' ? icon('media-download') : icon('ic-download', false),
    h('span', {}, sizeText(picture.size)),
  )
  element.append(h('span', {}, h('div', {}, button)), h('img', { alt, draggable: 'true', src: blur, style: 'width: 100%;' }))
  button.addEventListener('click', async event => {
    event.stopPropagation()
    if (!event.isTrusted) return
    record('download', { chat, message: message.id, detail: picture.sha256 })
    await later(account().latency.downloadMs)
    if (picture.gone) return
    picture.downloaded = true
    provider.append(layer(h('img', { alt, draggable: 'true', src: blur, style: 'width: 100%;' })))
    element.replaceChildren(h('span', {}), provider)
    await sharp()
  })
  return element
}

/** Up to four tiles and `+N`. */
export function album(message: SimMessage, chat: string): HTMLElement {
  const areas = ['1 / 1 / 2 / 2', '1 / 2 / 2 / 3', '2 / 1 / 3 / 2', '2 / 2 / 3 / 3']
  const tiles = message.images.slice(0, 4).map((picture, n) => {
    const hidden = message.images.length - 3
    const more = n === 3 && message.images.length > 4 ? h('div', { class: 'xs-more' }, `+${hidden}`) : null
    // Each tile had a time while each picture was a message.
    const time =
      page.switches.albumIds === 'range' ? h('span', { dir: 'auto', class: 'xs-tiletime' }, timeText(new Date(message.sentAt))) : null
    return h('div', { style: `grid-area: ${areas[n]}; position: relative;` }, thumb(message, picture, 163, chat), more, time)
  })
  return h('div', { 'data-testid': 'media-album', class: 'xs-album' }, ...tiles)
}

const backdrop = () => h('div', { style: `background-image: url("${blur}"); width: 100%; position:absolute; inset:0;` })

/** A video is two background pictures and a duration; no video element before it is played. */
export function video(message: SimMessage): HTMLElement {
  const facts = h('span', {}, h('div', {}, icon('msg-video')), h('span', { style: 'position:relative' }, clockOf(message.durationS ?? 0)))
  return h(
    'div',
    { 'data-testid': 'video-thumb', role: 'button', tabindex: 0, class: 'xs-thumb', style: 'width: 330px; height: 186px;' },
    h('div', { 'data-testid': 'video-content' }, backdrop(), backdrop()),
    h('span', {}, icon('media-play')),
    h('span', {}, icon('video-pip')),
    facts,
  )
}

export function gif(): HTMLElement {
  return h(
    'div',
    { role: 'button', tabindex: 0, 'aria-label': page.words.playGif, class: 'xs-thumb', style: 'width: 240px; height: 180px;' },
    backdrop(),
    icon('ic-gif'),
  )
}

export function sticker(message: SimMessage): HTMLElement {
  const element = h('div', { class: '_ajxb', 'data-testid': 'sticker', 'data-xs': 'media', style: 'width:128px;height:128px' })
  const picture = message.images[0]
  if (picture)
    void later(page.switches.lateFillMs).then(async () =>
      element.append(h('img', { alt: page.words.sticker, src: await fetchBlob(picture, element), width: 128, height: 128 })),
    )
  return h('div', { class: '_am2s' }, element)
}
