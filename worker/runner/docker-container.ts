import type Docker from 'dockerode'
import type { GpuParts } from './docker-gpus.ts'
import type { Image } from './docker-image.ts'
import type { RunLimits } from './runner.ts'

/** Where `/build` is: a folder of the engine's machine that is bounded already, or memory. */
export type BuildPlace = { readonly kind: 'folder'; readonly path: string } | { readonly kind: 'memory' }

/** What of this host a container mounts, read-only. */
export interface HostedParts {
  /** PID 1's program. */
  readonly init: string
  /** The folder that becomes `/src`. */
  readonly source: string
}

export interface ContainerPlan {
  readonly image: Image
  readonly limits: RunLimits
  readonly build: BuildPlace
  /** Without them, `/src` is a volume, and PID 1 a shell that does nothing. */
  readonly hosted?: HostedParts
  readonly gpus?: GpuParts
  /** A network to join; none without it. */
  readonly network?: string
  /** Cores of its own: `0,3`. */
  readonly cores?: string
  readonly labels: Record<string, string>
  readonly name: string
  readonly uid: number
  readonly gid: number
  /** An OCI runtime the engine knows, such as `runsc`. */
  readonly runtime?: string
}

/** `@types/dockerode` does not know this one yet. */
type HostConfig = Docker.HostConfig & { readonly CgroupnsMode: 'private' }
type ContainerSpec = Docker.ContainerCreateOptions & { readonly HostConfig: HostConfig }

/** What PID 1 prints when it stands. It then waits for input that never comes, with shell built-ins alone. */
export const readyLine = 'rai-ready\n'
const keepAlive = ['/bin/sh', '-c', `echo ${readyLine.trim()}; while :; do read -r _ || exit; done`]

/**
 * PID 1 is root, commands are another uid without a single capability, so that they can neither signal PID 1 nor write
 * what is root's. A shell as PID 1 has none either, and commands come by exec; ours has the four with which it becomes
 * them, lets go of everything, and ends them (`init/init.c`). Whatever the image says about programs, users, volumes or
 * its environment is overridden here.
 */
export function containerSpec(plan: ContainerPlan): ContainerSpec {
  return {
    name: plan.name,
    Image: plan.image.id,
    Entrypoint: plan.hosted === undefined ? keepAlive : [initPath, String(plan.uid), String(plan.gid)],
    Cmd: [],
    User: '0:0',
    WorkingDir: '/',
    Hostname: 'rai',
    OpenStdin: true,
    // Our PID 1 ends everything when its input ends, and that ends with the worker who attached.
    StdinOnce: plan.hosted !== undefined,
    // A name without `=` removes the variable: nothing of the image's ENV reaches the runtime's hooks or PID 1.
    Env: plan.image.environment.map((entry) => entry.split('=')[0] ?? entry),
    Healthcheck: { Test: ['NONE'] },
    Labels: plan.labels,
    // Not `NetworkMode: none`, which has the same effect at twice the price.
    NetworkDisabled: plan.network === undefined,
    HostConfig: hostConfig(plan),
  }
}

function hostConfig(plan: ContainerPlan): HostConfig {
  return {
    ...isolation(),
    ...firstProcess(plan),
    ...resources(plan.limits),
    ...plan.gpus?.host,
    Mounts: [...sourceMounts(plan), buildMount(plan), ...(plan.gpus?.mounts ?? [])],
    Tmpfs: { ...coveredVolumes(plan.image.volumes), '/tmp': temporary(plan) },
    ...(plan.network === undefined ? {} : { NetworkMode: plan.network }),
    ...(plan.cores === undefined ? {} : { CpusetCpus: plan.cores }),
    ...(plan.runtime === undefined ? {} : { Runtime: plan.runtime }),
  }
}

function isolation() {
  return {
    ReadonlyRootfs: true,
    CapDrop: ['ALL'],
    Privileged: false,
    SecurityOpt: ['no-new-privileges:true'],
    IpcMode: 'private',
    CgroupnsMode: 'private' as const,
    RestartPolicy: { Name: 'no' },
    // The default driver would keep every byte on the engine's disk a second time.
    LogConfig: { Type: 'none', Config: {} },
  }
}

const initPath = '/.rai-init'

function firstProcess({ hosted }: ContainerPlan) {
  return hosted === undefined ? { Init: true } : { CapAdd: ['KILL', 'SETGID', 'SETPCAP', 'SETUID'] }
}

function resources(limits: RunLimits) {
  return {
    Memory: limits.memoryBytes,
    // The sum of memory and swap: no swap.
    MemorySwap: limits.memoryBytes,
    NanoCpus: Math.round(limits.cpus * 1e9),
    PidsLimit: limits.pids,
    ShmSize: limits.shmBytes,
    Ulimits: [
      { Name: 'fsize', Soft: limits.fileBytes, Hard: limits.fileBytes },
      { Name: 'nofile', Soft: limits.openFiles, Hard: limits.openFiles },
      { Name: 'core', Soft: 0, Hard: 0 },
    ],
  }
}

function sourceMounts({ hosted, labels }: ContainerPlan): Docker.MountSettings[] {
  if (hosted === undefined) return [sourceVolume(labels)]
  return [readOnly(hosted.source, '/src'), readOnly(hosted.init, initPath)]
}

function readOnly(source: string, target: string): Docker.MountSettings {
  return { Type: 'bind', Source: source, Target: target, ReadOnly: true, BindOptions: { Propagation: 'rprivate' } }
}

/** Writable for the engine, which fills it through its API; for the commands it is root's. Goes with the container. */
function sourceVolume(labels: Record<string, string>): Docker.MountSettings {
  const options = { NoCopy: true, Labels: labels, DriverConfig: { Name: 'local', Options: {} } }
  return { Type: 'volume', Source: '', Target: '/src', VolumeOptions: options }
}

function buildMount({ build, labels, limits, uid, gid }: ContainerPlan): Docker.MountSettings {
  if (build.kind === 'folder') {
    return { Type: 'bind', Source: build.path, Target: '/build', BindOptions: { Propagation: 'rprivate' } }
  }
  const o = `size=${limits.buildBytes},uid=${uid},gid=${gid},mode=0755,nosuid,nodev`
  const driver = { Name: 'local', Options: { type: 'tmpfs', device: 'tmpfs', o } }
  return {
    Type: 'volume',
    Source: '',
    Target: '/build',
    VolumeOptions: { NoCopy: true, Labels: labels, DriverConfig: driver },
  }
}

/**
 * Executable, because compilers, test drivers and interpreters run what they write there. Owned by the commands' uid,
 * because runc before 1.2 gives the mount the mode that the image's own /tmp has, whatever `mode` says.
 */
function temporary({ limits, uid, gid }: ContainerPlan): string {
  const inodes = Math.ceil(limits.tmpBytes / 4096) + 1024
  return `rw,exec,nosuid,nodev,size=${limits.tmpBytes},nr_inodes=${inodes},mode=1777,uid=${uid},gid=${gid}`
}

/** An image's VOLUME would be a place on the engine's disk without a bound; what it holds is hidden instead. */
function coveredVolumes(volumes: readonly string[]): Record<string, string> {
  const ours = new Set(['/src', '/build', '/tmp'])
  return Object.fromEntries(volumes.filter((path) => !ours.has(path)).map((path) => [path, 'ro,size=4096']))
}
