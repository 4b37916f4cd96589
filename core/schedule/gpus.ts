import type { Needs } from '../vocabulary.ts'

/** What a build file can ask of a GPU. What nobody said of it, it does not have. */
export interface GpuKind {
  /** `volta`, `pascal`. */
  readonly architecture?: string
  /** As the driver reports it, in bytes. */
  readonly memoryBytes?: number
}

/** One GPU of a host. */
export interface GpuDevice extends GpuKind {
  /** `GPU-…`: the same across restarts, whatever else is in the machine. */
  readonly uuid: string
  /** As it is sold: `Tesla V100-SXM2-16GB`. */
  readonly name: string
}

/** A card that is sold as 16 GB reports a few percent less: the driver and error correction keep their part. */
const soldAs = 1.07

/** How many GPUs a run takes. One, where it asks for a kind of GPU and for no number. */
export function gpusWanted({ gpus, gpuArchitecture, gpuMemory }: Needs): number {
  return gpus ?? (gpuArchitecture !== undefined || gpuMemory !== undefined ? 1 : 0)
}

/**
 * Which of these a run would get: of those that fit, the ones with the least memory, so that the large ones are left
 * for those who ask for them. `undefined` when there are not enough.
 */
export function pickGpus<G extends GpuKind>(needs: Needs, free: readonly G[]): readonly G[] | undefined {
  const wanted = gpusWanted(needs)
  const fitting = fittingGpus(needs, free)
  if (fitting.length < wanted) return undefined
  return [...fitting].sort((a, b) => (a.memoryBytes ?? 0) - (b.memoryBytes ?? 0)).slice(0, wanted)
}

/** Those that are of the kind that is asked for, however many are. */
export function fittingGpus<G extends GpuKind>(needs: Needs, gpus: readonly G[]): readonly G[] {
  return gpus.filter((gpu) => fits(needs, gpu))
}

function fits({ gpuArchitecture, gpuMemory = 0 }: Needs, { architecture, memoryBytes = 0 }: GpuKind): boolean {
  const rightKind = gpuArchitecture === undefined || gpuArchitecture.toLowerCase() === architecture?.toLowerCase()
  return rightKind && gpuMemory <= memoryBytes * soldAs
}
