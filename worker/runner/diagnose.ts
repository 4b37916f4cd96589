import { constants } from 'node:os'
import type { Ending, Place } from './place.ts'
import type { CommandResult, RunCause, RunCommand } from './runner.ts'

/** Why a command failed, and what memory was used so far. */
export interface Diagnosis {
  /**
   * Why a command that ended by itself failed; `undefined` when it did not. Called after every command, so that the
   * next one is not blamed for this one.
   */
  explain(ending: Ending, index: number, command: RunCommand): Promise<RunCause | undefined>
  /** Reads the peak once more; call it while the sandbox lives. */
  peakBytes(needed: boolean): Promise<number | undefined>
}

/**
 * An out-of-memory kill alone says nothing: a program may lose a child and still succeed. It is the cause only of a
 * command that failed, and only when it happened during that command. The same holds for a full `/build`.
 */
export function createDiagnosis(place: Place): Diagnosis {
  let kills = 0
  let peak: number | undefined
  const read = async (needed: boolean): Promise<boolean> => {
    const now = await place.memory(needed)
    const more = (now.kills ?? kills) > kills
    kills = now.kills ?? kills
    if (now.peakBytes !== undefined) peak = Math.max(now.peakBytes, peak ?? 0)
    return more
  }
  return {
    async explain(ending, index, command) {
      const failed = failureOf(ending, index, command)
      const alive = ending.kind !== 'sandbox-out-of-memory'
      const needed = failed?.kind === 'command-failed'
      const killed = alive && (await read(needed))
      const full = alive && (await place.buildWasFull(needed))
      if (failed?.kind !== 'command-failed') return failed
      if (killed) return { kind: 'out-of-memory' }
      return full ? { kind: 'disk-limit', limit: 'build' } : failed
    },
    async peakBytes(needed) {
      await read(needed)
      return peak
    },
  }
}

function failureOf(ending: Ending, index: number, command: RunCommand): RunCause | undefined {
  if (ending.kind === 'not-found') return { kind: 'command-not-found', index, program: command.argv[0] }
  if (ending.kind === 'sandbox-out-of-memory') return { kind: 'out-of-memory' }
  if (ending.code === 0) return undefined
  // The kernel sends this signal for one reason only: a file grew beyond the limit.
  if (signalOf(ending.code) === 'SIGXFSZ') return { kind: 'disk-limit', limit: 'file' }
  return { kind: 'command-failed', index }
}

/** @param stopped when we ended it, how it ended says nothing about the program. */
export function resultOf(command: RunCommand, ending: Ending, durationMs: number, stopped: boolean): CommandResult {
  const base = { text: command.text, durationMs }
  if (stopped || ending.kind === 'sandbox-out-of-memory') return { ...base, exitCode: null }
  if (ending.kind === 'not-found') return { ...base, exitCode: 127 }
  const signal = signalOf(ending.code)
  return { ...base, exitCode: ending.code, ...(signal === undefined ? {} : { signal }) }
}

function signalOf(code: number): string | undefined {
  return Object.entries(constants.signals).find(([, number]) => number === code - 128)?.[0]
}
