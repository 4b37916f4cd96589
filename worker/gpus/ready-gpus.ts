import type { ClaimedRun } from '../../core/records/claim.ts'
import type { Desk } from '../desk.ts'
import type { Stop } from '../stop.ts'
import type { GpuPool } from './gpu-pool.ts'

/**
 * Looks at the GPUs a run was given before anything runs on them. One that is not in order ends the attempt, at no cost:
 * the run goes back to the queue, and the GPU is out of the next choice. Rejects then.
 */
export async function readyGpus(
  pool: GpuPool | undefined,
  { gpus }: ClaimedRun,
  stop: Stop,
  desk: Desk,
): Promise<void> {
  if (gpus.length === 0) return
  const problem = pool === undefined ? 'this worker has none' : await pool.check(gpus)
  if (problem === undefined) {
    await desk.output.say(`GPUs: ${gpus.map(({ name, uuid }) => `${name} (${uuid})`).join(', ')}`)
    return
  }
  await desk.output.say('A GPU of this machine is not in order. The run goes on elsewhere, or here on another one.')
  stop.stop('hand-back')
  throw new Error(`A GPU is not in order: ${problem}`)
}
