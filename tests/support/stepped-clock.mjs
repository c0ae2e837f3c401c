/**
 * Loaded into a program before everything else (`NODE_OPTIONS=--import …`): a clock that a test sets. CLOCK_FILE holds the milliseconds by which
 * it is ahead; SIGUSR2 has them read again. Timers go on as they do on a machine whose clock is set.
 */
import { readFileSync } from 'node:fs'

const RealDate = Date
let aheadMs = 0

globalThis.Date = class SteppedDate extends RealDate {
  constructor(...given) {
    if (given.length === 0) super(RealDate.now() + aheadMs)
    else super(...given)
  }

  static now() {
    return RealDate.now() + aheadMs
  }
}

const read = () => {
  aheadMs = Number(readFileSync(process.env.CLOCK_FILE ?? '', 'utf8'))
}
read()
process.on('SIGUSR2', () => {
  read()
  process.stderr.write('the clock was set\n')
})
