import { chmod, mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ProviderError, Refusal } from '../../core/errors.ts'
import type { BubblewrapFolders } from './bubblewrap-arguments.ts'
import { createControlGroup, removeControlGroup } from './bubblewrap-cgroup.ts'
import { createBubblewrapPlace } from './bubblewrap-place.ts'
import { createBuildDisk, removeBuildDisk, unmount } from './build-disk.ts'
import { commandEnvironment } from './command-environment.ts'
import { type LowWater, watchLowWater } from './low-water.ts'
import type { Names } from './names.ts'
import { packFolder } from './pack-folder.ts'
import { createReleasers, type Releasers } from './releasers.ts'
import { runCommands } from './run-commands.ts'
import { runProgram } from './run-program.ts'
import type { RunLimits, Sandbox, SandboxRequest } from './runner.ts'
import { unpackInto } from './tar-program.ts'

export interface BubblewrapSetup {
  readonly scratch: string
  readonly names: Names
  /** What commands run as; only where this process is root. */
  readonly user?: { readonly uid: number; readonly gid: number }
}

const groupNameOf = (name: string): string => `rai-${name}`

export async function openBubblewrap(
  setup: BubblewrapSetup,
  request: SandboxRequest,
  signal: AbortSignal,
): Promise<Sandbox> {
  signal.throwIfAborted()
  const releasers = createReleasers()
  try {
    const sandbox = await assemble(setup, request, releasers)
    signal.throwIfAborted()
    return sandbox
  } catch (error) {
    await releasers.release().catch(() => {})
    signal.throwIfAborted()
    throw error
  }
}

async function assemble(setup: BubblewrapSetup, request: SandboxRequest, releasers: Releasers): Promise<Sandbox> {
  const name = setup.names.take(request, releasers)
  const folder = join(setup.scratch, name)
  releasers.add(() => removeBubblewrapFolder(folder))
  const { folders, lowWater } = await reporting(
    'make the folders',
    makeFolders(setup, folder, request.limits, releasers),
  )
  await unpackInto(folders.source, await request.source())
  const group = await createControlGroup(groupNameOf(name), request.limits)
  if (group !== undefined) releasers.add(() => group.remove())
  const place = createBubblewrapPlace({
    folders,
    limits: request.limits,
    environment: commandEnvironment([], request.environment),
    ...(setup.user === undefined ? {} : { user: setup.user }),
    ...(group === undefined ? {} : { group }),
    ...(lowWater === undefined ? {} : { lowWater }),
  })
  return {
    imageDigest: 'no image: the programs of this host, through bubblewrap',
    run: (options) => runCommands(place, request.limits, options),
    collect: async () => packFolder(folders.build, 'bubblewrap'),
    remove: async () => {
      await place.kill()
      await releasers.release()
    },
  }
}

interface Made {
  readonly folders: BubblewrapFolders
  readonly lowWater?: LowWater
}

/** As root with hard limits, a disk for `/build` and memory for `/tmp`; otherwise plain folders without any. */
async function makeFolders(
  setup: BubblewrapSetup,
  folder: string,
  limits: RunLimits,
  releasers: Releasers,
): Promise<Made> {
  await mkdir(folder, { mode: 0o711 })
  const [source, temporary] = [join(folder, 'src'), join(folder, 'tmp')]
  for (const path of [source, temporary]) await mkdir(path, { mode: 0o755 })
  if (setup.user === undefined) {
    const build = join(folder, 'build')
    await mkdir(build)
    return { folders: { source, temporary, build } }
  }
  await runProgram('mount', ['-t', 'tmpfs', '-o', `size=${limits.tmpBytes},mode=1777,nosuid,nodev`, 'tmpfs', temporary])
  const disk = await createBuildDisk({ folder: join(folder, 'disk'), bytes: limits.buildBytes, ...setup.user })
  await chmod(disk.path, 0o755)
  const lowWater = watchLowWater(() => disk.freeBytes())
  releasers.add(async () => lowWater.close())
  return { folders: { source, temporary, build: disk.path }, lowWater }
}

/** Everything of a sandbox on this host, also of one whose worker died. Idempotent. */
export async function removeBubblewrapFolder(folder: string): Promise<void> {
  if (process.getuid?.() === 0) {
    await unmount(join(folder, 'tmp'))
    await removeBuildDisk(join(folder, 'disk'))
  }
  await rm(folder, { recursive: true, force: true })
  await removeControlGroup(groupNameOf(folder.slice(folder.lastIndexOf('/') + 1)))
}

async function reporting<T>(operation: string, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (cause) {
    if (cause instanceof ProviderError || cause instanceof Refusal) throw cause
    throw new ProviderError({ provider: 'bubblewrap', operation, retryable: true, cause })
  }
}
