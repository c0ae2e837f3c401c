/** The pairing code as something to look at: lines for a terminal, a data URL for a page. */
import QRCode from 'qrcode'

/** Empty modules around the code; the standard asks for four, phones are content with two. */
const quiet = 2

/**
 * The code in half blocks, two modules high each, black on white by terminal colours (so that it can be scanned on any theme). `plain`
 * leaves the colours out, for output that is no terminal; light modules are then drawn and dark ones left empty.
 */
export function qrLines(text: string, { plain = false }: { plain?: boolean } = {}): string[] {
  const { modules } = QRCode.create(text, { errorCorrectionLevel: 'L' })
  const dark = (row: number, column: number): boolean =>
    row >= 0 && column >= 0 && row < modules.size && column < modules.size && modules.get(row, column) === 1
  const lines: string[] = []
  for (let row = -quiet; row < modules.size + quiet; row += 2) {
    let line = ''
    for (let column = -quiet; column < modules.size + quiet; column++) {
      const light = [!dark(row, column), !dark(row + 1, column)]
      line += light[0] && light[1] ? '█' : light[0] ? '▀' : light[1] ? '▄' : ' '
    }
    // Blocks are the light modules: white on black, so that block and ground are what they should be.
    lines.push(plain ? line : `\u001b[97;40m${line}\u001b[0m`)
  }
  return lines
}

/** The code as a PNG in a data URL, 5 px a module. */
export function qrDataUrl(text: string): Promise<string> {
  return QRCode.toDataURL(text, { errorCorrectionLevel: 'L', margin: 4, scale: 5 })
}
