import { type BubblewrapFolders, bubblewrapArguments, resourceLimits } from './bubblewrap-arguments.ts'
import type { ControlGroup } from './bubblewrap-cgroup.ts'
import { type BubblewrapProcess, startBubblewrap } from './bubblewrap-process.ts'
import { canFindProgram } from './find-program.ts'
import { buildCountsAsFull, type LowWater } from './low-water.ts'
import type { Place } from './place.ts'
import type { RunLimits } from './runner.ts'

export interface BubblewrapPlaceOptions {
  readonly folders: BubblewrapFolders
  readonly limits: RunLimits
  /** `NAME=value`. */
  readonly environment: readonly string[]
  /** What commands run as; only where this process is root. */
  readonly user?: { readonly uid: number; readonly gid: number }
  readonly group?: ControlGroup
  readonly lowWater?: LowWater
}

export function createBubblewrapPlace(options: BubblewrapPlaceOptions): Place {
  const { folders, group, lowWater } = options
  const path = options.environment.find((entry) => entry.startsWith('PATH='))?.slice('PATH='.length) ?? ''
  let running: BubblewrapProcess | undefined
  return {
    async execute({ argv }, sink) {
      if (!(await canFindProgram(argv[0], path, folders))) return { kind: 'not-found' }
      running = startBubblewrap(commandLine(options, argv), sink)
      const code = await running.ended
      running = undefined
      return { kind: 'exited', code }
    },
    async terminate() {
      await running?.terminate()
    },
    async kill() {
      running?.kill()
    },
    memory: async () => (await group?.memory()) ?? {},
    buildWasFull: async () => lowWater !== undefined && buildCountsAsFull(await lowWater.take()),
  }
}

/** Each joins or limits itself, then becomes the next: the group as root, then the uid, the limits, the sandbox. */
function commandLine(options: BubblewrapPlaceOptions, argv: readonly string[]): string[] {
  const { user, group, limits, folders, environment } = options
  return [
    ...(group === undefined ? [] : joinGroup(group)),
    ...(user === undefined ? [] : dropTo(user)),
    ...['/usr/bin/prlimit', ...resourceLimits(limits, group === undefined), '--'],
    ...['/usr/bin/bwrap', ...bubblewrapArguments(folders, limits, environment, argv)],
  ]
}

function joinGroup({ joinFiles }: ControlGroup): string[] {
  const join = joinFiles.map((file) => `echo 0 > '${file}'`).join(' && ')
  return ['/bin/sh', '-c', `${join} && exec "$@"`, 'sh']
}

function dropTo({ uid, gid }: { readonly uid: number; readonly gid: number }): string[] {
  return ['/usr/bin/setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', '--no-new-privs', '--']
}
