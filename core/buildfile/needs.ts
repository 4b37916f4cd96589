import type { Needs } from '../vocabulary.ts'
import type { BuildResources } from './build-file.ts'

/** What a worker must have to run this. */
export function needsOf({ architecture, gpu }: Pick<BuildResources, 'architecture' | 'gpu'>): Needs {
  return {
    ...(architecture === undefined ? {} : { architecture }),
    ...(gpu === undefined ? {} : { gpus: gpu.count }),
    ...(gpu?.architecture === undefined ? {} : { gpuArchitecture: gpu.architecture }),
    ...(gpu?.memoryBytes === undefined ? {} : { gpuMemory: gpu.memoryBytes }),
  }
}
