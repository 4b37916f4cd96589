import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type Docker from 'dockerode'
import { ProviderError } from '../../core/errors.ts'
import type { GpuGrant } from './runner.ts'

/**
 * How a GPU gets into a container. `engine`: the engine's own device requests (NVIDIA's container toolkit is installed).
 * `volume`: its device nodes, and a folder of this host with the driver's libraries, read-only: RAI's way of 2017.
 */
export type GpuAccess = { readonly kind: 'engine' } | { readonly kind: 'volume'; readonly libraries: string }

/** What of a container's plan is for its GPUs. */
export interface GpuParts {
  readonly host: Pick<Docker.HostConfig, 'DeviceRequests' | 'Devices'>
  readonly mounts: readonly Docker.MountSettings[]
  /** For the commands. */
  readonly environment: Readonly<Record<string, string>>
}

const noGpus: GpuParts = { host: {}, mounts: [], environment: {} }
const target = '/usr/local/nvidia'
/** Without these no GPU works; a driver may lack the others. */
const commonNodes = ['/dev/nvidiactl', '/dev/nvidia-uvm']

/** Rejects with `ProviderError` for a GPU that this host's driver does not have. */
export async function gpuParts(
  access: GpuAccess | undefined,
  grant: GpuGrant | undefined,
  driver = '/proc/driver/nvidia/gpus',
): Promise<GpuParts> {
  if (grant === undefined) return noGpus
  if (access === undefined) throw failure('no way to hand GPUs to containers is configured')
  if (access.kind === 'engine') {
    const request = { Driver: 'nvidia', DeviceIDs: [...grant.devices], Capabilities: [['gpu', 'compute', 'utility']] }
    return { ...noGpus, host: { DeviceRequests: [request] } }
  }
  const own = await Promise.all(grant.devices.map((uuid) => nodeOf(uuid, driver)))
  const mount = { Type: 'bind', Source: access.libraries, Target: target, ReadOnly: true } as const
  return {
    host: { Devices: [...commonNodes, ...own].map(device) },
    mounts: [{ ...mount, BindOptions: { Propagation: 'rprivate' } }],
    environment: { LD_LIBRARY_PATH: `${target}/lib64:${target}/lib` },
  }
}

function device(path: string) {
  return { PathOnHost: path, PathInContainer: path, CgroupPermissions: 'rw' }
}

/** The driver numbers its nodes; a UUID stays with the device. */
async function nodeOf(uuid: string, driver: string): Promise<string> {
  for (const name of await readdir(driver).catch(() => [])) {
    const text = await readFile(join(driver, name, 'information'), 'utf8').catch(() => '')
    const minor = /^Device Minor:\s*(\d+)$/m.exec(text)?.[1]
    if (/^GPU UUID:\s*(\S+)$/m.exec(text)?.[1] === uuid && minor !== undefined) return `/dev/nvidia${minor}`
  }
  throw failure(`the driver of this host has no GPU ${uuid}`)
}

function failure(problem: string): ProviderError {
  return new ProviderError({
    provider: 'docker',
    operation: 'hand in GPUs',
    retryable: true,
    cause: new Error(problem),
  })
}
