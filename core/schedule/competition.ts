import type { Needs } from '../vocabulary.ts'
import { type Capabilities, eligible } from './eligible.ts'
import { fittingGpus, gpusWanted } from './gpus.ts'
import type { Lane } from './lanes.ts'

interface Machine {
  readonly host: string
  readonly slots: number
  readonly capabilities: Capabilities
}

/** What one lane waits beside, and for. */
export interface Competition<L> {
  /** Those that the machines it waits for could run instead, itself included. */
  readonly lanes: readonly L[]
  /** How many runs like it those machines have room for at once; `undefined` where that is not known. */
  readonly slots?: number
}

/** Where nobody lives that could run it, all others count as in its way. */
export function competitionFor<L extends Lane & { readonly needs: Needs }>(
  target: L,
  lanes: readonly L[],
  machines: readonly Machine[],
): Competition<L> {
  const able = machines.filter(({ capabilities }) => eligible(target.needs, capabilities))
  if (able.length === 0) return { lanes }
  const rivals = lanes.filter(({ needs }) => able.some(({ capabilities }) => eligible(needs, capabilities)))
  return { lanes: rivals, slots: Math.max(1, roomIn(able, target.needs)) }
}

/** The workers of one host share its GPUs. */
function roomIn(machines: readonly Machine[], needs: Needs): number {
  const wanted = gpusWanted(needs)
  let room = 0
  for (const host of new Set(machines.map((machine) => machine.host))) {
    const here = machines.filter((machine) => machine.host === host)
    const slots = here.reduce((sum, machine) => sum + machine.slots, 0)
    const gpus = Math.max(...here.map(({ capabilities }) => fittingGpus(needs, capabilities.gpus).length))
    room += wanted === 0 ? slots : Math.min(slots, Math.floor(gpus / wanted))
  }
  return room
}
