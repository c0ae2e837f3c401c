import type { SeenPictures } from './conversation-reader.ts'

/**
 * Opens a `blob:` URL, or what it led to when it was seen (`conversation-reader.ts`). Gives a small one (at most `inlineBytes`) whole, as a `data:` URL: one answer instead of six. Of a larger one it gives the Blob
 * itself, whose bytes are fetched over the debugging connection afterwards (reference: measured; the one function here that returns no string), or
 * the reason why not: `too_large`, `gone` (revoked, or never valid here).
 */
export async function openBlob(url: string, maxBytes: number, inlineBytes: number): Promise<Blob | string> {
  const controller = new AbortController()
  try {
    const { seenPictures } = globalThis as SeenPictures
    const seen = await seenPictures?.get(url)
    seenPictures?.delete(url)
    const response = seen ?? (await fetch(url, { signal: controller.signal }))
    if (Number(response.headers.get('content-length') ?? 0) > maxBytes) {
      controller.abort()
      void response.body?.cancel()
      return 'too_large'
    }
    const blob = await response.blob()
    if (blob.size > maxBytes) return 'too_large'
    if (blob.size > inlineBytes) return blob
    return await new Promise((resolve, reject) => {
      const reader = new FileReader()
      reader.onload = () => resolve(String(reader.result))
      reader.onerror = () => reject(reader.error)
      reader.readAsDataURL(blob)
    })
  } catch {
    return 'gone'
  }
}

/** Size in bytes and type of an opened Blob, as JSON. Called with the Blob as `this`. */
export function describeBlob(this: Blob): string {
  return JSON.stringify({ size: this.size, type: this.type })
}
