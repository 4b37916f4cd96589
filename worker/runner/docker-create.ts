import type Docker from 'dockerode'
import { type ContainerPlan, containerSpec } from './docker-container.ts'
import type { GpuParts } from './docker-gpus.ts'
import type { Image } from './docker-image.ts'
import { networkFor } from './docker-network.ts'
import { removeContainer } from './docker-remove.ts'
import type { DockerSetup } from './docker-setup.ts'
import { labelsOf } from './labels.ts'
import type { Releasers } from './releasers.ts'
import type { SandboxRequest } from './runner.ts'

/** One sandbox while it is made; what has to go again is in `releasers`. */
export interface Opening {
  readonly setup: DockerSetup
  readonly request: SandboxRequest
  /** Of the container, less its prefix, and of the folder. */
  readonly name: string
  readonly signal: AbortSignal
  readonly gpus: GpuParts
  readonly releasers: Releasers
}

export async function createContainer(
  { setup, request, name: own, gpus, signal, releasers }: Opening,
  image: Image,
  places: Pick<ContainerPlan, 'build' | 'hosted'>,
): Promise<Docker.Container> {
  const { engine, uid, gid, runtime } = setup
  const labels = labelsOf(request, setup.owner, setup.labelPrefix)
  const name = `${setup.labelPrefix}-${own}`
  // By name and beforehand: an engine that answers too late has made it all the same.
  releasers.add(() => removeContainer(engine, name))
  const network = await networkFor(engine, request, setup.network)
  const cores = setup.cores?.take(request.limits.cpus, releasers)
  const spec = containerSpec({
    ...places,
    gpus,
    ...{ image, limits: request.limits, labels, name, uid, gid },
    ...(network === undefined ? {} : { network }),
    ...(cores === undefined ? {} : { cores }),
    ...(runtime === undefined ? {} : { runtime }),
  })
  return await engine.call('create container', (abortSignal) => engine.api.createContainer({ ...spec, abortSignal }), {
    signal,
  })
}
