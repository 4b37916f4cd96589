import type { Needs } from '../vocabulary.ts'
import { type GpuKind, pickGpus } from './gpus.ts'

/** What a worker has. */
export interface Capabilities {
  /** In Docker's words: `amd64`, `arm64`. */
  readonly architecture: string
  /** All that its host may lease out, whether or not they are free now. */
  readonly gpus: readonly GpuKind[]
}

/**
 * Whether a worker can run this. What a worker does not say about itself it does not have: a run that asks for `volta`
 * never lands on a GPU of an unknown kind.
 */
export function eligible(needs: Needs, { architecture, gpus }: Capabilities): boolean {
  if ((needs.architecture ?? architecture) !== architecture) return false
  return pickGpus(needs, gpus) !== undefined
}
