/**
 * Opens a `blob:` URL. Gives the Blob itself, whose bytes are fetched over the debugging connection afterwards (reference: measured; the
 * one function here that returns no JSON), or the reason why not: `too_large`, `gone` (revoked, or never valid here).
 */
export async function openBlob(url: string, maxBytes: number): Promise<Blob | string> {
  const controller = new AbortController()
  try {
    const response = await fetch(url, { signal: controller.signal })
    if (Number(response.headers.get('content-length') ?? 0) > maxBytes) {
      controller.abort()
      return 'too_large'
    }
    const blob = await response.blob()
    return blob.size > maxBytes ? 'too_large' : blob
  } catch {
    return 'gone'
  }
}

/** Size in bytes and type of an opened Blob, as JSON. Called with the Blob as `this`. */
export function describeBlob(this: Blob): string {
  return JSON.stringify({ size: this.size, type: this.type })
}
