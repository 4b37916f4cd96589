import { thisArchitecture } from '../../core/architecture.ts'
import { secretsIn } from '../../core/config/secrets.ts'
import { exclusiveQueuesOf } from '../../core/course/exclusive-queues.ts'
import { allowListOf } from '../../core/images/course-images.ts'
import { measureLog } from '../../core/metrics/measure-log.ts'
import { measureRuns } from '../../core/metrics/measure-runs.ts'
import type { ClaimOptions } from '../../core/records/claim.ts'
import { chooseFor } from '../../core/schedule/choose-for.ts'
import { weightsOf } from '../../core/schedule/weights.ts'
import { createRedactor } from '../../core/secret/redact.ts'
import type { GpuPool } from '../../worker/gpus/gpu-pool.ts'
import type { Images } from '../../worker/images/images.ts'
import type { ImageSupply } from '../../worker/provide-image.ts'
import type { RunLimits, Runner } from '../../worker/runner/runner.ts'
import { createWorker } from '../../worker/worker.ts'
import { readVersion } from '../version.ts'
import { awaitPart } from './await-part.ts'
import type { Deployment } from './deployment.ts'
import { announceWorker } from './fleet-role.ts'
import { createWorkerHealth, watchedFolders } from './health-role.ts'
import { createWorkerMetrics, serveMetrics } from './metrics-role.ts'
import { measureRunner } from './metrics-runner.ts'
import { openImages, openRunner, workerScratch } from './open-runner.ts'
import { runSweeps } from './sweep-role.ts'
import { openGpus } from './worker-gpus.ts'

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
    const images = await openImages(deployment, options.dockerHost)
    await serve(deployment, options, { runner, images, gpus: await openGpus(deployment) })
  } finally {
    await runner.close()
  }
}

interface Host {
  readonly runner: Runner
  readonly images: Images | undefined
  readonly gpus: GpuPool | undefined
}

async function serve(deployment: Deployment, { queues, signal }: WorkerRoleOptions, host: Host): Promise<void> {
  const { runner, images, gpus } = host
  const { config, records } = deployment
  const { server, limits, docker } = config
  const served = queues ?? server.queues
  const health = createWorkerHealth(deployment, runner, gpus)
  const metrics = createWorkerMetrics(deployment, {
    health,
    folders: watchedFolders(deployment),
    gpus,
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
    ...(gpus === undefined ? {} : { gpus }),
    redactor: createRedactor([deployment.secret, ...secretsIn(config)]),
    queues: served,
    slots: server.number_of_workers,
    weights: queueWeights(server.queue_weights),
    exclusive: [...server.exclusive_queues, ...exclusiveQueuesOf(deployment.courses.all())],
    // By then the sweeper has removed what a silent worker's run left.
    gpuGraceMs: server.sweep_interval + docker.grace + 30_000,
    choose: chooserFor(deployment, gpus),
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
    announceWorker(deployment, announcementOf(deployment, served, gpus), stopped.signal),
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

function chooserFor({ courses }: Deployment, gpus: GpuPool | undefined): ClaimOptions['choose'] {
  const architecture = thisArchitecture()
  return ({ waiting: lanes, served, freeGpus }) =>
    chooseFor(
      { lanes, served, freeGpus },
      { architecture, gpus: gpus?.offered() ?? [] },
      { weights: weightsOf(courses.all()) },
    )
}

/** `rai_amd64=3` each. */
function queueWeights(entries: readonly string[]): ReadonlyMap<string, number> {
  return new Map(
    entries.map((entry) => {
      const [queue = '', weight = '1'] = entry.split('=')
      return [queue, Number(weight)]
    }),
  )
}

/** One that is out of order for an hour is still the reason to wait for it. */
function announcementOf({ owner, host, config }: Deployment, queues: readonly string[], gpus: GpuPool | undefined) {
  const kinds = (gpus?.all() ?? []).map(({ uuid: _, name: __, ...kind }) => kind)
  const capabilities = { architecture: thisArchitecture(), gpus: kinds }
  return { worker: owner, host, queues, slots: config.server.number_of_workers, capabilities }
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
