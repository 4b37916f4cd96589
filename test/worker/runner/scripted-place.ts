import type { Ending, MemoryReading, Place } from '../../../worker/runner/place.ts'

export interface Script {
  readonly ending?: Ending
  readonly memory?: MemoryReading
  readonly full?: boolean
  readonly output?: string
  /** Waits for TERM, or for KILL. */
  readonly until?: 'term' | 'kill'
  readonly fails?: Error
}

export interface ScriptedPlace extends Place {
  readonly calls: string[]
}

/** A place whose commands end as written, one script a command. */
export function createScriptedPlace(scripts: readonly Script[]): ScriptedPlace {
  const calls: string[] = []
  const left = [...scripts]
  const waiting = new Map<string, () => void>()
  let current: Script = {}
  const call = (name: 'term' | 'kill') => {
    calls.push(name)
    waiting.get(name)?.()
  }
  return {
    calls,
    async execute(command, sink) {
      calls.push(command.text)
      current = left.shift() ?? {}
      const { until, output, fails, ending } = current
      if (output !== undefined) await sink({ stream: 'stdout', bytes: Buffer.from(output) })
      if (until !== undefined && !calls.includes(until))
        await new Promise<void>((resolve) => waiting.set(until, resolve))
      if (fails !== undefined) throw fails
      return ending ?? { kind: 'exited', code: 0 }
    },
    terminate: async () => call('term'),
    kill: async () => call('kill'),
    memory: async () => current.memory ?? {},
    buildWasFull: async () => current.full ?? false,
  }
}
