/** Columns of a message row that its kind adds: files, cards, calls, votes (storage 4.1). Texts are not among them: they are encrypted. */
import type { SimMessage } from '../types.ts'

const documents: Record<string, string> = {
  PDF: 'application/pdf',
  XLSX: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  DOCX: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
}

/** base64 of a hash given in hex. */
export function base64(hex: string): string {
  return btoa((hex.match(/../g) ?? []).map(pair => String.fromCharCode(Number.parseInt(pair, 16))).join(''))
}

/** `180 kB` in bytes. */
function bytesOf(size: string): number {
  const [, number = '0', unit = 'B'] = /([\d.]+)\s*(\w+)/.exec(size) ?? []
  return Math.round(Number(number) * ({ kB: 1000, MB: 1_000_000 }[unit] ?? 1))
}

/** One picture's columns. */
export function pictureColumns(image: SimMessage['images'][number]): Record<string, unknown> {
  const { mime, size, width, height } = image
  return {
    mimetype: mime,
    size,
    width,
    height,
    filehash: base64(image.sha256),
    encFilehash: base64(image.sha256.split('').reverse().join('')),
  }
}

function playable(message: SimMessage, mimetype: string): Record<string, unknown> {
  const size = 40_000 + 1000 * (message.durationS ?? 0)
  return { mimetype, size, isMediaMsg: 1, ...(message.durationS === null ? {} : { duration: message.durationS }) }
}

/** What the kind of a message adds to its row. */
export function kindColumns(message: SimMessage): Record<string, unknown> {
  const image = message.images[0]
  switch (message.kind) {
    case 'image':
    case 'sticker':
      return { isMediaMsg: message.kind === 'image' ? 1 : undefined, ...(image ? pictureColumns(image) : { mimetype: 'image/jpeg' }) }
    case 'video':
      return { ...playable(message, 'video/mp4'), width: 640, height: 360 }
    case 'gif':
      return { ...playable(message, 'video/mp4'), isGif: true }
    case 'voice':
      return { ...playable(message, 'audio/ogg; codecs=opus'), waveform: new Uint8Array(64) }
    case 'audio':
      return playable(message, 'audio/mpeg')
    case 'document': {
      const file = message.file ?? { name: 'file', size: '1 kB', type: 'BIN', pages: null }
      const pages = file.pages === null ? {} : { pageCount: file.pages }
      const mimetype = documents[file.type] ?? 'application/octet-stream'
      return { isDocMsg: 1, filename: file.name, mimetype, size: bytesOf(file.size), ...pages }
    }
    case 'call': {
      const outcome = message.callMissed ? 'Missed' : 'Connected'
      const lasted = message.durationS === null ? {} : { callDuration: message.durationS }
      return { isCallLogMsg: 1, callOutcome: outcome, finalCallOutcome: outcome, isVideoCall: message.callVideo, ...lasted }
    }
    case 'contact': {
      const [first] = message.contacts
      const ids = message.contacts.flatMap(card => (card.phone ? [`${card.phone}@c.us`] : []))
      if (message.contacts.length < 2) return { vcardFormattedName: first?.name, vcardWAids: ids }
      return { vcardList: message.contacts.map(card => ({ displayName: card.name, vcard: '' })), vcardWAids: ids }
    }
    case 'event':
      return { isEventMsg: 1 }
    default:
      return message.link ? { hasLink: 1 } : {}
  }
}
