/** Reads a QR code back out of what was drawn in a terminal. */
import jsqr from 'jsqr'

// A CommonJS module: what is its default depends on who loads it.
const scan = (jsqr as unknown as { default?: typeof jsqr.default }).default ?? (jsqr as unknown as typeof jsqr.default)

/** The text of the last code in `drawn` (half blocks, light modules drawn), or null where none can be scanned. Colours are left out. */
export function readBlocks(drawn: string): string | null {
  const lines = drawn.replace(/\u001b\[[\d;]*[A-Za-z]/g, '').split('\n')
  const isCode = (line: string): boolean => line.length > 20 && /^[█▀▄ ]+$/.test(line)
  let last = lines.length - 1
  while (last >= 0 && !isCode(lines[last] ?? '')) last--
  let first = last
  while (first > 0 && isCode(lines[first - 1] ?? '') && lines[first - 1]?.length === lines[last]?.length) first--
  const code = lines.slice(first, last + 1)
  const scale = 4
  const width = (code[0]?.length ?? 0) * scale
  const height = code.length * 2 * scale
  if (width === 0) return null
  const pixels = new Uint8ClampedArray(width * height * 4)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const module = Math.floor(y / scale)
      const block = code[Math.floor(module / 2)]?.[Math.floor(x / scale)] ?? ' '
      const light = block === '█' || block === (module % 2 === 0 ? '▀' : '▄')
      pixels.set(light ? [255, 255, 255, 255] : [0, 0, 0, 255], (y * width + x) * 4)
    }
  }
  return scan(pixels, width, height, { inversionAttempts: 'dontInvert' })?.data ?? null
}
