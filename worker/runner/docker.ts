import { mkdir } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { ProviderError } from '../../core/errors.ts'
import { createBuildDisk } from './build-disk.ts'
import { type CorePool, createCorePool } from './core-pool.ts'
import { createEngine, type DockerConnection, type Engine } from './docker-engine.ts'
import type { GpuAccess } from './docker-gpus.ts'
import { openDocker } from './docker-open.ts'
import type { DockerSetup } from './docker-setup.ts'
import { sweepDocker } from './docker-sweep.ts'
import { installInit } from './init/install.ts'
import { createNames } from './names.ts'
import type { Runner } from './runner.ts'

export interface DockerRunnerOptions {
  readonly docker: DockerConnection
  /** Milliseconds for any one call of the engine. */
  readonly engineLimitMs?: number
  /**
   * `disk`: a mounted file system for each sandbox; this process must be root on the engine's machine, in the same
   * mount namespace. `memory`: a tmpfs volume, which counts against the memory limit, and which a container that had to
   * be killed loses. `auto`: the first where this process turns out to be able to, asked once.
   */
  readonly build?: 'auto' | 'disk' | 'memory'
  /** Folder for the build disks, used by this runner alone. */
  readonly scratch: string
  /** Prefix of labels and container names. */
  readonly labelPrefix?: string
  /** Whose sandboxes these are: one installation on one host. A sweep touches nobody else's. */
  readonly owner?: string
  /** What commands run as. */
  readonly uid?: number
  readonly gid?: number
  /** An OCI runtime that the engine knows, such as `runsc`. */
  readonly runtime?: string
  /** The engine's network that runs may join where the course allows it; it must be an internal one. */
  readonly network?: string
  /** How GPUs get into containers; without it, a run that has some is refused. */
  readonly gpus?: GpuAccess
  /** Whether each run gets cores of its own, as long as there are enough. */
  readonly pinCpus?: boolean
}

/** Runs commands on a Docker engine, 20.10 or later, cgroup v1 or v2. Needs an image with `/bin/sh`, nothing else. */
export function createDockerRunner(options: DockerRunnerOptions): Runner {
  const engine = createEngine({ ...options.docker, limitMs: options.engineLimitMs ?? 30_000 })
  let settled: Promise<DockerSetup> | undefined
  const setup = () => {
    settled ??= settle(engine, options)
    return settled
  }
  return {
    describe: async () => describe(engine, await setup()),
    check: () => checkEngine(engine),
    open: async (request, signal) => await openDocker(await setup(), request, signal),
    sweep: async (isLive) => await sweepDocker(await setup(), isLive),
    async close() {},
  }
}

async function settle(engine: Engine, options: DockerRunnerOptions): Promise<DockerSetup> {
  const { scratch, uid = 10_000, gid = 10_000, runtime, network, gpus } = options
  await mkdir(scratch, { recursive: true, mode: 0o711 })
  const onDisk = options.build === 'disk' || (options.build !== 'memory' && (await canMakeDisks(options, uid, gid)))
  return {
    engine,
    owner: options.owner ?? hostname(),
    labelPrefix: options.labelPrefix ?? 'rai',
    names: createNames(),
    uid,
    gid,
    ...(runtime === undefined ? {} : { runtime }),
    ...(network === undefined ? {} : { network }),
    ...(gpus === undefined ? {} : { gpus }),
    ...(options.pinCpus === true ? { cores: await poolOf(engine) } : {}),
    ...(onDisk ? await hosting(scratch) : {}),
  }
}

const infoSchema = z.object({ NCPU: z.number().int().positive() })

async function poolOf(engine: Engine): Promise<CorePool> {
  const { NCPU } = infoSchema.parse(await engine.call('count the cores', () => engine.api.info()))
  return createCorePool(NCPU)
}

async function hosting(scratch: string): Promise<Pick<DockerSetup, 'scratch' | 'init'>> {
  const init = await installInit(scratch)
  return init === undefined ? { scratch } : { scratch, init }
}

/** Makes one: being root is not enough in a container, nor without the programs. */
async function canMakeDisks({ docker, scratch }: DockerRunnerOptions, uid: number, gid: number): Promise<boolean> {
  if (!docker.host.startsWith('unix://') || process.getuid?.() !== 0) return false
  try {
    const folder = join(scratch, `probe${process.pid}-1`)
    const disk = await createBuildDisk({ folder, bytes: 1024 * 1024, uid, gid })
    await disk.remove()
    return true
  } catch {
    return false
  }
}

/** How the engine runs commands here, and where `/build` is. */
async function describe(engine: Engine, { runtime, scratch }: DockerSetup): Promise<string> {
  const { Version } = await engine.call('ask for the version', () => engine.api.version())
  const build = scratch === undefined ? '/build in memory' : '/build on a disk of its own'
  return `docker ${Version} (${runtime === undefined ? '' : `${runtime}, `}${build})`
}

const oldestApi = { major: 1, minor: 41 }

async function checkEngine(engine: Engine): Promise<void> {
  const { ApiVersion, Version } = await engine.call('ask for the version', () => engine.api.version())
  const [major = 0, minor = 0] = ApiVersion.split('.').map(Number)
  const old = major < oldestApi.major || (major === oldestApi.major && minor < oldestApi.minor)
  if (old) throw unfit(`engine ${Version} is too old: 20.10 is the oldest that RAI knows`)
  const { SecurityOptions } = await engine.call('ask for the security options', () => engine.api.info())
  if (!hasSystemCallFilter(SecurityOptions)) throw unfit('the engine filters no system calls (seccomp is off)')
}

function hasSystemCallFilter(options: unknown): boolean {
  return Array.isArray(options) && options.some((option) => /^name=seccomp(?!.*unconfined)/.test(String(option)))
}

function unfit(problem: string): ProviderError {
  return new ProviderError({ provider: 'docker', operation: 'serve', retryable: false, cause: new Error(problem) })
}
