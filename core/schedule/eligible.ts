import type { Needs } from '../vocabulary.ts'

/** What a worker has. */
export interface Capabilities {
  /** In Docker's words: `amd64`, `arm64`. */
  readonly architecture: string
  /** How many GPUs one run may have here. */
  readonly gpus: number
  /** `volta`, `pascal`; absent where nobody said. */
  readonly gpuArchitecture?: string
  /** Bytes of memory on each GPU; absent where nobody said. */
  readonly gpuMemory?: number
}

/**
 * Whether a worker can run this. What a worker does not say about itself it does not have: a run that asks for `volta`
 * never lands on a GPU of an unknown kind.
 */
export function eligible(needs: Needs, capabilities: Capabilities): boolean {
  const { architecture = capabilities.architecture, gpuArchitecture, gpuMemory } = needs
  const asksForGpu = gpuArchitecture !== undefined || gpuMemory !== undefined
  const gpus = needs.gpus ?? (asksForGpu ? 1 : 0)
  if (architecture !== capabilities.architecture || gpus > capabilities.gpus) return false
  if (gpus === 0) return true
  const rightKind = gpuArchitecture === undefined || sameWord(gpuArchitecture, capabilities.gpuArchitecture)
  return rightKind && (gpuMemory ?? 0) <= (capabilities.gpuMemory ?? 0)
}

function sameWord(a: string, b: string | undefined): boolean {
  return a.toLowerCase() === b?.toLowerCase()
}
