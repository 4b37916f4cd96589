import type { Needs } from '../vocabulary.ts'
import { chooseNext, type ScheduleOptions } from './choose.ts'
import { type Capabilities, eligible } from './eligible.ts'
import { type GpuKind, gpusWanted, pickGpus } from './gpus.ts'
import type { Lane, Served } from './lanes.ts'

interface Work<L> {
  readonly lanes: readonly L[]
  readonly served: readonly Served[]
  /** The GPUs of `capabilities` that nobody has now. */
  readonly freeGpus: readonly GpuKind[]
}

/**
 * Who is next on one worker: the fairest lane that its host can run. Whose turn it is and whose GPUs are not free yet
 * is waited for: no run that wants GPUs starts before it here, or small requests would keep a large one out for ever.
 * Runs without GPUs go on.
 */
export function chooseFor<L extends Lane & { readonly needs: Needs }>(
  { lanes, served, freeGpus }: Work<L>,
  capabilities: Capabilities,
  options: ScheduleOptions = {},
): L | undefined {
  const possible = lanes.filter(({ needs }) => eligible(needs, capabilities))
  const next = chooseNext(possible, served, options)
  if (next === undefined || pickGpus(next.needs, freeGpus) !== undefined) return next
  return chooseNext(
    possible.filter(({ needs }) => gpusWanted(needs) === 0),
    served,
    options,
  )
}
