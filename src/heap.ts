/**
 * How far V8 lets garbage pile up, set for the process that imports this: first of all modules, for V8 decides with each full collection when the
 * next one comes, and the last one while the program loads would decide for a long time.
 *
 * Left to itself V8 lets the heap of this program (45 MB alive) grow to two or three times that before it collects: on a machine with
 * much memory that is cheaper. Each batch leaves a little behind that lived through a young collection, so that a long history took more
 * memory than a short one although nothing of it was held. Up to a quarter of what is alive may pile up now: a full collection every 6,000
 * messages or so, 2 to 3 % of the time on a busy machine (measured over 20,000). V8 reads this setting whenever it is due.
 */
import { setFlagsFromString } from 'node:v8'

setFlagsFromString('--heap-growing-percent=25')
