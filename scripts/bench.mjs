/**
 * Runs the benchmarks (tests/bench) and writes docs/benchmarks.md. `--quick`: less data, nothing written, exit 1 on a ratio that got worse beyond its
 * noise band. `--quick --keep` writes the ratios that later short runs are compared with (tests/bench/baseline.json). Other arguments are names of
 * benchmark files to run alone, or options of the runner such as `--repeat-each=3`; then docs/benchmarks.md is not written.
 */
import { spawnSync } from 'node:child_process'

const args = process.argv.slice(2)
const own = ['--quick', '--keep']
const rest = args.filter(arg => !own.includes(arg))
const quick = args.includes('--quick')
const keep = args.includes('--keep')
if (keep && !quick) {
  process.stderr.write('--keep is for --quick: what is kept is compared with short runs. Run `npm run bench -- --quick --keep`.\n')
  process.exit(64)
}
const env = {
  ...process.env,
  BENCH: '1',
  ...(quick && { BENCH_QUICK: '1' }),
  ...(keep && { BENCH_KEEP: '1' }),
  ...(rest.length > 0 && { BENCH_PART: '1' }),
}
const runner = ['playwright', 'test', '--project=bench', '--workers=1', '--reporter=list,./tests/bench/report.ts', ...rest]
const { status } = spawnSync('npx', runner, { stdio: 'inherit', env })
process.exit(status ?? 1)
