import { mkdir } from 'node:fs/promises'
import { hostname } from 'node:os'
import { ProviderError } from '../../core/errors.ts'
import { createEngine, type DockerConnection, type Engine } from './docker-engine.ts'
import { type DockerSetup, openDocker } from './docker-open.ts'
import { sweepDocker } from './docker-sweep.ts'
import type { Runner } from './runner.ts'

export interface DockerRunnerOptions {
  readonly docker: DockerConnection
  /** Milliseconds for any one call of the engine. */
  readonly engineLimitMs?: number
  /**
   * `disk`: a mounted file system for each sandbox; this process must be root on the engine's machine, in the same
   * mount namespace. `memory`: a tmpfs volume, which counts against the memory limit, and which a container that had to
   * be killed loses. `auto`: the first where it can be.
   */
  readonly build?: 'auto' | 'disk' | 'memory'
  /** Folder for the build disks, used by this runner alone. */
  readonly scratch: string
  /** Prefix of labels and container names. */
  readonly labelPrefix?: string
  /** This host in the labels. */
  readonly host?: string
  /** What commands run as. */
  readonly uid?: number
  readonly gid?: number
  /** An OCI runtime that the engine knows, such as `runsc`. */
  readonly runtime?: string
  readonly pull?: 'missing' | 'never'
  readonly pullLimitMs?: number
}

/** Runs commands on a Docker engine, 20.10 or later, cgroup v1 or v2. Needs an image with `/bin/sh`, nothing else. */
export function createDockerRunner(options: DockerRunnerOptions): Runner {
  const setup = settle(options)
  const { engine, scratch } = setup
  return {
    describe: () => describe(engine, setup.runtime),
    check: () => checkEngine(engine),
    async open(request, signal) {
      if (scratch !== undefined) await mkdir(scratch, { recursive: true, mode: 0o711 })
      return await openDocker(setup, request, signal)
    },
    async sweep(isLive) {
      if (scratch !== undefined) await mkdir(scratch, { recursive: true, mode: 0o711 })
      return await sweepDocker(setup, isLive)
    },
    async close() {},
  }
}

function settle(options: DockerRunnerOptions): DockerSetup {
  const { build = 'auto', scratch, uid = 10_000, gid = 10_000, runtime } = options
  const canMount = options.docker.host.startsWith('unix://') && process.getuid?.() === 0
  const onDisk = build === 'disk' || (build === 'auto' && canMount)
  return {
    engine: createEngine({ ...options.docker, limitMs: options.engineLimitMs ?? 30_000 }),
    images: { pull: options.pull ?? 'missing', pullMs: options.pullLimitMs ?? 300_000 },
    host: options.host ?? hostname(),
    labelPrefix: options.labelPrefix ?? 'rai',
    uid,
    gid,
    ...(runtime === undefined ? {} : { runtime }),
    ...(onDisk ? { scratch } : {}),
  }
}

async function describe(engine: Engine, runtime: string | undefined): Promise<string> {
  const { Version } = await engine.call('ask for the version', () => engine.api.version())
  return runtime === undefined ? `docker ${Version}` : `docker ${Version} (${runtime})`
}

const oldestApi = 1.41

async function checkEngine(engine: Engine): Promise<void> {
  const { ApiVersion, Version } = await engine.call('ask for the version', () => engine.api.version())
  if (Number(ApiVersion) >= oldestApi) return
  const cause = new Error(`engine ${Version} is too old: 20.10 is the oldest that RAI knows`)
  throw new ProviderError({ provider: 'docker', operation: 'serve', retryable: false, cause })
}
