import type Docker from 'dockerode'
import { ProviderError } from '../../core/errors.ts'
import { checkAlive } from './docker-alive.ts'
import type { Engine } from './docker-engine.ts'
import { type ExecOptions, execute } from './docker-exec.ts'
import { killContainer } from './docker-remove.ts'
import { explainStart } from './docker-start-error.ts'
import { buildCountsAsFull, type LowWater } from './low-water.ts'
import { memoryFiles, parseMemory, readMemoryCgroup } from './memory-cgroup.ts'
import type { MemoryReading, Place } from './place.ts'
import type { OutputChunk } from './runner.ts'

export interface DockerPlaceOptions {
  readonly engine: Engine
  readonly container: Docker.Container
  /** Everything but the program. */
  readonly exec: Omit<ExecOptions, 'argv'>
  /** Where `/build` is on this host; without it `/build` is memory, which a stopped container loses. */
  readonly lowWater?: LowWater
  /** The container's memory cgroup, where this host has it. */
  readonly cgroup?: string
}

const silent = () => {}

export function createDockerPlace(options: DockerPlaceOptions): Place {
  const { engine, container, lowWater, cgroup } = options
  let killed = false
  return {
    async execute({ argv }, sink) {
      try {
        const ending = await execute(engine, container, { ...options.exec, argv }, sink)
        if (ending.kind === 'not-started') return await explainStart(ending.said, sink)
        return killed || ending.code === 0 ? ending : await checkAlive(engine, container, ending)
      } catch (error) {
        if (!(error instanceof ProviderError)) throw error
        return killed ? { kind: 'exited', code: 137 } : await checkAlive(engine, container, error)
      }
    },
    async terminate() {
      await signalAll(options, 'TERM').catch(silent)
    },
    async kill() {
      killed = true
      if (lowWater === undefined && (await signalAll(options, 'KILL').catch(() => false))) return
      await killContainer(engine, container)
    },
    async memory(needed) {
      if (cgroup !== undefined) return await readMemoryCgroup(cgroup)
      return needed && !killed ? await askForMemory(options) : {}
    },
    async buildWasFull(needed) {
      if (lowWater !== undefined) return buildCountsAsFull(await lowWater.take())
      return needed && !killed && (await askWhetherFull(options))
    },
  }
}

/** By a shell of the commands' uid, which can reach them all and nothing else; only built-ins are needed. */
async function signalAll(options: DockerPlaceOptions, signal: 'TERM' | 'KILL'): Promise<boolean> {
  const argv = ['/bin/sh', '-c', `kill -${signal} -1`]
  const ending = await execute(options.engine, options.container, { ...options.exec, argv }, silent)
  return ending.kind === 'exited'
}

/** `cat` with built-ins, because the image need not have it. */
const readFiles = [memoryFiles.v1, memoryFiles.v2]
  .flatMap(({ kills, peak }) => [kills, peak])
  .flatMap((name) => [`/sys/fs/cgroup/memory/${name}`, `/sys/fs/cgroup/${name}`])
  .map((path) => `[ -r ${path} ] && while read -r l; do echo "$l"; done < ${path}`)
  .join('; ')

async function askForMemory(options: DockerPlaceOptions): Promise<MemoryReading> {
  return parseMemory(await outputOf(options, readFiles))
}

async function askWhetherFull(options: DockerPlaceOptions): Promise<boolean> {
  const [free] = /\d+(?=\s+\d+%\s+\/build)/.exec(await outputOf(options, 'df -Pk /build')) ?? []
  return free !== undefined && buildCountsAsFull(Number(free) * 1024)
}

/** What a small script prints, as root; empty when it could not run, as in a sandbox that is full of processes. */
async function outputOf({ engine, container, exec }: DockerPlaceOptions, script: string): Promise<string> {
  const chunks: Buffer[] = []
  const take = ({ bytes }: OutputChunk) => {
    chunks.push(bytes)
  }
  const options = { ...exec, user: '0:0', folder: '/', argv: ['/bin/sh', '-c', script] }
  const ending = await execute(engine, container, options, take).catch(silent)
  return ending?.kind === 'exited' ? Buffer.concat(chunks).toString() : ''
}
