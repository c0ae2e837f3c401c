/** Whether bytes are a picture that may be kept: the format by what the bytes are, not by what they are called, and decoded in full. */
import sharp from 'sharp'
import { imageExtensions } from './model.ts'
import { makeTurns } from './turns.ts'

export interface ImageLimits {
  maxBytes: number
  /** Pixels of one frame, and of all frames of an animation together. */
  maxPixels: number
  maxTotalPixels: number
  timeoutMs: number
}

/** WhatsApp's own pictures have at most 16 million pixels and a few MB; stickers are small but may have a hundred frames. */
export const imageLimits: ImageLimits = { maxBytes: 32 << 20, maxPixels: 50_000_000, maxTotalPixels: 150_000_000, timeoutMs: 20_000 }

/** `width` and `height` as a viewer shows the picture (a camera's rotation applied), of one frame; `reason` is a sentence without content. */
export type Examined =
  | { ok: true; format: string; mediaType: string; ext: string; width: number; height: number }
  | { ok: false; reason: string }

/** Decoding is memory and a core each: more at once would only take both from the browser. */
export const decoding = makeTurns(2)

/**
 * Examines bytes that claim to be a picture. Refuses other formats (SVG and HTML run scripts, the rest is not what WhatsApp shows),
 * damaged and truncated files, and pictures of more pixels than anybody took. Never throws for what the bytes are.
 */
export async function examineImage(bytes: Uint8Array, limits: ImageLimits = imageLimits): Promise<Examined> {
  if (bytes.byteLength === 0) return refused('the file is empty')
  if (bytes.byteLength > limits.maxBytes) return refused(`${bytes.byteLength} bytes, more than the ${limits.maxBytes} that are allowed`)
  const format = sniff(bytes)
  if (format === null) return refused('it is neither JPEG, PNG, WebP nor GIF')
  if (!ends(bytes, format)) return refused(`not readable as ${format}: its end is missing`)
  return decoding(() => decode(bytes, format, limits)).catch(error =>
    refused(`not readable as ${format}: ${(error as Error).message.replaceAll(/\s+/g, ' ').slice(0, 200)}`),
  )
}

async function decode(bytes: Uint8Array, format: string, limits: ImageLimits): Promise<Examined> {
  const header = await sharp(bytes, { animated: true, limitInputPixels: false, failOn: 'warning' }).metadata()
  if (header.format !== format) return refused(`it begins as ${format} and goes on as ${header.format}`)
  const width = header.width
  const height = header.pageHeight ?? header.height
  const frames = header.pages ?? 1
  if (!(width > 0 && height > 0)) return refused(`its size is ${width} x ${height}`)
  if (width * height > limits.maxPixels || width * height * frames > limits.maxTotalPixels) {
    return refused(`${width} x ${height} pixels in ${frames} frame${frames === 1 ? '' : 's'}, more than any picture has`)
  }
  // Every pixel is decoded (a header says nothing about the rest); one channel is kept, which bounds the memory.
  await sharp(bytes, { animated: frames > 1, limitInputPixels: limits.maxTotalPixels, failOn: 'warning' })
    .timeout({ seconds: Math.max(1, Math.round(limits.timeoutMs / 1000)) })
    .extractChannel(0)
    .raw()
    .toBuffer()
  const turned = (header.orientation ?? 1) >= 5
  const size = turned ? { width: height, height: width } : { width, height }
  return { ok: true, format, mediaType: `image/${format}`, ext: imageExtensions[format] ?? format, ...size }
}

/** The format by the first bytes; null for everything that is not on the list. */
function sniff(bytes: Uint8Array): string | null {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 16)).toString('latin1')
  if (head.startsWith('\xff\xd8\xff')) return 'jpeg'
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'png'
  if (head.startsWith('RIFF') && head.slice(8, 12) === 'WEBP') return 'webp'
  return head.startsWith('GIF87a') || head.startsWith('GIF89a') ? 'gif' : null
}

/** Decoders find the missing end of JPEG and WebP by themselves; of a PNG or an animated GIF they do not miss it. */
function ends(bytes: Uint8Array, format: string): boolean {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (format === 'png') return buffer.includes(Buffer.from('IEND\xaeB`\x82', 'latin1'))
  return format !== 'gif' || buffer.findLast(byte => byte !== 0) === 0x3b
}

function refused(reason: string): Examined {
  return { ok: false, reason }
}
