import { join } from 'node:path'
import { ProviderError } from '../../core/errors.ts'
import { createBuildDisk } from './build-disk.ts'
import type { BuildPlace } from './docker-container.ts'
import type { Opening } from './docker-create.ts'
import { type LowWater, watchLowWater } from './low-water.ts'

export interface BuildSpace {
  readonly build: BuildPlace
  readonly lowWater?: LowWater
}

/**
 * A disk of its own for `/build` where this process may mount one, else memory. Memory counts against the memory
 * limit, and a stopped container loses it.
 */
export async function makeBuildSpace({ setup, request, name, releasers }: Opening): Promise<BuildSpace> {
  const { scratch, uid, gid } = setup
  if (scratch === undefined) return { build: { kind: 'memory' } }
  const folder = join(scratch, name)
  const disk = await createBuildDisk({ folder, bytes: request.limits.buildBytes, uid, gid }).catch((cause: unknown) => {
    throw new ProviderError({ provider: 'docker', operation: 'make the build disk', retryable: true, cause })
  })
  releasers.add(() => disk.remove())
  const lowWater = watchLowWater(() => disk.freeBytes())
  releasers.add(async () => lowWater.close())
  return { build: { kind: 'folder', path: disk.path }, lowWater }
}
