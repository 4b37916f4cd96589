import prettyBytes from 'pretty-bytes'
import type { Fleet } from '../records/fleet.ts'
import { eligible } from '../schedule/eligible.ts'
import { kindLines } from '../schedule/gpu-kinds.ts'
import { gpusWanted } from '../schedule/gpus.ts'
import type { Needs } from '../vocabulary.ts'
import { noSuchGpu } from './refusals.ts'

/** A machine that is restarted, or mended, is waited for. */
const rememberMs = 24 * 3_600_000

/** Throws a `Refusal` for GPUs that no worker of the queue has had within a day: it would wait for ever. */
export async function checkReachable(fleet: Pick<Fleet, 'seen'>, queue: string, needs: Needs): Promise<void> {
  if (gpusWanted(needs) === 0) return
  const workers = (await fleet.seen(rememberMs)).filter(({ queues }) => queues.includes(queue))
  if (workers.some(({ capabilities }) => eligible(needs, capabilities))) return
  const machines = workers.map(({ capabilities }) => kindLines(capabilities.gpus, inBinary).join(' and '))
  throw noSuchGpu(wantedIn(needs), [...new Set(machines.filter((line) => line !== ''))])
}

function wantedIn(needs: Needs): string {
  const count = gpusWanted(needs)
  const { gpuArchitecture, gpuMemory } = needs
  const kind = [gpuArchitecture, gpuMemory === undefined ? undefined : inBinary(gpuMemory)].filter((one) => one)
  return `${count === 1 ? 'a GPU' : `${count} GPUs`}${kind.length === 0 ? '' : ` (${kind.join(', ')})`}`
}

function inBinary(bytes: number): string {
  return prettyBytes(bytes, { binary: true, maximumFractionDigits: 1 })
}
