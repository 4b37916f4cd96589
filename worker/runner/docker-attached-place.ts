import { constants } from 'node:os'
import type Docker from 'dockerode'
import { ProviderError } from '../../core/errors.ts'
import { checkAlive } from './docker-alive.ts'
import type { Engine } from './docker-engine.ts'
import { killContainer } from './docker-remove.ts'
import type { InitEnding, InitSession, Sink } from './init/session.ts'
import { buildCountsAsFull, type LowWater } from './low-water.ts'
import { readMemoryCgroup } from './memory-cgroup.ts'
import type { Ending, Place } from './place.ts'

export interface AttachedPlaceOptions {
  readonly engine: Engine
  readonly container: Docker.Container
  readonly session: InitSession
  /** `NAME=value`. */
  readonly environment: readonly string[]
  readonly lowWater: LowWater
  /** The container's memory cgroup, where this host has it. */
  readonly cgroup?: string
}

const killLimitMs = 5_000

/** Commands that PID 1 of a container runs: the engine is asked for nothing on their way. */
export function createAttachedPlace(options: AttachedPlaceOptions): Place {
  const { engine, container, session, environment, lowWater, cgroup } = options
  let killed = false
  return {
    async execute({ argv }, sink) {
      const watch = watchEngine(options)
      try {
        return await explain(await Promise.race([session.run(argv, environment, sink), watch.failed]), sink)
      } catch (error) {
        if (!(error instanceof ProviderError)) throw error
        return killed ? { kind: 'exited', code: 137 } : await checkAlive(engine, container, error)
      } finally {
        watch.close()
      }
    },
    terminate: async () => session.terminate(),
    async kill() {
      killed = true
      if (!(await session.killAll(killLimitMs))) await killContainer(engine, container)
    },
    memory: async () => (cgroup === undefined ? {} : await readMemoryCgroup(cgroup)),
    buildWasFull: async () => buildCountsAsFull(await lowWater.take()),
  }
}

const { EAGAIN, ENOMEM, E2BIG, EIO, ENFILE } = constants.errno
const noRoom = new Set([EAGAIN, ENOMEM])
/** All else that keeps a program from being executed is what it is, and commands can make it so. */
const notTheProgram = new Set([...noRoom, E2BIG, EIO, ENFILE])

/** What keeps a command from starting is mostly what those before it did. */
async function explain(ending: InitEnding, sink: Sink): Promise<Ending> {
  if (ending.kind === 'ended') return { kind: 'exited', code: ending.code }
  const { step, errno } = ending
  if (step === 'e' && !notTheProgram.has(errno)) return { kind: 'not-found' }
  const reason = whyNotStarted(step, errno)
  if (reason === undefined) {
    const cause = new Error(`errno ${errno} at step ${step}`)
    throw new ProviderError({ provider: 'docker', operation: 'start command', retryable: true, cause })
  }
  await sink({ stream: 'stderr', bytes: Buffer.from(`This command could not be started: ${reason}.\n`) })
  return { kind: 'exited', code: 126 }
}

function whyNotStarted(step: string, errno: number): string | undefined {
  if (noRoom.has(errno)) return 'what the commands before it left running uses up the limits'
  if (step === 'c') return 'the commands before it took away the right to enter /build'
  return errno === E2BIG ? 'it is too long' : undefined
}

const quietMs = 2_000

/** An engine that hangs or lost the container is noticed although nothing comes: it is asked while a command is quiet. */
function watchEngine({ engine, container, session }: AttachedPlaceOptions) {
  let open = true
  let timer: NodeJS.Timeout | undefined
  let fail: (error: unknown) => void = () => {}
  const failed = new Promise<never>((_resolve, reject) => {
    fail = reject
  })
  failed.catch(() => {})
  const look = async () => {
    if (performance.now() - session.lastHeard() >= quietMs) {
      await engine.call('inspect container', (abortSignal) => container.inspect({ abortSignal }))
    }
    if (open) schedule()
  }
  const schedule = () => {
    timer = setTimeout(() => void look().catch(fail), quietMs)
  }
  schedule()
  return {
    failed,
    close() {
      open = false
      clearTimeout(timer)
    },
  }
}
