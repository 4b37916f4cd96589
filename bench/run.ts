import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { pino } from 'pino'
import type { Bench } from './bench.ts'
import { benches } from './benches.ts'
import { tableOf, writeResults } from './report.ts'

/**
 * `npm run bench`: all; `npm run bench -- overhead --rounds 30`: one, with more rounds; `--quick` to see that it works,
 * `--full` for the largest sizes, `--postgres` for that database too. Prints a table and keeps the figures in bench/results.json, those of `--quick` excepted.
 */
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string' },
    quick: { type: 'boolean' },
    full: { type: 'boolean' },
    postgres: { type: 'boolean' },
  },
})
const size = values.quick ? 'quick' : values.full ? 'full' : 'usual'
const rounds = Number(values.rounds ?? (size === 'quick' ? 3 : 15))
const say = (line: string) => process.stderr.write(`${line}\n`)
const unknown = positionals.filter((name) => !benches.some((bench) => bench.name === name))
if (unknown.length > 0 || !(rounds >= 1)) {
  say(
    `usage: npm run bench -- [--rounds N] [--quick | --full] [--postgres] [${benches.map(({ name }) => name).join('] [')}]`,
  )
  process.exit(2)
}
for (const bench of benches) {
  if (positionals.length === 0 || positionals.includes(bench.name)) await runOne(bench)
}

async function runOne(bench: Bench): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'rai-bench-'))
  // What runs in there as somebody else has to pass through it.
  await chmod(folder, 0o711)
  try {
    say(`\n${bench.title}`)
    const log = pino({ level: 'error' }, pino.destination(2))
    const findings = await bench.run({ say, log, rounds, size, postgres: values.postgres ?? false, folder })
    process.stdout.write(`\n${tableOf(findings)}\n`)
    if (size !== 'quick') await writeResults(join(import.meta.dirname, 'results.json'), bench, findings)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
