import type { GpuTime } from '../../core/records/gpus.ts'
import { type GpuPool, openGpuPool } from '../../worker/gpus/gpu-pool.ts'
import { createNvidiaSmi } from '../../worker/gpus/nvidia-smi.ts'
import type { Deployment } from './deployment.ts'
import type { HealthCheck } from './health.ts'

/** The GPUs of this host, where runs can be given any. */
export async function openGpus({ config, log }: Pick<Deployment, 'config' | 'log'>): Promise<GpuPool | undefined> {
  const { server, docker } = config
  // Bubblewrap has no way to hand one in.
  if (server.nvidia_smi === '' || docker.runner === 'bubblewrap') return undefined
  return await openGpuPool(createNvidiaSmi(server.nvidia_smi), log)
}

/** Without persistence mode each look wakes the driver, so it is not one every few seconds. */
const lookEveryMs = 60_000

/** A sick GPU is out, and staff are told; the others go on. */
export function gpuCheck(pool: GpuPool, now: () => number = performance.now): HealthCheck {
  let lookedAt = now()
  return {
    name: 'gpu',
    stopsClaims: false,
    problem: async () => {
      if (now() - lookedAt >= lookEveryMs) {
        lookedAt = now()
        await pool.look()
      }
      const problems = pool.problems()
      return problems.length === 0 ? undefined : problems.join('; ')
    },
  }
}

/** `ece408/rocket`: whose GPU time it is. */
export function ownerOfTime({ course, team, account = '' }: GpuTime): string {
  return `${course}/${team ?? account}`
}
