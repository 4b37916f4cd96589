import type { RunLimits } from './runner.ts'

export interface BubblewrapFolders {
  readonly source: string
  readonly build: string
  readonly temporary: string
}

/** The host's programs are the image. Of its `/etc` only what programs and compilers cannot be found without. */
const system = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64']
const settings = ['/etc/alternatives', '/etc/ld.so.cache', '/etc/ld.so.conf', '/etc/ld.so.conf.d', '/etc/localtime']

/** The descriptor on which bubblewrap tells the number of the sandbox's first process, and how it ended. */
const statusDescriptor = 3

export function bubblewrapArguments(
  folders: BubblewrapFolders,
  limits: RunLimits,
  environment: readonly string[],
  argv: readonly string[],
): string[] {
  return [
    ...['--unshare-user', '--unshare-ipc', '--unshare-pid', '--unshare-net', '--unshare-uts', '--unshare-cgroup-try'],
    ...['--disable-userns', '--die-with-parent', '--new-session', '--hostname', 'rai'],
    ...['--json-status-fd', String(statusDescriptor)],
    ...[...system, ...settings].flatMap((path) => ['--ro-bind-try', path, path]),
    ...['--proc', '/proc', '--dev', '/dev'],
    ...['--size', String(limits.shmBytes), '--tmpfs', '/dev/shm'],
    ...['--bind', folders.temporary, '/tmp', '--ro-bind', folders.source, '/src', '--bind', folders.build, '/build'],
    ...['--remount-ro', '/dev', '--remount-ro', '/', '--chdir', '/build', '--clearenv'],
    ...environment.flatMap((entry) => ['--setenv', ...splitOnce(entry)]),
    '--',
    ...argv,
  ]
}

function splitOnce(entry: string): [string, string] {
  const end = entry.indexOf('=')
  return [entry.slice(0, end), entry.slice(end + 1)]
}

/** Limits that the kernel keeps for each process. Memory only where no control group bounds it. */
export function resourceLimits(limits: RunLimits, boundMemory: boolean): string[] {
  return [
    `--fsize=${limits.fileBytes}`,
    `--nofile=${limits.openFiles}`,
    '--core=0',
    ...(boundMemory ? [`--as=${limits.memoryBytes}`] : []),
  ]
}
