/**
 * Runs the benchmarks (tests/bench) and writes docs/benchmarks.md. `--quick`: less data, nothing written, exit 1 on a ratio that is worse than its noise
 * band. Other arguments are names of benchmark files to run alone; then nothing is written either.
 */
import { spawnSync } from 'node:child_process'

const args = process.argv.slice(2)
const quick = args.includes('--quick')
const files = args.filter(arg => arg !== '--quick')
const env = { ...process.env, BENCH: '1', ...(quick && { BENCH_QUICK: '1' }), ...(files.length > 0 && { BENCH_PART: '1' }) }
const runner = ['playwright', 'test', '--project=bench', '--workers=1', '--reporter=list,./tests/bench/report.ts', ...files]
const { status } = spawnSync('npx', runner, { stdio: 'inherit', env })
process.exit(status ?? 1)
