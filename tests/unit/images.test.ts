import { expect, test } from '@playwright/test'
import sharp from 'sharp'
import { examineImage, imageLimits } from '../../src/images.ts'

const width = 300
const height = 200

/** Pixels that no codec can make a handful of bytes of. */
function pixels(rows = height, columns = width): Buffer {
  const raw = Buffer.alloc(columns * rows * 3)
  for (let i = 0; i < raw.length; i++) raw[i] = (i * 7 + Math.floor(i / 900) * 13) & 255
  return raw
}
const picture = () => sharp(pixels(), { raw: { width, height, channels: 3 } })
const film = () => sharp(pixels(5 * 64, 64), { raw: { width: 64, height: 5 * 64, channels: 3, pageHeight: 64 } })

const formats = {
  jpeg: { make: () => picture().jpeg().toBuffer(), mediaType: 'image/jpeg', ext: 'jpg' },
  'progressive jpeg': { make: () => picture().jpeg({ progressive: true }).toBuffer(), mediaType: 'image/jpeg', ext: 'jpg' },
  png: { make: () => picture().png().toBuffer(), mediaType: 'image/png', ext: 'png' },
  webp: { make: () => picture().webp().toBuffer(), mediaType: 'image/webp', ext: 'webp' },
  'lossless webp': { make: () => picture().webp({ lossless: true }).toBuffer(), mediaType: 'image/webp', ext: 'webp' },
  gif: { make: () => picture().gif().toBuffer(), mediaType: 'image/gif', ext: 'gif' },
} as const

for (const [name, { make, mediaType, ext }] of Object.entries(formats)) {
  test(`a sound ${name} is taken with its size`, async () => {
    expect(await examineImage(await make())).toEqual({ ok: true, format: mediaType.slice(6), mediaType, ext, width, height })
  })

  test(`a ${name} that was cut off anywhere is refused`, async () => {
    const bytes = await make()
    const taken: number[] = []
    const cuts = [1, 2, 3, 12, 13, ...Array.from({ length: 25 }, (_, index) => Math.floor((bytes.byteLength * (index + 1)) / 26))]
    for (const missing of cuts) if ((await examineImage(bytes.subarray(0, bytes.byteLength - missing))).ok) taken.push(missing)
    expect(taken).toEqual([])
  })
}

for (const name of ['webp', 'gif'] as const) {
  test(`an animated ${name} is taken with the size of one frame, and refused when it was cut off`, async () => {
    const bytes = await film()
      [name]({ loop: 0, delay: [100, 100, 100, 100, 100] })
      .toBuffer()
    expect((await sharp(bytes, { animated: true }).metadata()).pages).toBe(5)
    expect(await examineImage(bytes)).toMatchObject({ ok: true, format: name, width: 64, height: 64 })
    expect(await examineImage(bytes.subarray(0, bytes.byteLength - 40))).toMatchObject({ ok: false })
  })
}

test('a picture with transparency, a grey one and one in CMYK are taken', async () => {
  const background = { r: 1, g: 2, b: 3, alpha: 0.5 }
  const transparent = await sharp({ create: { width: 9, height: 8, channels: 4, background } })
    .webp()
    .toBuffer()
  expect(await examineImage(transparent)).toMatchObject({ ok: true, width: 9, height: 8 })
  expect(await examineImage(await picture().greyscale().jpeg().toBuffer())).toMatchObject({ ok: true })
  expect(await examineImage(await picture().toColourspace('cmyk').jpeg().toBuffer())).toMatchObject({ ok: true })
})

test('a photograph taken upright has its size as people see it', async () => {
  const bytes = await picture().withMetadata({ orientation: 6 }).jpeg().toBuffer()
  expect(await examineImage(bytes)).toMatchObject({ ok: true, width: height, height: width })
})

const impostors: Record<string, Buffer> = {
  nothing: Buffer.alloc(0),
  SVG: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>'),
  'SVG with an XML head': Buffer.from('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
  HTML: Buffer.from('<!doctype html><script>alert(1)</script>'),
  PDF: Buffer.from('%PDF-1.7\n1 0 obj\n<<>>\nendobj\n'),
  'a zip archive': Buffer.from('PK\x03\x04aaaaaaaaaaaaaaaaaaaaaaaa', 'latin1'),
  'HTML behind the first bytes of a JPEG': Buffer.from('\xff\xd8\xff\xe0<!doctype html><script>alert(1)</script>\xff\xd9', 'latin1'),
  'HTML behind the first bytes of a GIF': Buffer.from('GIF89a<!doctype html><script>alert(1)</script>;', 'latin1'),
  'zeros behind the first bytes of a PNG': Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(500)]),
  'a RIFF file that is sound': Buffer.from('RIFF\x24\0\0\0WAVEfmt aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'latin1'),
}
for (const [name, bytes] of Object.entries(impostors)) {
  test(`${name} is refused with a reason`, async () => {
    expect(await examineImage(bytes)).toEqual({ ok: false, reason: expect.stringMatching(/\w{3}/) })
  })
}

test('formats that sharp could read but WhatsApp does not show are refused', async () => {
  expect(await examineImage(await picture().tiff().toBuffer())).toMatchObject({ ok: false, reason: expect.stringContaining('neither') })
  expect(await examineImage(await picture().avif().toBuffer())).toMatchObject({ ok: false, reason: expect.stringContaining('neither') })
})

test('a bomb is refused by its header: few bytes, more pixels than anybody took', async () => {
  const bomb = await sharp({ create: { width: 12_000, height: 12_000, channels: 3, background: '#000' }, limitInputPixels: false })
    .png()
    .toBuffer()
  expect(bomb.byteLength).toBeLessThan(1 << 20)
  expect(await examineImage(bomb)).toEqual({ ok: false, reason: expect.stringContaining('12000 x 12000') })
})

test('an animation whose frames together are a bomb is refused', async () => {
  const bytes = await film().webp({ loop: 0 }).toBuffer()
  const limits = { ...imageLimits, maxPixels: 64 * 64, maxTotalPixels: 4 * 64 * 64 }
  expect(await examineImage(bytes, limits)).toEqual({ ok: false, reason: expect.stringContaining('5 frames') })
  expect(await examineImage(bytes, { ...limits, maxTotalPixels: 5 * 64 * 64 })).toMatchObject({ ok: true })
})

test('more bytes than allowed are refused undecoded', async () => {
  const bytes = await formats.jpeg.make()
  expect(await examineImage(bytes, { ...imageLimits, maxBytes: bytes.byteLength - 1 })).toMatchObject({ ok: false })
  expect(await examineImage(bytes, { ...imageLimits, maxBytes: bytes.byteLength })).toMatchObject({ ok: true })
})

test('damage that a checksum shows is found, whichever bit it is', async () => {
  const bytes = await formats.png.make()
  for (let at = 60; at < bytes.byteLength - 20; at += Math.floor(bytes.byteLength / 40)) {
    const damaged = Buffer.from(bytes)
    damaged[at] = (damaged[at] ?? 0) ^ 0x10
    expect(await examineImage(damaged), `bit flipped at ${at}`).toMatchObject({ ok: false })
  }
})

test('many at once all get their answer, the damaged ones among them too', async () => {
  const [jpeg, png] = [await formats.jpeg.make(), await formats.png.make()]
  const asked = Array.from({ length: 24 }, (_, index) =>
    examineImage(index % 3 === 0 ? png.subarray(0, 900) : index % 3 === 1 ? jpeg : png),
  )
  const answers = await Promise.all(asked)
  expect(answers.map(answer => answer.ok)).toEqual(answers.map((_, index) => index % 3 !== 0))
})
