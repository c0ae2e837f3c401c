/** Run as a process of its own, under a clock that the test sets: says each tick of a schedule that comes due every second. */
import { ticksEvery } from '../../../src/schedule.ts'

ticksEvery(1000, () => process.stdout.write('tick\n'))
