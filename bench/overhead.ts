import { bareEngine, runBare } from './bare-container.ts'
import type { Bench } from './bench.ts'
import { openClassChannel } from './class-channel.ts'
import { inTurns, spreadOf } from './spread.ts'

const command = 'echo done'
const floorIs = 'create+attach+start+wait+remove of the same image and command, NetworkDisabled, no limits'

/** What everything around a container costs: from the line in the channel to the verdict in its thread. */
export const overhead: Bench = {
  name: 'overhead',
  title: 'Overhead: a trivial job, from the line in the channel to the verdict in its thread',
  async run(context) {
    // One is free again when its container is removed; a job does not wait for that of the one before.
    const channel = await openClassChannel({ ...context, slots: 2, command })
    const docker = bareEngine(channel.dockerHost)
    try {
      const samples = await inTurns<'ours' | 'floor', { first: number; total: number }>(context.rounds, {
        ours: async () => {
          const { firstLineMs, verdictMs } = await channel.submit()
          return { first: firstLineMs, total: verdictMs }
        },
        floor: async () => {
          const { firstByteMs, totalMs } = await runBare(docker, channel.image, ['/bin/sh', '-c', command])
          return { first: firstByteMs, total: totalMs }
        },
      })
      const spreads = (part: 'first' | 'total') => ({
        unit: 'ms',
        ours: spreadOf(samples.ours.map((sample) => sample[part])),
        floor: spreadOf(samples.floor.map((sample) => sample[part])),
        floorIs,
      })
      return [
        { measure: 'event to verdict', ...spreads('total'), goal: { kind: 'at most', value: 1.2 } },
        { measure: 'event to first line in the log', ...spreads('first'), goal: { kind: 'at most', value: 1.2 } },
      ]
    } finally {
      await channel.close()
    }
  },
}
