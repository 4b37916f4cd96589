import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ProviderError } from '../../core/errors.ts'
import { type DockerDaemon, isRunning, runningDaemon, startDaemon, stopDaemon } from './dockerd.ts'
import { answers, findEngine, systemSocket } from './engine-probe.ts'
import { withMachineLock } from './lock.ts'
import { canInstall, ensurePackages, type Say, type WantedPackage } from './packages.ts'

export interface Engine {
  /** `unix:///…`, or what `DOCKER_HOST` said. */
  readonly host: string
  /** Whether RAI started it: this process, or another one that still uses it. */
  readonly startedByUs: boolean
  /** Ends the engine if RAI started it and no other process of RAI uses it any more. A second call does nothing. */
  stop(): Promise<void>
}

/** The engine that RAI starts where none runs. */
const systemDaemon: DockerDaemon = {
  socket: systemSocket,
  pidFile: '/var/run/docker.pid',
  stateFolder: '/run/rai-engine',
  extraArguments: [],
}

const enginePackages: readonly WantedPackage[] = [
  { package: 'docker.io', provides: 'dockerd', why: "run students' commands in containers" },
  { package: 'mount', provides: 'mount', why: 'mount control groups and disks for containers' },
]

/**
 * A Docker engine that answers. Looks at `DOCKER_HOST` (and nowhere else where that is set), then at the usual
 * sockets; where none answers, on Debian as root, installs and starts one, and says so. Processes that call it at the
 * same time share one engine. Rejects with a `ProviderError` that says what to do, or what dockerd said.
 */
export async function ensureEngine(say: Say): Promise<Engine> {
  const configured = process.env.DOCKER_HOST
  if (configured) return await configuredEngine(configured)
  return await sharedEngine({ daemon: systemDaemon, find: findEngine, say })
}

async function configuredEngine(host: string): Promise<Engine> {
  if (await answers(host)) return foreignEngine(host)
  throw engineError('reach the engine', `DOCKER_HOST is ${host}, and no Docker engine answers there`)
}

export interface SharedEngineOptions {
  readonly daemon: DockerDaemon
  /** Where an engine answers already, if anywhere. */
  readonly find: () => Promise<string | undefined>
  readonly say: Say
}

/** `ensureEngine` without `DOCKER_HOST`. One process after the other, so that two starters never start two. */
export async function sharedEngine(options: SharedEngineOptions): Promise<Engine> {
  const { daemon, find } = options
  if (!canInstall()) return foreignEngine((await find()) ?? noEngine())
  return await withMachineLock(lockName(daemon), async () => {
    const found = await find()
    if (found !== undefined && !isOurs(daemon)) return foreignEngine(found)
    if (found === undefined) await start(options)
    return ownEngine(daemon, joinUsers(daemon))
  })
}

async function start({ daemon, say }: SharedEngineOptions): Promise<void> {
  await ensurePackages(enginePackages, say)
  say('No Docker engine answers on this machine: starting one (dockerd). It ends when RAI no longer needs it.')
  await startDaemon(daemon)
}

function foreignEngine(host: string): Engine {
  return { host, startedByUs: false, stop: async () => {} }
}

function ownEngine(daemon: DockerDaemon, leave: () => void): Engine {
  let stopped: Promise<void> | undefined
  const stop = async () =>
    await withMachineLock(lockName(daemon), async () => {
      leave()
      if (otherUsers(daemon).length === 0 && isOurs(daemon)) await stopDaemon(daemon)
    })
  return {
    host: `unix://${daemon.socket}`,
    startedByUs: true,
    stop: async () => {
      stopped ??= stop()
      await stopped
    },
  }
}

let joined = 0

/** Puts a file named after this process beside the engine, for as long as it uses it. */
function joinUsers({ stateFolder }: DockerDaemon): () => void {
  const folder = join(stateFolder, 'users')
  mkdirSync(folder, { recursive: true })
  joined += 1
  const file = join(folder, `${process.pid}-${joined}`)
  writeFileSync(file, '')
  return () => rmSync(file, { force: true })
}

/** Those that died without leaving do not count. */
function otherUsers({ stateFolder }: DockerDaemon): readonly string[] {
  return readdirSync(join(stateFolder, 'users')).filter((name) => isRunning(Number.parseInt(name, 10)))
}

function isOurs(daemon: DockerDaemon): boolean {
  return runningDaemon(daemon) !== undefined
}

function lockName({ socket }: DockerDaemon): string {
  return `engine-${socket}`
}

function noEngine(): never {
  throw engineError(
    'find an engine',
    'no Docker engine answers on this machine. Install and start Docker (https://docs.docker.com/engine/install), ' +
      'or set DOCKER_HOST to one that runs elsewhere',
  )
}

function engineError(operation: string, message: string): ProviderError {
  return new ProviderError({ provider: 'docker', operation, retryable: false, cause: new Error(message) })
}
