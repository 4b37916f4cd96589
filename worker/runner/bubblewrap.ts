import { mkdir } from 'node:fs/promises'
import { ProviderError } from '../../core/errors.ts'
import { type BubblewrapSetup, openBubblewrap, removeBubblewrapFolder } from './bubblewrap-open.ts'
import { createNames } from './names.ts'
import { noGpusHere, noNetworkHere } from './refusals.ts'
import { runProgram } from './run-program.ts'
import type { Runner } from './runner.ts'
import { sweepFolders } from './sweep-folders.ts'

export interface BubblewrapRunnerOptions {
  /** A folder of this runner alone, in folders that everybody may pass through. */
  readonly scratch: string
  /** What commands run as, where this process is root. */
  readonly uid?: number
  readonly gid?: number
}

/**
 * Runs commands with bubblewrap and the host's own programs, for the demo where no engine answers. The image of a
 * request is ignored, and commands leave no background processes to the next one.
 *
 * Kept everywhere: no network, own processes, IPC and users, nothing writable but `/build` and `/tmp`, time, output,
 * file size, open files. Kept only as root: the sizes of `/build` and `/tmp`, the uid; and where control groups can be
 * made, memory, processes and CPU (elsewhere each process' address space is bounded instead). There is no system-call
 * filter, so do not give it to strangers: that is what the Docker runner is for.
 */
export function createBubblewrapRunner({ scratch, uid = 10_000, gid = 10_000 }: BubblewrapRunnerOptions): Runner {
  const names = createNames()
  const asRoot = process.getuid?.() === 0
  const setup: BubblewrapSetup = asRoot ? { scratch, names, user: { uid, gid } } : { scratch, names }
  const prepare = () => mkdir(scratch, { recursive: true, mode: 0o711 })
  return {
    describe: version,
    async check() {
      await version()
    },
    async open(request, signal) {
      if (request.gpus !== undefined) throw noGpusHere()
      if (request.network !== 'none') throw noNetworkHere()
      await prepare()
      return await openBubblewrap(setup, request, signal)
    },
    async sweep(isLive) {
      await prepare()
      const stale = async (sandbox: { submission: string; attempt: number }) =>
        !(await isLive(sandbox.submission, sandbox.attempt))
      return { removed: await sweepFolders(scratch, stale, removeBubblewrapFolder) }
    },
    async close() {},
  }
}

async function version(): Promise<string> {
  try {
    return (await runProgram('bwrap', ['--version'])).trim()
  } catch (cause) {
    throw new ProviderError({ provider: 'bubblewrap', operation: 'start', retryable: false, cause })
  }
}
