import { chooseNext } from '../../core/schedule/choose.ts'
import { createWaker } from '../../core/submission/waker.ts'
import { createWorker } from '../../worker/worker.ts'
import { artefacts, type Embedded, queueName, silent } from '../support/embedded.ts'
import { createScriptedRunner, type RunnerScript, type ScriptedRunner } from '../support/scripted-runner.ts'

const mebibyte = 1024 * 1024
const limits = {
  timeMs: 60_000,
  graceMs: 1000,
  memoryBytes: 64 * mebibyte,
  cpus: 1,
  pids: 50,
  buildBytes: 10 * mebibyte,
  tmpBytes: mebibyte,
  shmBytes: mebibyte,
  fileBytes: mebibyte,
  openFiles: 64,
  outputBytes: mebibyte,
}

export interface Working {
  readonly runner: ScriptedRunner
  stop(): Promise<void>
}

/** A worker over embedded parts whose runs follow a script. One attempt, so that a failure of ours ends at once. */
export function startWorker(parts: Embedded, script: RunnerScript = {}): Working {
  const runner = createScriptedRunner(script)
  const stop = new AbortController()
  const worker = createWorker({
    ...parts,
    runner,
    artefacts,
    log: silent,
    worker: 'w1',
    host: 'here',
    scratch: parts.folder,
    leaseMs: 10_000,
    maxAttempts: 1,
    backoffMs: 10,
    limits,
    environment: { extra: {}, version: '0', architecture: 'amd64' },
    result: { maxBytes: mebibyte, maxEntries: 100 },
    waker: createWaker({ runs: parts.records.runs, queue: parts.queue, log: silent, repeatMs: 60_000 }),
    queues: [queueName],
    slots: 1,
    choose: ({ waiting, served }) => chooseNext(waiting, served),
    waitSeconds: 0.05,
    drainMs: 10_000,
    cancelPollMs: 20,
  })
  const working = worker.run(stop.signal)
  return {
    runner,
    stop: async () => {
      stop.abort()
      await working
    },
  }
}
