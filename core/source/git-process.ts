import type { Readable } from 'node:stream'
import { execa } from 'execa'
import type { GitCredentials, GitOptions } from './git-options.ts'
import { folderBytes, watchFolder } from './git-watch.ts'

export interface GitCall {
  readonly options: GitOptions
  /** The repository; git writes nowhere else. */
  readonly cwd: string
  /** What a file may hold, and the repository in all, in bytes. */
  readonly bytes: number
  /** Milliseconds since the epoch by which all of git is over. */
  readonly deadline: number
  readonly signal?: AbortSignal
  /** The checked addresses of the host, so that a second look-up cannot lead elsewhere. */
  readonly pinned?: { readonly host: string; readonly port: number; readonly addresses: readonly string[] }
  readonly credentials?: GitCredentials
}

/** What git said when it failed. Its texts are for `gitFailure` to judge, never for a person. */
export class GitFailure extends Error {
  override readonly name = 'GitFailure'
  readonly reason: 'failed' | 'too-slow' | 'too-large'
  readonly stderr: string

  constructor(reason: GitFailure['reason'], stderr: string) {
    super(`git ${reason}`)
    this.reason = reason
    this.stderr = stderr
  }
}

/** The first after stdin, stdout and stderr. */
const credentialsAt = 3
const stderrBytes = 64 * 1024

/** Runs git to its end. Rejects with a `GitFailure`, or with the signal's reason. */
export async function runGit(call: GitCall, args: readonly string[], maxBytes = 1024 * 1024): Promise<string> {
  const running = startGit(call, args)
  const pieces: Buffer[] = []
  let bytes = 0
  for await (const piece of running.stdout) {
    bytes += piece.length
    if (bytes > maxBytes) running.stop('too-large')
    else pieces.push(piece)
  }
  await running.done
  return Buffer.concat(pieces).toString('utf8')
}

export interface RunningGit {
  readonly stdout: Readable
  /** Settles when git is gone. Rejects with a `GitFailure`, or with the signal's reason. */
  readonly done: Promise<void>
  stop(reason: GitFailure['reason']): void
}

/** Starts git in a process group of its own, which ends as a whole: at the deadline, past the size, or on abort. */
export function startGit(call: GitCall, args: readonly string[]): RunningGit {
  const command = ['git', ...settings(call), ...args]
  const [file = 'git', ...rest] = process.platform === 'linux' ? [...limited(call), ...command] : command
  const child = execa(file, rest, {
    cwd: call.cwd,
    env: environment(call),
    extendEnv: false,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', ...credentialPipe(call)],
    buffer: { stdout: false },
    maxBuffer: { stderr: stderrBytes },
    reject: false,
    ...(call.options.uid === undefined ? {} : { uid: call.options.uid, gid: call.options.gid ?? call.options.uid }),
  })
  let stopped: GitFailure['reason'] | undefined
  const stop = (reason: GitFailure['reason']) => {
    stopped ??= reason
    killGroup(child.pid)
  }
  const abort = () => killGroup(child.pid)
  const timer = setTimeout(stop, Math.max(0, call.deadline - Date.now()), 'too-slow')
  const watch = watchFolder(call.cwd, call.bytes, () => stop('too-large'))
  call.signal?.addEventListener('abort', abort)
  if (call.signal?.aborted === true) abort()

  async function finish(): Promise<void> {
    try {
      const { exitCode, stderr } = await child
      call.signal?.throwIfAborted()
      if (stopped !== undefined) throw new GitFailure(stopped, '')
      if (exitCode !== 0) throw new GitFailure((await isFull(call)) ? 'too-large' : 'failed', stderr)
    } finally {
      clearTimeout(timer)
      watch.close()
      call.signal?.removeEventListener('abort', abort)
      killGroup(child.pid)
    }
  }
  const done = finish()
  done.catch(() => undefined)
  return { stdout: child.stdout, done, stop }
}

/** A process that met `prlimit` says nothing sensible, but it leaves a file of just that size. */
async function isFull({ cwd, bytes }: GitCall): Promise<boolean> {
  return (await folderBytes(cwd)) >= bytes
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // The group is gone already.
  }
}

const memoryBytes = 2 * 1024 ** 3

function limited({ bytes, deadline }: GitCall): string[] {
  const seconds = Math.ceil(Math.max(1000, deadline - Date.now()) / 1000)
  return ['prlimit', `--fsize=${bytes}`, `--as=${memoryBytes}`, `--cpu=${seconds}`, '--nofile=256', '--core=0', '--']
}

/** All of git's behaviour comes from here: no configuration of the host, of the user or of a template counts. */
function settings({ pinned, credentials }: GitCall): string[] {
  const values = [
    'core.hooksPath=/dev/null',
    'core.fsmonitor=false',
    'core.symlinks=false',
    'core.bigFileThreshold=8m',
    'core.packedGitLimit=256m',
    'protocol.version=2',
    'http.followRedirects=false',
    'http.proxy=',
    'http.lowSpeedLimit=1000',
    'http.lowSpeedTime=20',
    'http.emptyAuth=false',
    'transfer.bundleURI=false',
    'fetch.unpackLimit=1',
    'fetch.recurseSubmodules=false',
    'submodule.recurse=false',
    'gc.auto=0',
    'maintenance.auto=false',
    'pack.threads=1',
    'credential.helper=',
    ...(credentials === undefined ? [] : [`credential.helper=${credentialHelper}`]),
    ...(pinned === undefined ? [] : [`http.curloptResolve=${curlResolve(pinned)}`]),
  ]
  return values.flatMap((value) => ['-c', value])
}

/**
 * A snippet that hands on what comes through a pipe: as askpass does, but asked once for both halves. A secret is in no
 * argument, no file and no environment, where other processes of git's user could read it.
 */
const credentialHelper = `!f() { test "$1" = get && cat <&${credentialsAt}; }; f`

function credentialPipe({ credentials }: GitCall): [] | [Uint8Array] {
  if (credentials === undefined) return []
  const { username, password } = credentials
  return [Buffer.from(`username=${username}\npassword=${password}\n`)]
}

function curlResolve({ host, port, addresses }: NonNullable<GitCall['pinned']>): string {
  const list = addresses.map((address) => (address.includes(':') ? `[${address}]` : address))
  return `${host.includes(':') ? `[${host}]` : host}:${port}:${list.join(',')}`
}

export const programPath = '/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin'

function environment({ cwd, options, pinned }: GitCall): Record<string, string> {
  return {
    PATH: programPath,
    HOME: cwd,
    TMPDIR: cwd,
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_ALLOW_PROTOCOL: ['https', ...(options.allowHttp ? ['http'] : []), ...(options.ssh ? ['ssh'] : [])].join(':'),
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: '/bin/false',
    SSH_ASKPASS: '/bin/false',
    GIT_LFS_SKIP_SMUDGE: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_CEILING_DIRECTORIES: cwd,
    ...(options.ssh === undefined ? {} : { GIT_SSH_COMMAND: sshCommand(options.ssh, pinned) }),
  }
}

function sshCommand(ssh: NonNullable<GitOptions['ssh']>, pinned: GitCall['pinned']): string {
  const settings = ['BatchMode=yes', 'StrictHostKeyChecking=yes', 'IdentitiesOnly=yes', 'ClearAllForwardings=yes']
  settings.push(`UserKnownHostsFile=${ssh.knownHostsFile}`)
  const [address] = pinned?.addresses ?? []
  if (pinned !== undefined && address !== undefined) settings.push(`HostName=${address}`, `HostKeyAlias=${pinned.host}`)
  const words = ['ssh', '-F', '/dev/null', '-i', ssh.keyFile, ...settings.flatMap((setting) => ['-o', setting])]
  return words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ')
}
