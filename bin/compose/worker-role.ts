import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { thisArchitecture } from '../../core/architecture.ts'
import { messageOf } from '../../core/errors.ts'
import type { ClaimOptions } from '../../core/records/runs.ts'
import { chooseNext } from '../../core/schedule/choose.ts'
import { type Capabilities, eligible } from '../../core/schedule/eligible.ts'
import { runSweeper } from '../../core/submission/sweeper.ts'
import type { RunLimits, Runner } from '../../worker/runner/runner.ts'
import { createWorker } from '../../worker/worker.ts'
import { readVersion } from '../version.ts'
import { awaitPart } from './await-part.ts'
import { chooseRunner } from './choose.ts'
import type { Deployment } from './deployment.ts'

export interface WorkerRoleOptions {
  /** `-q`; otherwise the configured queues. */
  readonly queues?: readonly string[]
  readonly dockerHost: string
  readonly signal: AbortSignal
}

/** Claims and runs submissions, and sweeps what dead processes left on this host and in the records, until told to stop. */
export async function runWorkerRole(deployment: Deployment, options: WorkerRoleOptions): Promise<void> {
  const { config, log } = deployment
  const scratch = join(config.app.tempdir, 'worker')
  await mkdir(scratch, { recursive: true, mode: 0o711 })
  const runner = await chooseRunner(config, { scratch, dockerHost: options.dockerHost })
  try {
    await awaitPart('engine', () => runner.check(), { log, signal: options.signal })
    log.info({ runner: await runner.describe(), slots: config.server.number_of_workers }, 'the worker is ready')
    await serve(deployment, options, runner, scratch)
  } finally {
    await runner.close()
  }
}

async function serve(
  deployment: Deployment,
  { queues, signal }: WorkerRoleOptions,
  runner: Runner,
  scratch: string,
): Promise<void> {
  const { config, records, waker, log } = deployment
  const { server, limits } = config
  const worker = createWorker({
    ...deployment,
    runner,
    worker: deployment.owner,
    queues: queues ?? server.queues,
    slots: server.number_of_workers,
    choose: chooserFor({ architecture: thisArchitecture(), gpus: 0 }),
    // Without a broker that other processes share, looking often is what wakes us.
    waitSeconds: config.broker.provider === 'memory' ? 1 : 20,
    drainMs: server.shutdown_deadline,
    cancelPollMs: 1000,
    scratch,
    leaseMs: server.lease_seconds * 1000,
    maxAttempts: server.max_attempts,
    backoffMs: 2000,
    limits: runLimitsOf(deployment),
    environment: { extra: config.docker.env, version: readVersion(), architecture: thisArchitecture() },
    result: { maxBytes: limits.result_bytes, maxEntries: limits.result_entries },
  })
  const sweeping = {
    runs: records.runs,
    waker,
    log,
    intervalMs: server.sweep_interval,
    maxAttempts: server.max_attempts,
  }
  const stopped = new AbortController()
  const background = [runSweeper(sweeping, stopped.signal), sweepHost(deployment, runner, stopped.signal)]
  await worker.run(signal)
  stopped.abort()
  await Promise.all(background)
}

function chooserFor(capabilities: Capabilities): ClaimOptions['choose'] {
  return ({ waiting, served }) =>
    chooseNext(
      waiting.filter(({ needs }) => eligible(needs, capabilities)),
      served,
    )
}

function runLimitsOf({ config: { docker } }: Deployment): RunLimits {
  return {
    timeMs: docker.time_limit,
    graceMs: docker.grace,
    memoryBytes: docker.memory_limit,
    cpus: docker.cpu_limit,
    pids: docker.pid_limit,
    buildBytes: docker.build_limit,
    tmpBytes: docker.tmp_limit,
    shmBytes: docker.shm_limit,
    fileBytes: docker.file_size_limit,
    openFiles: docker.open_files,
    outputBytes: docker.output_limit,
  }
}

/** Removes sandboxes on this host whose lease ran out: a frozen worker cannot kill anything itself. */
async function sweepHost({ records, config, log }: Deployment, runner: Runner, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      const { removed } = await runner.sweep((submission, attempt) => records.lookup.isLeased(submission, attempt))
      for (const sandbox of removed) log.warn(sandbox, 'removed a sandbox that nobody holds a lease for')
    } catch (error) {
      log.warn({ problem: messageOf(error) }, 'cannot sweep this host; trying again')
    }
    await delay(config.server.sweep_interval, undefined, { signal, ref: false }).catch(() => undefined)
  }
}
