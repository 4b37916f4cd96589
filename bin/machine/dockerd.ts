import { spawn } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { ProviderError } from '../../core/errors.ts'
import { ensureControlGroups } from './cgroups.ts'
import { answers } from './engine-probe.ts'
import { findProvided } from './packages.ts'

/** One dockerd of ours, and where its traces lie. */
export interface DockerDaemon {
  readonly socket: string
  /** The one that dockerd itself uses to refuse a second daemon. */
  readonly pidFile: string
  /** Holds `started.pid` (who is ours), `dockerd.log` and `users/`. */
  readonly stateFolder: string
  readonly extraArguments: readonly string[]
}

const startLimitMs = 60_000
const stopLimitMs = 30_000

/** Jobs have no network, so this engine needs none: the machine's firewall and forwarding stay as they are. */
const networkArguments = [
  '--bridge=none',
  '--iptables=false',
  '--ip6tables=false',
  '--ip-forward=false',
  '--ip-masq=false',
]

/** Starts dockerd and resolves when it answers. Rejects with a `ProviderError` that ends with what dockerd said. */
export async function startDaemon(daemon: DockerDaemon): Promise<void> {
  refuseBesideAnother(daemon)
  await ensureControlGroups()
  const pid = spawnDaemon(daemon)
  writeFileSync(pidPath(daemon), `${pid}\n`)
  if (await becomesTrue(startLimitMs, async () => !isRunning(pid) || (await answers(`unix://${daemon.socket}`)))) {
    if (isRunning(pid)) return
  }
  await stopDaemon(daemon)
  throw daemonError('start', `it did not answer. Its last lines:\n${lastLinesOfLog(daemon)}`)
}

/** TERM, and KILL where that does not help in time. Does nothing when it does not run. */
export async function stopDaemon(daemon: DockerDaemon): Promise<void> {
  const pid = runningDaemon(daemon)
  if (pid !== undefined) await end(pid)
  rmSync(pidPath(daemon), { force: true })
}

async function end(pid: number): Promise<void> {
  process.kill(pid, 'SIGTERM')
  const ended = await becomesTrue(stopLimitMs, async () => !isRunning(pid))
  if (!ended) process.kill(pid, 'SIGKILL')
}

/** The process id of the dockerd that RAI started, if it still runs. */
export function runningDaemon(daemon: DockerDaemon): number | undefined {
  const pid = readPid(pidPath(daemon))
  return pid !== undefined && commandOf(pid) === 'dockerd' ? pid : undefined
}

/** Not a zombie, either. */
export function isRunning(pid: number): boolean {
  const file = `/proc/${pid}/stat`
  try {
    return !/\) Z /.test(readFileSync(file, 'utf8'))
  } catch {
    return false
  }
}

/** dockerd takes a socket away from a daemon that holds it, and only the pid file tells it of one. */
function refuseBesideAnother({ pidFile, socket }: DockerDaemon): void {
  const pid = readPid(pidFile)
  if (pid !== undefined && commandOf(pid) === 'dockerd') {
    throw daemonError('start', `process ${pid} is a dockerd that does not answer at ${socket}; end or mend it first`)
  }
  rmSync(pidFile, { force: true })
}

/** In a session of its own, so that Ctrl-C in the terminal reaches us and not the engine under our containers. */
function spawnDaemon({ socket, pidFile, stateFolder, extraArguments }: DockerDaemon): number {
  mkdirSync(stateFolder, { recursive: true })
  const log = openSync(join(stateFolder, 'dockerd.log'), 'w')
  const words = [`--host=unix://${socket}`, `--pidfile=${pidFile}`, ...networkArguments, ...extraArguments]
  const child = spawn(findProvided('dockerd') ?? 'dockerd', words, { detached: true, stdio: ['ignore', log, log] })
  closeSync(log)
  child.on('error', () => {})
  child.unref()
  if (child.pid === undefined) throw daemonError('start', 'the program dockerd cannot be run')
  return child.pid
}

async function becomesTrue(limitMs: number, condition: () => Promise<boolean>): Promise<boolean> {
  const end = performance.now() + limitMs
  while (performance.now() < end) {
    if (await condition()) return true
    await pause(50)
  }
  return false
}

function readPid(file: string): number | undefined {
  if (!existsSync(file)) return undefined
  const pid = Number.parseInt(readFileSync(file, 'utf8'), 10)
  return Number.isInteger(pid) && isRunning(pid) ? pid : undefined
}

function commandOf(pid: number): string {
  try {
    return basename(readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')[0] ?? '')
  } catch {
    return ''
  }
}

function pidPath({ stateFolder }: DockerDaemon): string {
  return join(stateFolder, 'started.pid')
}

function lastLinesOfLog({ stateFolder }: DockerDaemon): string {
  return readFileSync(join(stateFolder, 'dockerd.log'), 'utf8').trimEnd().split('\n').slice(-8).join('\n')
}

function daemonError(operation: string, message: string): ProviderError {
  return new ProviderError({ provider: 'dockerd', operation, retryable: false, cause: new Error(message) })
}
