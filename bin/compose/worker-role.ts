import { thisArchitecture } from '../../core/architecture.ts'
import { allowListOf } from '../../core/images/course-images.ts'
import { measureLog } from '../../core/metrics/measure-log.ts'
import { measureRuns } from '../../core/metrics/measure-runs.ts'
import type { ClaimOptions } from '../../core/records/claim.ts'
import { chooseFor } from '../../core/schedule/choose-for.ts'
import type { Capabilities } from '../../core/schedule/eligible.ts'
import type { Images } from '../../worker/images/images.ts'
import type { ImageSupply } from '../../worker/provide-image.ts'
import type { RunLimits, Runner } from '../../worker/runner/runner.ts'
import { createWorker } from '../../worker/worker.ts'
import { readVersion } from '../version.ts'
import { awaitPart } from './await-part.ts'
import type { Deployment } from './deployment.ts'
import { createWorkerHealth, watchedFolders } from './health-role.ts'
import { createWorkerMetrics, serveMetrics } from './metrics-role.ts'
import { measureRunner } from './metrics-runner.ts'
import { openImages, openRunner, workerScratch } from './open-runner.ts'
import { runSweeps } from './sweep-role.ts'

export interface WorkerRoleOptions {
  /** `-q`; otherwise the configured queues. */
  readonly queues?: readonly string[]
  readonly dockerHost: string
  readonly signal: AbortSignal
}

/** Claims and runs submissions, and sweeps what dead processes left on this host and in the records, until told to stop. */
export async function runWorkerRole(deployment: Deployment, options: WorkerRoleOptions): Promise<void> {
  const { config, log } = deployment
  const runner = await openRunner(deployment, options.dockerHost)
  try {
    await awaitPart('engine', () => runner.check(), { log, signal: options.signal })
    log.info({ runner: await runner.describe(), slots: config.server.number_of_workers }, 'the worker is ready')
    await serve(deployment, options, { runner, images: await openImages(deployment, options.dockerHost) })
  } finally {
    await runner.close()
  }
}

interface Host {
  readonly runner: Runner
  readonly images: Images | undefined
}

async function serve(deployment: Deployment, { queues, signal }: WorkerRoleOptions, host: Host): Promise<void> {
  const { runner, images } = host
  const { config, records } = deployment
  const { server, limits } = config
  const health = createWorkerHealth(deployment, runner)
  const metrics = createWorkerMetrics(deployment, {
    health,
    folders: watchedFolders(deployment),
    running: () => worker.state().running.length,
  })
  const worker = createWorker({
    ...deployment,
    records: { ...records, runs: measureRuns(records.runs, metrics) },
    bus: measureLog(deployment.bus, metrics),
    runner: measureRunner(runner, metrics),
    ...(images === undefined ? {} : { images: supplyOf(deployment, images) }),
    mayClaim: health.mayClaim,
    onLeaseLost: () => metrics.leaseLosses.inc(),
    worker: deployment.owner,
    queues: queues ?? server.queues,
    slots: server.number_of_workers,
    choose: chooserFor({ architecture: thisArchitecture(), gpus: [] }),
    // Without a broker that other processes share, looking often is what wakes us.
    waitSeconds: config.broker.provider === 'memory' ? 1 : 20,
    drainMs: server.shutdown_deadline,
    cancelPollMs: 1000,
    scratch: workerScratch(deployment),
    leaseMs: server.lease_seconds * 1000,
    maxAttempts: server.max_attempts,
    backoffMs: 2000,
    limits: runLimitsOf(deployment),
    environment: { extra: config.docker.env, version: readVersion(), architecture: thisArchitecture() },
    result: { maxBytes: limits.result_bytes, maxEntries: limits.result_entries },
  })
  await health.look()
  const serving = await serveMetrics(deployment, metrics, health)
  const stopped = new AbortController()
  const background = [
    runSweeps(deployment, runner, stopped.signal),
    health.run(stopped.signal),
    images?.prepare(stopped.signal),
  ]
  try {
    await worker.run(signal)
  } finally {
    stopped.abort()
    await Promise.all([...background, serving.close()])
  }
}

function supplyOf({ courses }: Deployment, images: Images): ImageSupply {
  const allowed = (name: string) => {
    const course = courses.byName(name)
    if (course === undefined) throw new Error(`Course ${name} is not configured any more`)
    return allowListOf(course)
  }
  return { images, allowed }
}

function chooserFor(capabilities: Capabilities): ClaimOptions['choose'] {
  return ({ waiting: lanes, served, freeGpus }) => chooseFor({ lanes, served, freeGpus }, capabilities)
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
