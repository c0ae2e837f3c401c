import { createHash } from 'node:crypto'
import { readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import sharp from 'sharp'
import { rowsOf } from '../../src/db/client.ts'
import { makeFileStore } from '../../src/files.ts'
import { image, message, writing } from '../db/given.ts'
import { expect, type TestDatabase, test } from '../support/database.ts'
import { asking, sessionOn } from './asking.ts'

/** A message with one stored file; gives what asks for it. */
async function stored(given: TestDatabase, bytes: Uint8Array, mediaType: string, name: string | null = null) {
  const file = await makeFileStore(given.dataDir).put(bytes, mediaType === 'image/png' ? 'png' : 'bin')
  const { save } = await writing(given.store, { title: `Chat ${file.checksum}` })
  const attachment = image(file.checksum, { filePath: file.path, sizeBytes: bytes.byteLength, mediaType, originalName: name })
  await save([message('M1', { kind: 'image', attachments: [attachment] })])
  const [row] = await rowsOf<{ id: number }>(given.database.db, sql`select id from attachments where checksum = ${file.checksum}`)
  const { app, get } = await asking(sessionOn(given))
  const ask = (headers: Record<string, string> = {}, query = '', method: 'GET' | 'HEAD' = 'GET') =>
    app.inject({ method, url: `/attachments/${row?.id}${query}`, headers })
  return { file, ask, get, app, id: row?.id, path: join(given.dataDir, file.path) }
}

const png = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#3a7' } })
    .png()
    .toBuffer()

test('bytes come whole, in ranges, and not at all when the client has them', async ({ makeDatabase }) => {
  const bytes = await png(40, 30)
  const { ask, file } = await stored(await makeDatabase('postgres'), bytes, 'image/png', 'holiday.png')
  const tag = `"${createHash('sha256').update(bytes).digest('hex')}"`
  const whole = await ask()
  expect(whole.statusCode).toBe(200)
  expect(whole.rawPayload.equals(bytes)).toBe(true)
  expect(whole.headers).toMatchObject({
    etag: tag,
    'content-type': 'image/png',
    'content-length': String(bytes.length),
    'accept-ranges': 'bytes',
    'content-disposition': `inline; filename="holiday.png"; filename*=UTF-8''holiday.png`,
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  })
  expect(tag).toContain(file.checksum)
  const size = bytes.length
  for (const [range, from, to] of [
    ['bytes=0-9', 0, 9],
    ['bytes=10-', 10, size - 1],
    ['bytes=-5', size - 5, size - 1],
    [`bytes=5-${size * 9}`, 5, size - 1],
  ] as const) {
    const part = await ask({ range })
    expect([part.statusCode, part.headers['content-range']], range).toEqual([206, `bytes ${from}-${to}/${size}`])
    expect(part.rawPayload.equals(bytes.subarray(from, to + 1)), range).toBe(true)
  }
  for (const range of ['bytes=9-1', 'bytes=0-1,3-4', 'items=0-1', 'bytes=-']) expect((await ask({ range })).statusCode, range).toBe(200)
  for (const range of [`bytes=${size}-`, 'bytes=-0']) {
    const outside = await ask({ range })
    expect([outside.statusCode, outside.headers['content-range'], outside.json().error.code]).toEqual([
      416,
      `bytes */${size}`,
      'range_not_satisfiable',
    ])
  }
  expect((await ask({ range: 'bytes=0-9' }, '', 'HEAD')).headers['content-length'], 'ranges are defined for GET alone').toBe(String(size))
  expect((await ask({ range: 'bytes=0-9', 'if-range': '"another"' })).statusCode).toBe(200)
  expect((await ask({ range: 'bytes=0-9', 'if-range': tag })).statusCode).toBe(206)
  const had = await ask({ 'if-none-match': `"x", W/${tag}` })
  expect([had.statusCode, had.body, had.headers.etag]).toEqual([304, '', tag])
  const head = await ask({}, '', 'HEAD')
  expect([head.statusCode, head.headers['content-length'], head.body]).toEqual([200, String(size), ''])
})

test('nothing of a file becomes a page or a header: its type and its name are made safe', async ({ makeDatabase }) => {
  const given = await makeDatabase('postgres')
  const html = Buffer.from('<script>alert(1)</script>')
  const name = '../../Bild "x"\r\nSet-Cookie: a=b;\u202egpj.exe äöü 写真.html'
  const { ask } = await stored(given, html, 'text/html', name)
  const { headers, statusCode } = await ask()
  expect([statusCode, headers['content-type'], headers['set-cookie']]).toEqual([200, 'application/octet-stream', undefined])
  expect(headers['content-disposition']).toBe(
    `attachment; filename="Bild _x_Set-Cookie: a=b_gpj.exe ___ __.html"; filename*=UTF-8''Bild%20%22x%22Set-Cookie%3A%20a%3Db%3Bgpj.exe%20%C3%A4%C3%B6%C3%BC%20%E5%86%99%E7%9C%9F.html`,
  )
  expect(headers['content-security-policy']).toContain('sandbox')
  expect((await ask({}, '?width=96')).json().error.code).toBe('no_thumbnail')
})

test('nothing outside the directory of attachments is given, and what is damaged or gone is said', async ({ makeDatabase }) => {
  const given = await makeDatabase('postgres')
  const { ask, get, path, id } = await stored(given, await png(4, 4), 'image/png')
  const { db } = given.database
  const secret = join(given.dataDir, 'api-key')
  await writeFile(secret, await readFile(path))
  for (const filePath of ['../api-key', 'api-key', secret, 'sha256/../../api-key', 'sha256/%2e%2e/api-key']) {
    await db.execute(sql`update attachments set file_path = ${filePath}`)
    const refused = await ask()
    expect([refused.statusCode, refused.rawPayload.includes('PNG')], filePath).toEqual([500, false])
  }
  await db.execute(sql`update attachments set file_path = ${path.slice(given.dataDir.length + 1)}`)
  expect((await ask()).statusCode).toBe(200)
  await rm(path)
  expect((await ask()).json().error.code).toBe('file_missing')
  await symlink(secret, path)
  expect((await ask()).json().error.code).toBe('file_missing')
  await rm(path)
  await writeFile(path, 'shorter')
  expect((await ask()).json().error.code).toBe('file_missing')
  await db.execute(sql`update attachments set status = 'pending', file_path = null, checksum = null`)
  expect((await ask()).json().error).toEqual({ code: 'not_stored', message: 'the bytes of this attachment are not stored: pending' })
  await db.execute(sql`update messages set account_id = 'other'`)
  expect((await get(`/attachments/${id}`, 404)).error.code).toBe('unknown_attachment')
  for (const wrong of ['..%2f..%2fapi-key', '1e3', '-1', '999999999999999999999']) {
    expect((await get(`/attachments/${wrong}`, 400)).error.message, wrong).toContain('expected the number of an attachment')
  }
})

test('small pictures are made in a few widths, never larger than the picture, and only of pictures', async ({ makeDatabase }) => {
  const given = await makeDatabase('postgres')
  const { ask, file } = await stored(given, await png(500, 250), 'image/png', 'a.png')
  const small = await ask({}, '?width=96')
  expect([small.statusCode, small.headers['content-type'], small.headers.etag]).toEqual([200, 'image/webp', `"${file.checksum}-96"`])
  expect(small.headers['content-disposition']).toContain('a.webp')
  expect(await sharp(small.rawPayload).metadata()).toMatchObject({ format: 'webp', width: 96, height: 48 })
  expect(await sharp((await ask({}, '?width=1280')).rawPayload).metadata()).toMatchObject({ width: 500, height: 250 })
  expect((await ask({ 'if-none-match': `"${file.checksum}-96"` }, '?width=96')).statusCode).toBe(304)
  expect((await ask({}, '?width=97')).json().error.message).toContain('expected one of 96, 320, 640, 1280')
  const broken = await stored(given, Buffer.from('no picture'), 'image/png')
  expect((await broken.ask({}, '?width=96')).statusCode).toBe(415)
})
