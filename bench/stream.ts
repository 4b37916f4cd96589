import { bareEngine, runBare } from './bare-container.ts'
import type { Bench } from './bench.ts'
import { openClassChannel } from './class-channel.ts'
import { inTurns, spreadOf } from './spread.ts'

const mebibyte = 2 ** 20
/** In MiB. */
const sizes = { quick: 4, usual: 32, full: 256 } as const
const line = 'a line of output as a program prints it, sixty-three characters'

/** How fast output comes through: container, spool, live log, stored file, against the engine's own attach. */
export const stream: Bench = {
  name: 'stream',
  title: 'Stream: output from the first byte until it is stored and the verdict is told',
  async run(context) {
    const mib = sizes[context.size]
    const command = `yes '${line}' | head -c ${mib * mebibyte}`
    const shell = `sh -c "${command}"`
    const docker = { output_limit: '1gb' }
    const channel = await openClassChannel({ ...context, slots: 1, command: shell, docker })
    const engine = bareEngine(channel.dockerHost)
    const speed = (ms: number) => mib / (ms / 1_000)
    try {
      const samples = await inTurns(Math.min(context.rounds, 7), {
        ours: async () => {
          const { firstLineMs, verdictMs } = await channel.submit()
          return speed(verdictMs - firstLineMs)
        },
        floor: async () => {
          const { firstByteMs, totalMs } = await runBare(engine, channel.image, ['/bin/sh', '-c', command])
          return speed(totalMs - firstByteMs)
        },
      })
      return [
        {
          measure: `${mib} MiB of output`,
          unit: 'MiB/s',
          ours: spreadOf(samples.ours),
          floor: spreadOf(samples.floor),
          floorIs: 'bare attach of the same command, until the container is removed',
          goal: { kind: 'at least', value: 0.8 },
          note: 'ours ends with the verdict in the thread: the log is stored by then, and the result',
        },
      ]
    } finally {
      await channel.close()
    }
  },
}
