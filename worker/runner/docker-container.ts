import type Docker from 'dockerode'
import type { Image } from './docker-image.ts'
import type { RunLimits } from './runner.ts'

/** Where `/build` is: a folder of the engine's machine that is bounded already, or memory. */
export type BuildPlace = { readonly kind: 'folder'; readonly path: string } | { readonly kind: 'memory' }

export interface ContainerPlan {
  readonly image: Image
  readonly limits: RunLimits
  readonly build: BuildPlace
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
 * PID 1 is root without a single capability; commands come later, by exec, as another uid, so that they can neither
 * signal PID 1 nor write what is root's. Whatever the image says about programs, users, volumes or its environment is
 * overridden here.
 */
export function containerSpec(plan: ContainerPlan): ContainerSpec {
  return {
    name: plan.name,
    Image: plan.image.id,
    Entrypoint: keepAlive,
    Cmd: [],
    User: '0:0',
    WorkingDir: '/',
    Hostname: 'rai',
    OpenStdin: true,
    // A name without `=` removes the variable: nothing of the image's ENV reaches the runtime's hooks or PID 1.
    Env: plan.image.environment.map((entry) => entry.split('=')[0] ?? entry),
    Healthcheck: { Test: ['NONE'] },
    Labels: plan.labels,
    // Not `NetworkMode: none`, which has the same effect at twice the price.
    NetworkDisabled: true,
    HostConfig: hostConfig(plan),
  }
}

function hostConfig(plan: ContainerPlan): HostConfig {
  return {
    ...isolation(),
    ...resources(plan.limits),
    Mounts: [sourceVolume(plan.labels), buildMount(plan)],
    Tmpfs: { ...coveredVolumes(plan.image.volumes), '/tmp': temporary(plan) },
    ...(plan.runtime === undefined ? {} : { Runtime: plan.runtime }),
  }
}

function isolation() {
  return {
    Init: true,
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
