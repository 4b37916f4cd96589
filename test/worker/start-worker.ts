import type { Runner } from '../../worker/runner/runner.ts'
import { createWorker } from '../../worker/worker.ts'
import type { Embedded } from '../support/embedded.ts'
import { createScriptedRunner, type RunnerScript, type ScriptedRunner } from '../support/scripted-runner.ts'
import { workerOptions } from '../support/worker.ts'

export interface Working {
  readonly runner: ScriptedRunner
  stop(): Promise<void>
}

/** A worker over embedded parts whose runs follow a script. One attempt, so that a failure of ours ends at once. */
export function startWorker(parts: Embedded, script: RunnerScript = {}): Working {
  const runner = createScriptedRunner(script)
  return { runner, ...workWith(parts, runner) }
}

/** The same over any runner. */
export function workWith(parts: Embedded, runner: Runner): { stop(): Promise<void> } {
  const stop = new AbortController()
  const worker = createWorker({ ...workerOptions(parts, runner), maxAttempts: 1 })
  const working = worker.run(stop.signal)
  return {
    stop: async () => {
      stop.abort()
      await working
    },
  }
}
