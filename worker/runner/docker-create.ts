import type Docker from 'dockerode'
import { type ContainerPlan, containerSpec } from './docker-container.ts'
import type { Image } from './docker-image.ts'
import { removeContainer } from './docker-remove.ts'
import type { DockerSetup } from './docker-setup.ts'
import { labelsOf, nameOf } from './labels.ts'
import type { Releasers } from './releasers.ts'
import type { SandboxRequest } from './runner.ts'

/** One sandbox while it is made; what has to go again is in `releasers`. */
export interface Opening {
  readonly setup: DockerSetup
  readonly request: SandboxRequest
  readonly signal: AbortSignal
  readonly releasers: Releasers
}

export async function createContainer(
  { setup, request, signal, releasers }: Opening,
  image: Image,
  places: Pick<ContainerPlan, 'build' | 'hosted'>,
): Promise<Docker.Container> {
  const { engine, uid, gid, runtime } = setup
  const labels = labelsOf(request, setup.owner, setup.labelPrefix)
  const name = `${setup.labelPrefix}-${nameOf(request)}`
  // By name and beforehand: an engine that answers too late has made it all the same.
  releasers.add(() => removeContainer(engine, name))
  const spec = containerSpec({
    ...places,
    ...{ image, limits: request.limits, labels, name, uid, gid },
    ...(runtime === undefined ? {} : { runtime }),
  })
  return await engine.call('create container', (abortSignal) => engine.api.createContainer({ ...spec, abortSignal }), {
    signal,
  })
}
