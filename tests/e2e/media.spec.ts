/** Pictures out of a real browser: every byte, and a plain word where there are none to be had. */
import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from '@playwright/test'
import type { Page } from 'playwright'
import sharp from 'sharp'
import { makeFileStore } from '../../src/files.ts'
import { examineImage } from '../../src/images.ts'
import { followConversation } from '../../src/web/followed-conversation.ts'
import { conversationWorld } from '../../src/web/isolated-world.ts'
import { blobLimits, makePictureStore, readBlob } from '../../src/web/media.ts'
import { type CompiledSet, loadSelectorSets } from '../../src/web/selectors.ts'
import { test } from '../support/chromium.ts'
import { serve } from '../support/serve.ts'

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const item of items) found.push(item)
  return found
}

/** Makes a blob URL in the page, as the web client does. */
function offer(page: Page, bytes: Uint8Array, type = 'image/jpeg'): Promise<string> {
  return page.evaluate(
    ([base64, kind]) => URL.createObjectURL(new Blob([Uint8Array.from(atob(base64), letter => letter.charCodeAt(0))], { type: kind })),
    [Buffer.from(bytes).toString('base64'), type] as const,
  )
}

/** Runs in the page: makes it a conversation of one row, which shows the picture at `src`. */
function pictureRow(src: string): void {
  document.body.innerHTML = `<div id="app"><div id="main"><header></header><div data-testid="conversation-panel-messages"><div></div><div></div>
    <div tabindex="0" data-tab="8"><div role="row"><div data-id="A" data-testid="conv-msg-A"><div data-virtualized="false"><div data-testid="msg-container">
    <div role="button" data-testid="image-thumb" aria-label="Open picture"><div data-testid="media-url-provider"><div><img draggable="true" src="${src}"></div></div></div>
    <div data-testid="msg-meta"><span dir="auto">10:00</span></div></div></div></div></div></div></div></div></div>`
}

let site: Awaited<ReturnType<typeof serve>>
test.beforeEach(async ({ page }) => {
  site = await serve('<!doctype html><title>pictures</title>')
  await page.goto(site.url)
})
test.afterEach(() => site.close())

for (const [name, size] of [
  ['an empty one', 0],
  ['1 KB', 1000],
  ['500 KB', 500_000],
  ['5 MB', 5_000_000],
] as const) {
  test(`a blob comes out of the page byte for byte: ${name}`, async ({ page }) => {
    const bytes = randomBytes(size)
    const url = await offer(page, bytes)
    const cdp = await page.context().newCDPSession(page)
    const started = performance.now()
    const read = await readBlob(cdp, url)
    console.log(`${name}: ${(performance.now() - started).toFixed(1)} ms`)
    expect(read).toMatchObject({ ok: true, type: 'image/jpeg' })
    expect(read.ok && sha256(read.bytes)).toBe(sha256(bytes))
  })
}

test('bytes that are text come out unchanged too, and a blob without a type says so', async ({ page }) => {
  const bytes = Buffer.from('plain text, çà и кириллица, 🙂\n'.repeat(5000))
  const read = await readBlob(await page.context().newCDPSession(page), await offer(page, bytes, ''))
  expect(read).toMatchObject({ ok: true, type: null })
  expect(read.ok && read.bytes.equals(bytes)).toBe(true)
})

test('a revoked URL is gone, and so is one that never was a blob', async ({ page }) => {
  const cdp = await page.context().newCDPSession(page)
  const url = await offer(page, randomBytes(100))
  await page.evaluate(revoked => URL.revokeObjectURL(revoked), url)
  expect(await readBlob(cdp, url)).toEqual({ ok: false, reason: 'gone' })
  expect(await readBlob(cdp, site.url)).toEqual({ ok: false, reason: 'gone' })
})

for (const size of [1000, 5_000_000]) {
  test(`a picture that was seen in its row is read after the row went, byte for byte: ${size} bytes`, async ({ page }) => {
    const bytes = randomBytes(size)
    const url = await offer(page, bytes)
    await page.evaluate(pictureRow, url)
    const cdp = await page.context().newCDPSession(page)
    const [set] = loadSelectorSets({ pinned: 'e7' }).sets
    const { raw } = await followConversation(cdp, () => set as CompiledSet, 1_000).read()
    expect(JSON.stringify(raw.items)).toContain(url)
    await page.evaluate(revoked => {
      document.querySelector('[role="row"]')?.remove()
      URL.revokeObjectURL(revoked)
    }, url)
    const read = await readBlob(cdp, url)
    expect(read.ok && sha256(read.bytes)).toBe(sha256(bytes))
    expect(await readBlob(cdp, url)).toEqual({ ok: false, reason: 'gone' })
  })
}

test('a picture is taken hold of once, however often its row is emptied and filled again', async ({ page }) => {
  const url = await offer(page, randomBytes(1000))
  await page.evaluate(pictureRow, url)
  const cdp = await page.context().newCDPSession(page)
  const held = () => conversationWorld(cdp).evaluate('String(globalThis.seenPictures.size)')
  const [set] = loadSelectorSets({ pinned: 'e7' }).sets
  const followed = followConversation(cdp, () => set as CompiledSet, 1_000)
  await followed.read()
  expect(await held()).toBe('1')
  expect(await readBlob(cdp, url)).toMatchObject({ ok: true })
  expect(await held()).toBe('0')
  for (const emptied of [true, false]) {
    await page.evaluate(empty => {
      const box = document.querySelector<HTMLElement>('[data-virtualized]') as HTMLElement & { was?: Node[] }
      if (empty) box.was = [...box.childNodes]
      box.replaceChildren(...(empty ? [] : (box.was ?? [])))
      box.dataset.virtualized = String(empty)
    }, emptied)
    const { raw } = await followed.read()
    expect(raw.items).toMatchObject([{ shell: emptied }])
  }
  expect(await held()).toBe('0')
})

test('a blob over the limit is refused before its bytes travel', async ({ page }) => {
  const cdp = await page.context().newCDPSession(page)
  const sent: string[] = []
  const send = (method: string, params: object) => {
    sent.push(method)
    return cdp.send(method as never, params as never)
  }
  const spied = { send } as unknown as typeof cdp
  const limits = { ...blobLimits, maxBytes: 999 }
  expect(await readBlob(spied, await offer(page, randomBytes(1000)), limits)).toEqual({ ok: false, reason: 'too_large' })
  expect(sent.splice(0)).not.toContain('IO.read')
  // A small one travels in the answer, a larger one by pieces, and is let go of.
  const small = randomBytes(999)
  const read = await readBlob(spied, await offer(page, small), limits)
  expect(read.ok && read.bytes.equals(small)).toBe(true)
  expect(sent.splice(0)).toEqual(['Runtime.callFunctionOn'])
  expect(await readBlob(spied, await offer(page, randomBytes(300_000)))).toMatchObject({ ok: true })
  expect(sent).toEqual(expect.arrayContaining(['IO.read', 'IO.close', 'Runtime.releaseObject']))
})

test('a page that hangs gives up after the time limit', async ({ page }) => {
  const cdp = await page.context().newCDPSession(page)
  const url = await offer(page, randomBytes(100))
  await page.evaluate(
    () =>
      void setTimeout(() => {
        for (const end = performance.now() + 3000; performance.now() < end; );
      }, 0),
  )
  expect(await readBlob(cdp, url, { ...blobLimits, timeoutMs: 300 })).toEqual({ ok: false, reason: 'timeout' })
})

test('a page that was closed is a reason, not an exception', async ({ context }) => {
  const page = await context.newPage()
  await page.goto(site.url)
  const cdp = await context.newCDPSession(page)
  const url = await offer(page, randomBytes(100))
  await page.close()
  expect(await readBlob(cdp, url)).toEqual({ ok: false, reason: 'failed' })
})

test('what the page made of fetch does not matter, and the page does not see the reading', async ({ page }) => {
  const cdp = await page.context().newCDPSession(page)
  const bytes = randomBytes(1000)
  const url = await offer(page, bytes)
  await page.evaluate(() => {
    document.title = 'untouched'
    window.fetch = async () => {
      document.title = 'seen'
      return new Response('something else')
    }
  })
  const read = await readBlob(cdp, url)
  expect(read.ok && read.bytes.equals(bytes)).toBe(true)
  expect(await page.title()).toBe('untouched')
})

test('a page whose policy forbids every connection but blobs is read all the same', async ({ page }) => {
  await page.setContent('<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; connect-src \'self\' blob:">')
  const bytes = randomBytes(1000)
  const read = await readBlob(await page.context().newCDPSession(page), await offer(page, bytes))
  expect(read.ok && read.bytes.equals(bytes)).toBe(true)
})

test('pictures are read, examined and stored once, and what failed says why', async ({ page }) => {
  const dir = await mkdtemp(join(tmpdir(), 'pictures-'))
  try {
    const cdp = await page.context().newCDPSession(page)
    const files = makeFileStore(dir)
    const picture = await sharp({ create: { width: 320, height: 200, channels: 3, background: '#3a7' } })
      .jpeg()
      .toBuffer()
    const revoked = await offer(page, picture)
    await page.evaluate(url => URL.revokeObjectURL(url), revoked)
    const one = (messageId: string, position: number, url: string) => ({ messageId, position, url, checksum: null })
    const wanted = [
      one('A', 0, await offer(page, picture)),
      one('A', 1, await offer(page, picture, 'image/png')),
      one('B', 0, await offer(page, picture.subarray(0, picture.byteLength - 100))),
      one('C', 0, revoked),
    ]
    const stored: boolean[] = []
    const told = new Map<string, string>()
    const store = makePictureStore({
      readBlob: url => readBlob(cdp, url),
      examine: bytes => examineImage(bytes),
      put: async (bytes, ext) => {
        const file = await files.put(bytes, ext)
        stored.push(file.existed)
        return file
      },
    })
    const key = (image: { messageId: string; position: number }) => `${image.messageId}#${image.position}`
    const done = new Map(
      await Promise.all(wanted.map(async image => [key(image), await store(image, read => void told.set(key(image), read))] as const)),
    )
    expect(Object.fromEntries(told)).toEqual({ 'A#0': 'here', 'A#1': 'here', 'B#0': 'here', 'C#0': 'gone' })
    const saved = {
      status: 'saved',
      mediaType: 'image/jpeg',
      checksum: sha256(picture),
      sizeBytes: picture.byteLength,
      width: 320,
      height: 200,
    }
    expect(done.get('A#0')).toMatchObject({ ...saved, position: 0 })
    expect(done.get('A#1')).toMatchObject({ ...saved, position: 1 })
    expect(done.get('B#0')).toMatchObject({ status: 'failed', filePath: null, checksum: null, reason: expect.stringContaining('jpeg') })
    expect(done.get('C#0')).toMatchObject({ status: 'pending', filePath: null, reason: expect.stringContaining('left the page') })
    expect(stored.sort()).toEqual([false, true])
    const listed = await all(files.list())
    expect(listed.map(file => file.path)).toEqual([done.get('A#0')?.filePath])

    // What IndexedDB says to be the same is taken from where it is stored; what is not there, or no longer sound, comes out of the page.
    const reads: string[] = []
    const again = async (checksum: string) => {
      const url = await offer(page, picture)
      const deps = { kept: files.bytesOf, examine: (bytes: Buffer) => examineImage(bytes), put: files.put }
      const read = (one: string) => {
        reads.push(one)
        return readBlob(cdp, one)
      }
      const store = makePictureStore({ ...deps, readBlob: read })
      // The same picture twice at a time: it is read once.
      const [first, second] = await Promise.all([0, 1].map(position => store({ messageId: 'E', position, url, checksum }, () => {})))
      expect(second).toEqual({ ...first, position: 1 })
      return first
    }
    expect(await again(sha256(picture))).toMatchObject({ ...saved, filePath: listed[0]?.path })
    expect(reads).toHaveLength(0)
    expect(await again('0'.repeat(64))).toMatchObject(saved)
    expect(reads.splice(0)).toHaveLength(2)
    await writeFile(join(dir, listed[0]?.path ?? ''), 'damaged')
    expect(await again(sha256(picture))).toMatchObject(saved)
    expect(reads).toHaveLength(1)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
})
