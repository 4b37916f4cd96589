import { chooseNext } from '../../core/schedule/choose.ts'
import { createWaker } from '../../core/submission/waker.ts'
import type { Runner } from '../../worker/runner/runner.ts'
import type { WorkerOptions } from '../../worker/worker.ts'
import { artefacts, type Embedded, queueName, silent } from './embedded.ts'

const mebibyte = 1024 * 1024

const workerLimits = {
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

type Parts = Pick<Embedded, 'folder' | 'records' | 'store' | 'bus' | 'queue'>

/** A worker on embedded parts, in a hurry. */
export function workerOptions(parts: Parts, runner: Runner): WorkerOptions {
  return {
    ...parts,
    runner,
    artefacts,
    log: silent,
    worker: 'w1',
    host: 'here',
    scratch: parts.folder,
    leaseMs: 10_000,
    maxAttempts: 2,
    backoffMs: 10,
    limits: workerLimits,
    environment: { extra: { COURSE: 'one' }, version: '0', architecture: 'amd64' },
    result: { maxBytes: mebibyte, maxEntries: 100 },
    waker: createWaker({ runs: parts.records.runs, queue: parts.queue, log: silent, repeatMs: 60_000 }),
    queues: [queueName],
    slots: 1,
    choose: ({ waiting, served }) => chooseNext(waiting, served),
    waitSeconds: 0.05,
    drainMs: 10_000,
    cancelPollMs: 20,
  }
}
