/** Pictures made from numbers: the same spec always gives the same bytes. */
import { createHash } from 'node:crypto'
import { deflateSync } from 'node:zlib'
import type { Picture, PictureSpec } from './app/types.ts'

const crcTable = new Uint32Array(256).map((_, n) => {
  let c = n
  for (let bit = 0; bit < 8; bit++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1
  return c
})

function crc32(bytes: Buffer): number {
  let crc = 0xffffffff
  for (const byte of bytes) crc = crcTable[(crc ^ byte) & 0xff]! ^ (crc >>> 8)
  return (crc ^ 0xffffffff) >>> 0
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const out = Buffer.alloc(body.length + 8)
  out.writeUInt32BE(data.length, 0)
  body.copy(out, 4)
  out.writeUInt32BE(crc32(body), body.length + 4)
  return out
}

/** RGB pixels: two colours blended across the picture, with rings or stripes that depend on the seed. */
function pixels({ seed, width, height }: PictureSpec): Buffer {
  const rgb = Buffer.alloc(width * height * 3)
  const step = 6 + (seed % 11)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 3
      const ring = seed % 2 === 0 ? Math.hypot(x - width / 2, y - height / 2) : x + y * ((seed % 5) - 2)
      const light = Math.floor(Math.abs(ring) / step) % 2 === 0 ? 30 : 0
      rgb[at] = (seed * 53 + (x * 200) / width + light) & 255
      rgb[at + 1] = (seed * 97 + (y * 200) / height + light) & 255
      rgb[at + 2] = (seed * 151 + ((x + y) * 100) / (width + height) + light) & 255
    }
  }
  return rgb
}

function png(rgb: Buffer, width: number, height: number, claimed: { width: number; height: number }): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(claimed.width, 0)
  header.writeUInt32BE(claimed.height, 4)
  header.set([8, 2, 0, 0, 0], 8)
  const lines = Buffer.alloc((width * 3 + 1) * height)
  for (let y = 0; y < height; y++) rgb.copy(lines, y * (width * 3 + 1) + 1, y * width * 3, (y + 1) * width * 3)
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', deflateSync(lines)), chunk('IEND', Buffer.alloc(0))])
}

/** The bytes of a picture. JPEG needs sharp; a `mislabelled` picture is PNG whatever its spec says. */
export async function pictureBytes(spec: PictureSpec): Promise<Buffer> {
  if (spec.defect === 'bomb') return bomb()
  if (spec.defect === 'svg' || spec.defect === 'html' || spec.defect === 'zip') return Buffer.from(lies[spec.defect], 'latin1')
  const rgb = pixels(spec)
  let bytes: Buffer
  if (spec.format === 'png' || spec.defect === 'mislabelled') bytes = png(rgb, spec.width, spec.height, spec)
  else {
    const { default: sharp } = await import('sharp')
    bytes = await sharp(rgb, { raw: { width: spec.width, height: spec.height, channels: 3 } })
      .jpeg({ quality: 82 })
      .toBuffer()
  }
  if (spec.defect === 'polyglot') return Buffer.concat([bytes, Buffer.from(lies.html + lies.zip, 'latin1')])
  return spec.defect === 'truncated' ? bytes.subarray(0, Math.floor(bytes.length * 0.55)) : bytes
}

/** What is no picture, whatever it is called. */
const lies = {
  svg: '<svg xmlns="http://www.w3.org/2000/svg" width="240" height="160"><script>window.__pwned = true</script></svg>',
  html: '<!doctype html><script>window.__pwned = true</script>',
  // An empty archive: nothing but its end.
  zip: `PK\x05\x06${'\0'.repeat(18)}`,
}

/** A few KB that claim 30000x30000 pixels: one row of a solid colour, deflated many times over. */
function bomb(): Buffer {
  return png(Buffer.alloc(30_000 * 3 * 8), 30_000, 8, { width: 30_000, height: 30_000 })
}

/** A picture to put into a scenario; `fillPictures` adds hash and size. */
export function picture(spec: PictureSpec, downloaded = true): Picture {
  const mime = spec.format === 'png' && spec.defect !== 'mislabelled' ? 'image/png' : 'image/jpeg'
  return { sha256: '', size: 0, mime, width: spec.width, height: spec.height, downloaded, spec }
}

/** Makes the bytes of every picture, fills in hash and size, and returns the bytes by hash. */
export async function fillPictures(pictures: Picture[]): Promise<Map<string, Buffer>> {
  const made = new Map<string, Buffer>()
  const media = new Map<string, Buffer>()
  for (const item of pictures) {
    const key = JSON.stringify(item.spec)
    const bytes = made.get(key) ?? (await pictureBytes(item.spec))
    made.set(key, bytes)
    item.sha256 = createHash('sha256').update(bytes).digest('hex')
    item.size = bytes.length
    media.set(item.sha256, bytes)
  }
  return media
}
