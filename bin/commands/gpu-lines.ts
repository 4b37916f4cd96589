import prettyBytes from 'pretty-bytes'
import prettyMilliseconds from 'pretty-ms'
import type { Announcement } from '../../core/records/fleet.ts'
import type { GpuInUse, GpuTime } from '../../core/records/gpus.ts'
import { kindLines } from '../../core/schedule/gpu-kinds.ts'

/** What `rai gpu ls` prints: what each host has, and who has which of it now. */
export function gpuLines(workers: readonly Announcement[], inUse: readonly GpuInUse[], now: number): string[] {
  const hosts = new Map(workers.map(({ host, capabilities }) => [host, capabilities.gpus]))
  const kinds = [...hosts].flatMap(([host, gpus]) => kindLines(gpus, inBinary).map((line) => `${host}  ${line}`))
  const uses = inUse.map(({ host, uuid, submission, takenAt }) => {
    const since = prettyMilliseconds(Math.max(0, now - takenAt), { compact: true })
    return `${host}  ${uuid}  ${submission}  for ${since}`
  })
  if (kinds.length + uses.length === 0) return ['No worker that lives has a GPU.']
  return [...kinds, ...(uses.length === 0 ? ['None of them is in use.'] : ['In use:', ...uses])]
}

function inBinary(bytes: number): string {
  return prettyBytes(bytes, { binary: true, maximumFractionDigits: 1 })
}

/** What `rai gpu minutes` prints. */
export function minuteLines(times: readonly GpuTime[]): string[] {
  if (times.length === 0) return ['Nobody had a GPU.']
  return times.map(({ course, team, account = '', ms }) => {
    const minutes = (ms / 60_000).toFixed(1)
    return `${minutes.padStart(10)}  ${course}  ${team === undefined ? `account ${account}` : `team ${team}`}`
  })
}
