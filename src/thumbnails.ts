/** Small pictures of large ones, made when they are asked for and kept in memory for a while. */
import sharp from 'sharp'
import { decoding, imageLimits } from './images.ts'

/** A picture as WebP, at most `width` wide, turned as its camera said, of an animation the first frame; nothing of its other data is kept. */
export interface Thumbnails {
  /** `key` names the picture for good (its checksum). Rejects for bytes that are no picture or have too many pixels. */
  of(key: string, width: number, bytes: () => Promise<Uint8Array>): Promise<Uint8Array>
}

/** `maxBytes`: what is kept, those that were asked for longest ago go first (32 MB). */
export function makeThumbnails({ maxBytes = 32 << 20 }: { maxBytes?: number } = {}): Thumbnails {
  const kept = new Map<string, Uint8Array>()
  const making = new Map<string, Promise<Uint8Array>>()
  let size = 0

  function keep(name: string, small: Uint8Array): Uint8Array {
    kept.set(name, small)
    size += small.byteLength
    for (const [oldest, bytes] of kept) {
      if (size <= maxBytes) break
      kept.delete(oldest)
      size -= bytes.byteLength
    }
    return small
  }

  return {
    async of(key, width, bytes) {
      const name = `${key}/${width}`
      const found = kept.get(name)
      if (found) {
        kept.delete(name)
        kept.set(name, found)
        return found
      }
      const made =
        making.get(name) ??
        decoding(async () => shrink(await bytes(), width))
          .then(small => keep(name, small))
          .finally(() => making.delete(name))
      making.set(name, made)
      return made
    },
  }
}

function shrink(bytes: Uint8Array, width: number): Promise<Uint8Array> {
  return sharp(bytes, { limitInputPixels: imageLimits.maxPixels, failOn: 'error' })
    .timeout({ seconds: 10 })
    .rotate()
    .resize({ width, withoutEnlargement: true })
    .webp({ quality: 75 })
    .toBuffer()
}
