import { messageOf } from '../../core/errors.ts'
import { freeOn } from '../../core/metrics/disk.ts'
import { createMetrics, type Metrics } from '../../core/metrics/metrics.ts'
import { type MetricsServer, startMetricsServer } from '../../core/metrics/server.ts'
import type { GpuPool } from '../../worker/gpus/gpu-pool.ts'
import type { Deployment } from './deployment.ts'
import type { Health } from './health.ts'
import { ownerOfTime } from './worker-gpus.ts'

export interface WorkerMetricsOptions {
  readonly health: Pick<Health, 'reasons'>
  readonly folders: readonly string[]
  /** How many runs this worker has now. */
  readonly running: () => number
  readonly gpus: GpuPool | undefined
}

/** The metrics of one worker. Nothing is served yet. */
export function createWorkerMetrics({ config, records }: Deployment, options: WorkerMetricsOptions): Metrics {
  const { health, folders, running, gpus } = options
  return createMetrics({
    slots: config.server.number_of_workers,
    running,
    queues: () => records.operations.queues(),
    disks: () => freeByFolder(folders),
    reasons: health.reasons,
    gpus: () => gpusByState(gpus),
    gpuMinutes: () => gpuMinutes(records),
  })
}

function gpusByState(pool: GpuPool | undefined): ReadonlyMap<string, number> {
  const [all, offered] = [pool?.all().length ?? 0, pool?.offered().length ?? 0]
  return new Map([
    ['offered', offered],
    ['out', all - offered],
  ])
}

/** So many teams are told apart; Prometheus should not have to keep more. */
const mostTeams = 500

async function gpuMinutes({ gpus }: Pick<Deployment['records'], 'gpus'>): Promise<ReadonlyMap<string, number>> {
  const times = await gpus.timeByTeam(0, mostTeams)
  return new Map(times.map((time) => [ownerOfTime(time), time.ms / 60_000]))
}

/**
 * Serves them where the configuration says so. A port that is taken is an error in the log, not the worker's end: runs
 * matter more than their numbers.
 */
export async function serveMetrics(
  { config: { server }, log }: Deployment,
  metrics: Metrics,
  health: Pick<Health, 'reasons'>,
): Promise<Pick<MetricsServer, 'close'>> {
  if (server.metrics_port === 0) return { close: async () => undefined }
  const place = { host: server.metrics_host, port: server.metrics_port }
  try {
    const serving = await startMetricsServer({ ...place, metrics, reasons: health.reasons })
    log.info(place, 'metrics and health are served')
    return serving
  } catch (error) {
    log.error({ ...place, problem: messageOf(error) }, 'metrics and health are not served')
    return { close: async () => undefined }
  }
}

async function freeByFolder(folders: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const free = await Promise.all(folders.map(async (folder) => [folder, await freeOn(folder)] as const))
  return new Map(free.flatMap(([folder, bytes]) => (bytes === undefined ? [] : [[folder, bytes] as const])))
}
