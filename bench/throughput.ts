import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { bareEngine, runBare } from './bare-container.ts'
import type { Bench, BenchContext, Finding } from './bench.ts'
import { openClassChannel } from './class-channel.ts'
import { inTurns, spreadOf } from './spread.ts'

const command = 'echo done'
const jobsEach = 3

/** Jobs a second when several run at once. */
export const throughput: Bench = {
  name: 'throughput',
  title: 'Throughput: trivial jobs a second, several at once',
  async run(context) {
    const findings: Finding[] = []
    for (const concurrency of [2, 4, 8]) {
      context.say(`  ${concurrency} at once`)
      findings.push(await measure(context, concurrency))
    }
    return findings
  },
}

async function measure(context: BenchContext, concurrency: number): Promise<Finding> {
  const folder = join(context.folder, String(concurrency))
  await mkdir(folder, { mode: 0o711 })
  const channel = await openClassChannel({ ...context, folder, slots: concurrency, command })
  const docker = bareEngine(channel.dockerHost)
  try {
    const jobs = concurrency * jobsEach
    const samples = await inTurns(Math.max(3, Math.round(context.rounds / 3)), {
      ours: () => jobsPerSecond(jobs, concurrency, () => channel.submit()),
      floor: () => jobsPerSecond(jobs, concurrency, () => runBare(docker, channel.image, ['/bin/sh', '-c', command])),
    })
    return {
      measure: `${concurrency} at once`,
      unit: 'jobs/s',
      ours: spreadOf(samples.ours),
      floor: spreadOf(samples.floor),
      floorIs: 'the bare loop of create+attach+start+wait+remove at the same concurrency',
      goal: { kind: 'at least', value: 0.95 },
    }
  } finally {
    await channel.close()
  }
}

/** As many at a time as asked, until all are done. */
async function jobsPerSecond(jobs: number, concurrency: number, job: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  let left = jobs
  const lane = async () => {
    while (left > 0) {
      left -= 1
      await job()
    }
  }
  await Promise.all(Array.from({ length: concurrency }, lane))
  return jobs / ((performance.now() - started) / 1000)
}
