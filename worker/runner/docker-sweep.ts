import { ProviderError } from '../../core/errors.ts'
import { removeBuildDisk } from './build-disk.ts'
import { statusOf } from './docker-engine.ts'
import { removeContainer } from './docker-remove.ts'
import type { DockerSetup } from './docker-setup.ts'
import { nameOf, readLabels, readName, type SandboxLabels } from './labels.ts'
import type { IsLive, SweepReport } from './runner.ts'
import { type Stale, sweepFolders } from './sweep-folders.ts'

/** Containers first, because they hold the volumes and the disks. */
export async function sweepDocker(setup: DockerSetup, isLive: IsLive): Promise<SweepReport> {
  const stale = async ({ submission, attempt }: SandboxLabels) => !(await isLive(submission, attempt))
  const containers = await sweepContainers(setup, stale)
  await sweepVolumes(setup, stale)
  const disks = setup.scratch === undefined ? [] : await sweepDisks(setup.scratch, stale)
  const removed = new Map([...containers, ...disks].map((sandbox) => [nameOf(sandbox), sandbox]))
  return { removed: [...removed.values()] }
}

async function sweepContainers(setup: DockerSetup, stale: Stale): Promise<SandboxLabels[]> {
  const { engine } = setup
  const options = { all: true, filters: ours(setup) }
  const list = (abortSignal: AbortSignal) => engine.api.listContainers({ ...options, abortSignal })
  const removed: SandboxLabels[] = []
  for (const { Id, Labels, Names } of await engine.call('list containers', list)) {
    const sandbox = readLabels(Labels, setup.labelPrefix)
    // The name too: a container made from an image that somebody committed of ours inherits our labels.
    const named = Names.some((name) => isNameOf(name.slice(`/${setup.labelPrefix}-`.length), sandbox))
    if (sandbox === undefined || !named || !(await stale(sandbox))) continue
    await removeContainer(engine, Id)
    removed.push(sandbox)
  }
  return removed
}

function isNameOf(name: string, sandbox: SandboxLabels | undefined): boolean {
  const read = readName(name)
  return read !== undefined && sandbox !== undefined && nameOf(read) === nameOf(sandbox)
}

/** Volumes whose container somebody else removed. */
async function sweepVolumes(setup: DockerSetup, stale: Stale): Promise<void> {
  const { engine } = setup
  const list = (abortSignal: AbortSignal) =>
    engine.api.listVolumes({ filters: JSON.stringify(ours(setup)), abortSignal })
  const { Volumes } = await engine.call('list volumes', list)
  for (const { Name, Labels } of Volumes ?? []) {
    const sandbox = readLabels(Labels ?? {}, setup.labelPrefix)
    if (sandbox === undefined || !(await stale(sandbox))) continue
    await engine
      .call('remove volume', (abortSignal) => engine.api.getVolume(Name).remove({ abortSignal }))
      .catch(unlessInUse)
  }
}

function ours({ labelPrefix, owner }: DockerSetup) {
  return { label: [`${labelPrefix}.owner=${owner}`] }
}

/** Gone, or used by a container that is not ours to remove. */
function unlessInUse(error: unknown): void {
  if (statusOf(error) !== 404 && statusOf(error) !== 409) throw error
}

async function sweepDisks(scratch: string, stale: Stale): Promise<SandboxLabels[]> {
  return await sweepFolders(scratch, stale, async (folder) => {
    await removeBuildDisk(folder).catch((cause: unknown) => {
      throw new ProviderError({ provider: 'docker', operation: 'remove a build disk', retryable: true, cause })
    })
  })
}
