import { ensureEngine } from '../../../bin/machine/engine.ts'
import { dockerClient } from '../../../bin/machine/engine-probe.ts'
import { ensureCourseImage } from '../../../bin/machine/images.ts'
import type { Say, WantedPackage } from '../../../bin/machine/packages.ts'
import { ensureTestImages } from '../images.ts'

export interface DockerAccess {
  /** `unix:///…`, or what `DOCKER_HOST` says. */
  readonly host: string
}

export const dockerPackages: readonly WantedPackage[] = [
  { package: 'e2fsprogs', provides: 'mkfs.ext4', why: 'bound what /build can hold' },
  { package: 'mount', provides: 'mount', why: 'mount that disk' },
]

/** The machine's engine, or one that ends with the tests, with the images that the tests run. */
export async function startDocker(say: Say): Promise<{ readonly access: DockerAccess; stop(): Promise<void> }> {
  const engine = await ensureEngine(say)
  try {
    const docker = dockerClient(engine.host)
    await ensureTestImages(docker, say)
    await ensureCourseImage(docker, say)
    return { access: { host: engine.host }, stop: () => engine.stop() }
  } catch (error) {
    await engine.stop()
    throw error
  }
}
