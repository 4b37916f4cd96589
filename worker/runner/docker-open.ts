import type { Opening } from './docker-create.ts'
import { gpuParts } from './docker-gpus.ts'
import { resolveImage } from './docker-image.ts'
import { openAttached } from './docker-open-attached.ts'
import { openExec } from './docker-open-exec.ts'
import type { DockerSetup } from './docker-setup.ts'
import { createReleasers } from './releasers.ts'
import type { Sandbox, SandboxRequest } from './runner.ts'

/** Makes the container and fills `/src`, before any byte of the student's runs. */
export async function openDocker(setup: DockerSetup, request: SandboxRequest, signal: AbortSignal): Promise<Sandbox> {
  const releasers = createReleasers()
  try {
    const name = setup.names.take(request, releasers)
    const gpus = await gpuParts(setup.gpus, request.gpus)
    return await assemble({ setup, request, name, gpus, signal, releasers })
  } catch (error) {
    // What cannot be removed now is the sweep's.
    await releasers.release().catch(() => {})
    throw error
  }
}

async function assemble(opening: Opening): Promise<Sandbox> {
  const { setup, request, signal } = opening
  const image = await resolveImage(setup.engine, request.image, signal)
  const { init, scratch } = setup
  if (init === undefined || scratch === undefined) return await openExec(opening, image)
  return await openAttached(opening, image, { init, scratch })
}
